import type { ExecutionContext } from "ava";
import { type Database, openDatabase } from "../../src/storage/database.ts";

/** A migrated database in memory that ends with the test. */
export const memoryDatabase = async (t: ExecutionContext<unknown>): Promise<Database> => {
  const database = await openDatabase({ url: "sqlite::memory:" });
  t.teardown(() => database.close());
  await database.migrate();
  return database;
};
