import type { ExecutionContext } from "ava";
import type { Database } from "../../src/storage/database.ts";
import { openDatabase } from "../../src/storage/open-database.ts";
import { onPostgreSql, postgreSqlDatabase } from "./postgresql.ts";

/** A migrated database in memory that ends with the test. */
export const memoryDatabase = async (t: ExecutionContext<unknown>): Promise<Database> => {
  const database = await openDatabase({
    url: onPostgreSql ? await postgreSqlDatabase(t, { migrated: false }) : "sqlite::memory:",
  });
  t.teardown(() => database.close());
  await database.migrate();
  return database;
};
