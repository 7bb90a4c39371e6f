import { access, constants, stat } from "node:fs/promises";
import { MikroORM } from "@mikro-orm/sqlite";
import { DatabaseUnavailable, explainDatabaseError } from "../sqlite/errors.ts";
import { type ForeignDatabase, type ForeignRow, quoted } from "./database.ts";
import { quietCopy } from "./quiet-copy.ts";

/**
 * Opens a SQLite file of another program, read-only and in one transaction.
 *
 * @throws {DatabaseUnavailable} when it cannot be read
 */
export async function openForeignFile(path: string): Promise<ForeignDatabase> {
  await requireReadable(path);
  const quiet = await quietCopy(path);
  const orm = new MikroORM({
    entities: [],
    discovery: { warnWhenNoEntities: false },
    dbName: quiet?.path ?? path,
    driverOptions: { readonly: true, fileMustExist: true },
    ensureDatabase: false,
    debug: false,
    logger: () => {},
  });
  const run = (sql: string): Promise<ForeignRow[]> => orm.em.getConnection().execute(sql);
  const explain = (error: unknown) => explainDatabaseError(error, path, "FILE");
  const close = async (): Promise<void> => {
    await orm.close();
    await quiet?.[Symbol.asyncDispose]();
  };
  try {
    await run("begin");
  } catch (error) {
    await close();
    throw explain(error);
  }
  return {
    name: path,
    run,
    tables: async () =>
      (await run("select name from sqlite_master where type = 'table'")).map(({ name }) => String(name)),
    columns: async (table) =>
      new Set((await run(`pragma table_info(${quoted(table)})`)).map(({ name }) => String(name))),
    explain,
    close,
  };
}

async function requireReadable(path: string): Promise<void> {
  try {
    if (!(await stat(path)).isFile()) throw new DatabaseUnavailable(`${path} is not a file`);
    await access(path, constants.R_OK);
  } catch (error) {
    if (error instanceof DatabaseUnavailable) throw error;
    const missing = error instanceof Error && "code" in error && ["ENOENT", "ENOTDIR"].includes(String(error.code));
    const reason = missing ? `there is no file ${path}` : `${path} cannot be read; give this user the right to`;
    throw new DatabaseUnavailable(reason, { cause: error });
  }
}
