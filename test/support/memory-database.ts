import type { ExecutionContext } from "ava";
import type { Database } from "../../src/storage/database.ts";
import { openDatabase } from "../../src/storage/open-database.ts";
import { onPostgreSql, postgreSqlDatabase } from "./postgresql.ts";

/** A migrated database with the sample articles that ends with the test: in memory, or on PostgreSQL where the tests run on it. */
export const memoryDatabase = async (t: ExecutionContext<unknown>): Promise<Database> => {
  const database = await openDatabase({
    url: onPostgreSql ? await postgreSqlDatabase(t) : "sqlite::memory:",
  });
  t.teardown(() => database.close());
  await database.migrate();
  return database;
};
