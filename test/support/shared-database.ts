import { join } from "node:path";
import type { ExecutionContext } from "ava";
import { openDatabase } from "../../src/storage/open-database.ts";
import { onPostgreSql, postgreSqlDatabase } from "./postgresql.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/**
 * The URL of a migrated database of this test alone which several processes can open, unlike one in memory: a file, or a database on
 * PostgreSQL where the tests run on it.
 */
export async function sharedDatabase(t: ExecutionContext<unknown>): Promise<string> {
  if (onPostgreSql) return postgreSqlDatabase(t);
  const url = `sqlite:${join(await temporaryFolder(t), "kudos.sqlite")}`;
  const database = await openDatabase({ url });
  await database.migrate();
  await database.close();
  return url;
}

/** The URL of a database like {@link sharedDatabase} that holds nothing yet. */
export async function emptyDatabase(t: ExecutionContext<unknown>): Promise<string> {
  if (onPostgreSql) return postgreSqlDatabase(t, { migrated: false });
  return `sqlite:${join(await temporaryFolder(t), "kudos.sqlite")}`;
}
