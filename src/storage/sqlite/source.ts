import Database from "better-sqlite3";
import { MIGRATION_TABLE } from "../orm.ts";
import { DatabaseUnavailable, explainDatabaseError, isBusy } from "./errors.ts";

/** The time for which a command that is just ending is waited for, in milliseconds. */
const WAIT_MS = 2_000;

/**
 * A SQLite database that is read whole, as of one moment, while no other process has it open: what a server wrote meanwhile would stay
 * behind. A process that opens it before `close` is refused. Nothing is written to it.
 */
export class Source {
  readonly #database: Database.Database;

  /**
   * Opens the file, which an update has closed before.
   *
   * @throws {DatabaseUnavailable} when another process has it open
   */
  constructor(path: string) {
    this.#database = new Database(path, { fileMustExist: true, timeout: WAIT_MS });
    try {
      // In write-ahead mode a lock for all needs both: the mode keeps readers out, too.
      this.#database.pragma("locking_mode = exclusive");
      this.#database.exec("begin exclusive");
    } catch (error) {
      this.#database.close();
      if (!isBusy(error)) throw explainDatabaseError(error, path, "DATABASE_URL");
      throw new DatabaseUnavailable(`database ${path} is open in another process; stop its servers first`, {
        cause: error,
      });
    }
  }

  /** The names of its tables, but for that of its migrations. */
  tables(): string[] {
    return this.#database
      .prepare(
        "select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\' order by name",
      )
      .pluck()
      .all()
      .filter((name): name is string => name !== MIGRATION_TABLE);
  }

  /** The names of the columns of a table. */
  columns(table: string): string[] {
    return this.#database.prepare("select name from pragma_table_info(?)").pluck().all(table) as string[];
  }

  count(table: string): number {
    return this.#database
      .prepare(`select count(*) from ${quoted(table)}`)
      .pluck()
      .get() as number;
  }

  /** The rows of a table in the order of their keys, each as an array; texts compare by their bytes. */
  rows(table: string, columns: readonly string[], key: readonly string[]): IterableIterator<unknown[]> {
    const statement = this.#database.prepare(
      `select ${columns.map(quoted).join()} from ${quoted(table)} order by ${key.map(quoted).join()}`,
    );
    return statement.raw().iterate() as IterableIterator<unknown[]>;
  }

  /** A function that finds the row with a key; undefined for none. */
  finder(
    table: string,
    columns: readonly string[],
    key: readonly string[],
  ): (values: unknown[]) => unknown[] | undefined {
    const statement = this.#database.prepare(
      `select ${columns.map(quoted).join()} from ${quoted(table)} where ${key.map((name) => `${quoted(name)} = ?`).join(" and ")}`,
    );
    return (values) => statement.raw().get(...values) as unknown[] | undefined;
  }

  /** Whether a text that was read from a row is all that is there, byte by byte. */
  isWhole(table: string, column: string, key: Readonly<Record<string, unknown>>, text: string): boolean {
    const condition = Object.keys(key).map((name) => `${quoted(name)} = ?`);
    const bytes = this.#database
      .prepare(`select cast(${quoted(column)} as blob) from ${quoted(table)} where ${condition.join(" and ")}`)
      .pluck()
      .get(...Object.values(key)) as Buffer | undefined;
    return bytes?.equals(Buffer.from(text)) ?? false;
  }

  /** The highest id that a table has ever given, also to rows that are deleted; 0 for a table that gives none. */
  highestId(table: string): number {
    const found = this.#database.prepare("select seq from sqlite_sequence where name = ?").pluck().get(table);
    return typeof found === "number" ? found : 0;
  }

  close(): void {
    this.#database.close();
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
