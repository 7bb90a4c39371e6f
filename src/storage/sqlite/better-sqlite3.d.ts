// The part of better-sqlite3 that this folder uses: the package has no types of its own.
declare module "better-sqlite3" {
  import type { SqliteStatement } from "kysely";

  class Database {
    constructor(path: string, options: { timeout: number });
    /** Whether a transaction is open. */
    readonly inTransaction: boolean;
    /** Prepares a statement; `readonly` is whether running it writes nothing. */
    prepare(sql: string): SqliteStatement & { readonly readonly: boolean };
    exec(sql: string): unknown;
    close(): void;
  }

  export = Database;
}
