import type { Settings } from "../../settings.ts";
import type { Database } from "../../storage/database.ts";
import { openDatabase } from "../../storage/open-database.ts";
import { readServerState } from "../../storage/postgresql/catalog.ts";
import { DatabaseUnavailable } from "../../storage/sqlite/errors.ts";
import { type Finding, well, wrong, wrongBy } from "./finding.ts";
import { judgeServer } from "./server-state.ts";

/** A database that a check may read: it is up to date. */
export type Readable = Pick<Database, "orm" | "path">;

/**
 * Looks at a database on a PostgreSQL server without changing it, also while servers run on it; then has `more` read it, if it is up to
 * date.
 *
 * @returns what both found; never rejects for what is wrong with the database
 */
export async function checkServerDatabase(
  { databaseUrl: url }: Settings,
  more: (database: Readable) => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    const database = await openDatabase({ url });
    try {
      const state = await readServerState((sql) => database.orm.em.getConnection().execute(sql));
      const missing = await missingTables(database);
      const found = judgeServer(database.name, state, missing !== undefined);
      if (missing !== undefined) return [missing, ...found];
      if (found.length === 0) found.push(well("database", `${database.name} answers and is up to date`));
      return state.closed > 0 ? found : [...found, ...(await more(database))];
    } finally {
      await database.close();
    }
  } catch (error) {
    if (error instanceof DatabaseUnavailable) return [wrongBy("database", error)];
    throw error;
  }
}

async function missingTables({ name, migrations, fresh, applied }: Database): Promise<Finding | undefined> {
  if (fresh) return wrong("database", `there is nothing in ${name} yet`, "kudos migrate or a start makes its tables");
  const count = await applied();
  if (count === migrations) return undefined;
  const message = `${name} is not up to date: ${count} of ${migrations} migrations`;
  return wrong("database", message, "stop its servers and run kudos migrate, or start this version");
}
