import { createRequire } from "node:module";
import test from "ava";
import { onPostgreSql } from "./postgresql.ts";
import type { Declare } from "./reachable.ts";

/** The parts of better-sqlite3 that the tests need. */
interface Sqlite {
  prepare(statement: string): { readonly reader: boolean; all(): Record<string, unknown>[]; run(): unknown };
  close(): void;
}

// The SQLite of the program and not node:sqlite: a second SQLite in a process would, by closing a file, release the locks of the first
// on it (POSIX), and other processes would take the file for unused.
const Database: new (path: string) => Sqlite = createRequire(import.meta.resolve("@mikro-orm/sqlite"))(
  "better-sqlite3",
);

/** Runs one statement on a database file, by a connection of its own; answers the rows. */
export function runSql(path: string, statement: string): Record<string, unknown>[] {
  const database = new Database(path);
  try {
    const prepared = database.prepare(statement);
    if (prepared.reader) return prepared.all();
    prepared.run();
    return [];
  } finally {
    database.close();
  }
}

/**
 * A function that declares tests which SQLite alone has; where the tests run on PostgreSQL they are skipped, and their titles say why.
 *
 * @param why the rest of a sentence whose subject is the test
 * @param declare `test.serial` for tests that run one after the other
 */
export function testsOfSqlite(why: string, declare: Declare = test): Declare {
  return (title, implementation) => {
    if (onPostgreSql) test.skip(`${title} (skipped on PostgreSQL: it ${why})`, implementation);
    else declare(title, implementation);
  };
}

/** A test about SQLite itself, such as its locks, its files and its migrations. */
export const sqliteTest: Declare = testsOfSqlite("is about SQLite");
