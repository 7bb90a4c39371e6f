import { access, constants, stat } from "node:fs/promises";
import { MikroORM } from "@mikro-orm/sqlite";
import type { ForeignAccount } from "../../domain/accounts/foreign-account.ts";
import { authenticatorOf, hasSecondFactor, otherColumns, timeIn } from "../foreign-columns.ts";
import type { Run } from "./backend.ts";
import { DatabaseUnavailable, explainDatabaseError } from "./errors.ts";
import { quietCopy } from "./quiet-copy.ts";

/** The tables and columns that are read. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  user: ["id", "email", "password", "active"],
  role: ["id", "name"],
  roles_users: ["user_id", "role_id"],
};

/**
 * Reads the users of a SQLite file in the tables of Flask-Security's models (`fsqla`): `user`, `role` and `roles_users`. The file is
 * opened read-only, and read in one transaction, so that all rows are of one moment.
 *
 * @throws {DatabaseUnavailable} when the file cannot be read or holds other tables
 */
export async function readFlaskSecurityUsers(path: string): Promise<ForeignAccount[]> {
  await requireReadable(path);
  await using quiet = await quietCopy(path);
  const orm = new MikroORM({
    entities: [],
    discovery: { warnWhenNoEntities: false },
    dbName: quiet?.path ?? path,
    driverOptions: { readonly: true, fileMustExist: true },
    ensureDatabase: false,
    debug: false,
    logger: () => {},
  });
  const run: Run = (sql) => orm.em.getConnection().execute(sql);
  try {
    await run("begin");
    await requireTables(run, path);
    return await readAccounts(run, (await columnsOf(run, "role")).has("permissions"));
  } catch (error) {
    throw explainDatabaseError(error, path, "FILE");
  } finally {
    await orm.close();
  }
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

async function requireTables(run: Run, path: string): Promise<void> {
  for (const [table, columns] of Object.entries(NEEDED)) {
    const found = await columnsOf(run, table);
    const missing = columns.find((column) => !found.has(column));
    if (missing === undefined) continue;
    throw new DatabaseUnavailable(`database ${path} is not one of Flask-Security: there is no ${table}.${missing}`);
  }
}

async function columnsOf(run: Run, table: string): Promise<Set<unknown>> {
  return new Set((await run(`pragma table_info("${table.replaceAll('"', '""')}")`)).map(({ name }) => name));
}

/** @param permitting whether roles have permissions, which older versions of Flask-Security do not know */
async function readAccounts(run: Run, permitting: boolean): Promise<ForeignAccount[]> {
  const roles = Map.groupBy(
    await run(
      `select ru.user_id, r.name, ${permitting ? "r.permissions" : "null as permissions"} ` +
        'from "roles_users" ru join "role" r on r.id = ru.role_id order by r.id',
    ),
    ({ user_id }) => user_id,
  );
  const users = await run('select * from "user" order by id');
  const passkeys = await readPasskeys(run);
  // The database does not say whether addresses had to be confirmed. Where nobody confirmed one, nobody had to.
  const confirmable = users.some(({ confirmed_at }) => confirmed_at !== null && confirmed_at !== undefined);
  return users.map((user) => {
    const { id, email, password, active, confirmed_at } = user;
    const keys = passkeys.filter(({ user_id }) => user_id === id || user_id === user.fs_uniquifier);
    return {
      email: typeof email === "string" ? email : "",
      passwordHash: typeof password === "string" ? password : null,
      // Flask-Security treats an account as active only when the column is true; null is not.
      active: active === 1,
      roles: (roles.get(id) ?? []).map(({ name, permissions }) => ({
        name: typeof name === "string" ? name : "",
        permissions: typeof permissions === "string" ? permissions.split(",").map((text) => text.trim()) : [],
      })),
      // A passkey of the usage `first` takes the place of the password; any other comes after it.
      secondFactor: hasSecondFactor(user) || keys.some(({ usage }) => usage !== "first"),
      factor: authenticatorOf(user),
      confirmedAt: timeIn(confirmed_at),
      unconfirmed: confirmable && (confirmed_at === null || confirmed_at === undefined),
      others: [...otherColumns(user), ...new Set(keys.map(({ table }) => String(table)))],
    };
  });
}

/** The passkeys of all users. Their table is named by the application, mostly `web_authn`: it is told by its columns. */
async function readPasskeys(run: Run): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  for (const { name } of await run("select name from sqlite_master where type = 'table'")) {
    const columns = await columnsOf(run, String(name));
    if (!["user_id", "credential_id", "usage"].every((column) => columns.has(column))) continue;
    const rows = await run(`select user_id, usage from "${String(name).replaceAll('"', '""')}"`);
    found.push(...rows.map((row) => ({ ...row, table: name })));
  }
  return found;
}
