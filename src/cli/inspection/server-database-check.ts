import type { Settings } from "../../settings.ts";
import type { Database } from "../../storage/database.ts";
import { openDatabase } from "../../storage/open-database.ts";
import { DatabaseUnavailable } from "../../storage/sqlite/errors.ts";
import { type Finding, well, wrong, wrongBy } from "./finding.ts";

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
      const { name, migrations, fresh } = database;
      if (fresh)
        return [wrong("database", `there is nothing in ${name} yet`, "kudos migrate or a start makes its tables")];
      const applied = await database.applied();
      if (applied < migrations) {
        const message = `${name} is not up to date: ${applied} of ${migrations} migrations`;
        return [wrong("database", message, "stop its servers and run kudos migrate, or start this version")];
      }
      return [well("database", `${name} answers and is up to date`), ...(await more(database))];
    } finally {
      await database.close();
    }
  } catch (error) {
    if (error instanceof DatabaseUnavailable) return [wrongBy("database", error)];
    throw error;
  }
}
