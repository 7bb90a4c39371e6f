import { channel } from "node:diagnostics_channel";
import { CompiledQuery, type DatabaseConnection, type Driver, type QueryResult } from "kysely";
import { Connection } from "./connection.ts";
import { IN_MEMORY } from "./location.ts";
import { Presence } from "./presence.ts";
import { type Unit, Writer } from "./writer.ts";

/** Told of each unit of work with its group, for whoever measures: it costs a look at a flag while nobody does. */
const UNITS = channel("kudos:unit-of-work");

/** The driver of {@link FileDialect}: one connection that writes, and one that reads. */
export class FileDriver implements Driver {
  readonly #path: string;
  readonly #timeoutMs: number;
  #writing: Connection | undefined;
  #writer: Writer | undefined;
  #reader: Connection | undefined;

  constructor(path: string, timeoutMs: number) {
    this.#path = path;
    this.#timeoutMs = timeoutMs;
  }

  async init(): Promise<void> {
    this.#writing = new Connection(this.#path, this.#timeoutMs);
    this.#writer = new Writer(this.#writing);
  }

  /** Opens the connection that reads, and sets how long statements wait, as `FileDialect.serve` says. */
  serve(timeoutMs: number): void {
    this.#writing?.waitFor(timeoutMs);
    if (this.#path === IN_MEMORY || this.#reader !== undefined) return;
    this.#reader = new Connection(this.#path, timeoutMs);
    this.#reader.run(CompiledQuery.raw("select count(*) from sqlite_master"));
    this.#writing?.watch(new Presence(this.#path));
  }

  /**
   * Refuses a database whose files have been deleted or replaced since `serve`.
   *
   * @throws {DatabaseUnavailable}
   */
  requirePresence(): void {
    this.#writing?.requirePresence();
  }

  /**
   * Asked on the connection that writes, since its own commits leave the number as it is; and at once, also within a transaction: while
   * this connection holds the writers' lock, no other one commits.
   */
  dataVersion(): number {
    return this.#writing?.dataVersion() ?? Number.NaN;
  }

  async acquireConnection(): Promise<Lease> {
    if (this.#writer === undefined) throw new Error("The database is not open.");
    return new Lease(this.#writer, this.#reader);
  }

  async beginTransaction(lease: Lease): Promise<void> {
    await lease.begin();
  }

  async commitTransaction(lease: Lease): Promise<void> {
    await lease.commit();
  }

  async rollbackTransaction(lease: Lease): Promise<void> {
    await lease.rollback();
  }

  async savepoint(lease: Lease, name: string): Promise<void> {
    await lease.executeQuery(CompiledQuery.raw(`savepoint "${name}"`));
  }

  async rollbackToSavepoint(lease: Lease, name: string): Promise<void> {
    await lease.executeQuery(CompiledQuery.raw(`rollback to "${name}"`));
  }

  async releaseSavepoint(lease: Lease, name: string): Promise<void> {
    await lease.executeQuery(CompiledQuery.raw(`release "${name}"`));
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {
    this.#reader?.close();
    this.#writer?.close();
  }
}

/** The use of the file by one statement or one transaction. */
class Lease implements DatabaseConnection {
  readonly #writer: Writer;
  readonly #reader: Connection | undefined;
  #unit: Unit | undefined;

  constructor(writer: Writer, reader: Connection | undefined) {
    this.#writer = writer;
    this.#reader = reader;
  }

  async begin(): Promise<void> {
    this.#unit = await this.#writer.begin();
    if (UNITS.hasSubscribers) UNITS.publish(this.#unit);
  }

  async commit(): Promise<void> {
    const unit = this.#unit;
    this.#unit = undefined;
    if (unit) await this.#writer.commit(unit);
  }

  /** Takes the transaction back. A commit that failed has done so already, and Kysely and MikroORM roll it back all the same. */
  async rollback(): Promise<void> {
    const unit = this.#unit;
    this.#unit = undefined;
    if (unit) await this.#writer.rollback(unit);
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    if (this.#unit) return this.#writer.run(this.#unit, query);
    if (this.#reader?.reads(query.sql)) return this.#reader.run(query);
    return this.#writer.runAlone(query);
  }

  async *streamQuery<Row>(query: CompiledQuery): AsyncIterableIterator<QueryResult<Row>> {
    yield await this.executeQuery(query);
  }
}
