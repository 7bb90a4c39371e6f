import {
  type DatabaseIntrospector,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import { FileDriver } from "./driver.ts";

/** Kysely's dialect for one SQLite file. It is handed to MikroORM as its `driverOptions`. */
export class FileDialect implements Dialect {
  readonly #driver: FileDriver;

  /** @param timeoutMs the time that a statement waits, in the thread, for another process */
  constructor(path: string, timeoutMs: number) {
    this.#driver = new FileDriver(path, timeoutMs);
  }

  createDriver(): Driver {
    return this.#driver;
  }

  createQueryCompiler(): QueryCompiler {
    return new SqliteQueryCompiler();
  }

  createAdapter(): SqliteAdapter {
    return new UnqueuedAdapter();
  }

  createIntrospector(db: Kysely<unknown>): DatabaseIntrospector {
    return new SqliteIntrospector(db);
  }

  /**
   * Prepares for requests. A second connection to the file takes all reads outside transactions: they see what is committed, and wait for
   * no writer. Until then one connection does all, so that `begin` may be a statement of its own; a database in memory has no other.
   *
   * @param timeoutMs the time that a statement waits, in the thread, for another process from now on
   */
  serve(timeoutMs: number): void {
    this.#driver.serve(timeoutMs);
  }

  /**
   * Refuses a database whose files have been deleted or replaced since `serve`.
   *
   * @throws {DatabaseUnavailable}
   */
  requirePresence(): void {
    this.#driver.requirePresence();
  }

  /** A number that is another one after each commit of another process: see `Connection.dataVersion`. */
  dataVersion(): number {
    return this.#driver.dataVersion();
  }
}

/** An adapter without Kysely's queue for a single connection: the driver knows better which statements have to wait. */
class UnqueuedAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}
