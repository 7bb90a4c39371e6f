import Database from "better-sqlite3";
import type { CompiledQuery, QueryResult } from "kysely";
import type { Presence } from "./presence.ts";

type Statement = Database.Statement<unknown[]>;

/** The number of statements that stay prepared: more than the program has, and a bound for texts with lists of any length. */
const MOST_KEPT = 500;

/**
 * A connection to a SQLite file. It keeps prepared statements by their text, and binds parameters: running a kept statement costs 5 to
 * 10 µs, with its preparation 14 to 37.
 */
export class Connection {
  readonly #path: string;
  readonly #kept = new Map<string, Statement>();
  #timeoutMs: number;
  #openings = 0;
  #database: Database.Database;
  #lost = false;
  #presence: Presence | undefined;

  /**
   * Opens the file, and makes it if it is missing.
   *
   * @param timeoutMs the time that a statement waits, in the thread, for the lock of another connection
   */
  constructor(path: string, timeoutMs: number) {
    this.#path = path;
    this.#timeoutMs = timeoutMs;
    this.#database = this.#open();
  }

  /** Whether a transaction is open. SQLite itself rolls it back after some errors, such as a full disk. */
  get inTransaction(): boolean {
    return this.#database.inTransaction;
  }

  /** Whether a statement only reads, and gives rows: `commit` and some pragmas write nothing either. */
  reads(sql: string): boolean {
    const { reader, readonly } = this.#prepare(sql);
    return reader && readonly;
  }

  /**
   * Runs one statement.
   *
   * @throws {TypeError} when SQL has no value for a parameter, such as a number that is not finite
   */
  run<Row>({ sql, parameters }: Pick<CompiledQuery, "sql" | "parameters">): QueryResult<Row> {
    const statement = this.#prepare(sql);
    const values = parameters.map(bound);
    if (statement.reader) return { rows: statement.all(values) as Row[] };
    const { changes, lastInsertRowid } = statement.run(values);
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
  }

  /** Runs a statement without parameters and rows. */
  exec(sql: string): void {
    this.#prepare(sql).run([]);
  }

  /**
   * SQLite's `data_version` (https://sqlite.org/pragma.html#pragma_data_version): a number that is another one after each commit of
   * another connection to the file, and after the file was opened anew. It is read from shared memory, in some 4 µs.
   *
   * @throws an error of SQLite when the file is locked or closed
   */
  dataVersion(): number {
    const version = this.#prepare("pragma data_version").pluck().get() as number;
    return this.#openings * 2 ** 32 + version;
  }

  /** Sets the time that a statement waits, in the thread, for the lock of another connection. */
  waitFor(timeoutMs: number): void {
    this.#timeoutMs = timeoutMs;
    this.#database.exec(`pragma busy_timeout = ${timeoutMs}`);
  }

  /** Has {@link requirePresence} ask for the database's files from now on. */
  watch(presence: Presence): void {
    this.#presence = presence;
  }

  /**
   * Refuses to work on files that have been deleted or replaced.
   *
   * @throws {DatabaseUnavailable}
   */
  requirePresence(): void {
    this.#presence?.require();
  }

  /** Ends a transaction that could not be committed. Where it does not end, the next statement opens the file anew. Never throws. */
  abandonTransaction(): void {
    try {
      if (this.inTransaction) this.exec("rollback");
    } catch {
      this.close();
      this.#lost = true;
    }
  }

  /** Writes the log into the file and deletes it, where no other connection is: a closed file is whole by itself. Never throws. */
  foldLog(): void {
    try {
      this.#database.exec("pragma journal_mode = delete");
    } catch {
      // Another process works on, or the disk fails: the log stays with the file.
    }
  }

  close(): void {
    this.#kept.clear();
    this.#database.close();
  }

  #open(): Database.Database {
    this.#openings += 1;
    // Opened anew, a file that is missing is lost: an empty one in its place would be taken for the database.
    const database = new Database(this.#path, { timeout: this.#timeoutMs, fileMustExist: this.#openings > 1 });
    // Foreign keys are checked, and a commit is answered only when it is on the disk.
    database.exec("pragma foreign_keys = on; pragma synchronous = full");
    return database;
  }

  #prepare(sql: string): Statement {
    const kept = this.#kept.get(sql);
    if (kept !== undefined) return kept;
    if (this.#lost) this.#database = this.#open();
    this.#lost = false;
    const statement = this.#database.prepare(sql);
    if (this.#kept.size === MOST_KEPT) this.#kept.clear();
    this.#kept.set(sql, statement);
    return statement;
  }
}

/**
 * A parameter as better-sqlite3 binds it. It would bind an integer as a REAL, with which `7 / ?` is a fraction; a bigint is an INTEGER
 * to it. It refuses booleans and dates: SQLite has integers for both, a date being milliseconds since 1970.
 */
function bound(value: unknown): unknown {
  if (typeof value === "string" || value === null) return value;
  if (typeof value !== "number" && typeof value !== "boolean" && !(value instanceof Date)) return value;
  const number = Number(value);
  if (!Number.isFinite(number)) throw new TypeError("A parameter of the statement has no value in SQL.");
  return Number.isSafeInteger(number) ? BigInt(number) : number;
}
