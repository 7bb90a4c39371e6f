import type { MikroORM } from "@mikro-orm/sqlite";
import { patientConnection } from "./sqlite/dialect.ts";

/** The table of the counts, with the columns of rate-limiter-flexible; it is no entity. */
export const ATTEMPT_TABLE = "attempt_count";

/** What is used of a better-sqlite3 handle, which has no types of its own. */
export interface SqliteHandle {
  exec(sql: string): unknown;
  prepare(sql: string): { run(...parameters: unknown[]): unknown; get(...parameters: unknown[]): unknown };
}

/**
 * Does some work in a transaction on the ORM's own connection, when no unit of work has it. A second connection to the file
 * would wait in the thread for a unit of work that only the same thread can end, and its writes would get between what such a unit
 * reads and writes. Not to be called within a transaction: it would wait for its end.
 *
 * @param work is done again when another process is in the way; it takes no time of its own, since everybody else waits for the connection
 */
export async function inTurn<Result>(orm: MikroORM, work: (sqlite: SqliteHandle) => Promise<Result>): Promise<Result> {
  const connection = patientConnection(orm);
  const sqlite: SqliteHandle = await connection.getNativeClient();
  const once = async (): Promise<Result> => {
    // A count that a power cut takes back harms nobody: it need not wait for the disk, which answers that cannot be lost do.
    sqlite.exec("pragma synchronous = normal");
    try {
      return await transaction(sqlite, work);
    } finally {
      sqlite.exec("pragma synchronous = full");
    }
  };
  return connection.patiently(() => connection.getClient().connection().execute(once));
}

async function transaction<Result>(
  sqlite: SqliteHandle,
  work: (sqlite: SqliteHandle) => Promise<Result>,
): Promise<Result> {
  sqlite.exec("begin immediate");
  try {
    const result = await work(sqlite);
    sqlite.exec("commit");
    return result;
  } catch (error) {
    rollback(sqlite);
    throw error;
  }
}

function rollback(sqlite: SqliteHandle): void {
  try {
    sqlite.exec("rollback");
  } catch {
    // After some errors SQLite has rolled back by itself, and says so.
  }
}
