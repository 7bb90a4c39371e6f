import type { LogState } from "./backup/log-beside.ts";
import type { Changes } from "./changes.ts";
import type { Orm } from "./orm.ts";

/** An opened database. Opening has proven that it is this program's and can be written to, and has changed nothing in it. */
export interface Database {
  readonly kind: "sqlite" | "postgresql";
  readonly orm: Orm;
  /** The changes of accounts, credentials and roles, those by other processes from `serve` on. */
  readonly changes: Changes;
  /** The database for people: the path of its file, `:memory:`, or its address without user and password. */
  readonly name: string;
  /** The path that its files lie beside, such as that of its key: of a file its own; `:memory:` has none. */
  readonly path: string;
  /** The state of the log that was beside the file when it was opened. */
  readonly log: LogState;
  /** Whether the database holds nothing yet: no migration had been applied when it was opened. */
  readonly fresh: boolean;
  /** The migrations that this version has, and the number of those that have been applied. */
  readonly migrations: number;
  applied(): Promise<number>;
  /** Does some work while no other process writes, or migrates; `rollback` for work that writes nothing to the database. */
  alone<Result>(work: () => Promise<Result>, end: "commit" | "rollback"): Promise<Result>;
  /**
   * Brings the database up to date in one transaction, and puts the sample articles into one that was empty, unless told not to.
   * Processes that start at once take turns. Of a backup that has not been put to use it ends all access, see `endAllAccess`.
   *
   * @throws {DatabaseUnavailable} having changed nothing
   */
  migrate(): Promise<void>;
  /**
   * Begins to watch other processes. From then on no statement waits in the thread for them, since all requests would wait with it.
   */
  serve(): Promise<void>;
  /**
   * Whether a migrated database answers within two seconds, and its files are in their place. Never throws: false after `close`, too.
   */
  answers(): Promise<boolean>;
  close(): Promise<void>;
}

/** The warning about a database whose log is missing. */
export const LOG_MISSING =
  "the log of this database is missing: if the file was copied while a server ran, or the log was deleted, what was in the log is lost; " +
  "kudos backup makes whole copies";

/** How a database is opened. */
export interface OpenOptions {
  /** Its `DATABASE_URL`. */
  readonly url: string;
  /** Called with the warnings of the ORM; statements are never logged. */
  readonly log?: (message: string) => void;
  /** Whether a file is read through when a log was left beside it, which takes a second for each 100 MB or so. */
  readonly thorough?: boolean;
  /** Whether `migrate` puts the sample articles into a database that was empty. */
  readonly sampleData?: boolean;
}
