import { setTimeout as sleep } from "node:timers/promises";
import {
  type DatabaseIntrospector,
  type Dialect,
  type Driver,
  type Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryCompiler,
  type TransactionSettings,
} from "kysely";
import type { Pool } from "pg";
import { DatabaseUnavailable } from "../sqlite/errors.ts";
import { Lease, type Translate } from "./lease.ts";
import { createTranslator } from "./statement.ts";

/** The longest that a unit of work waits while none of those before it in this process begins, in milliseconds. */
const LONGEST_WAIT_MS = 5_000;

/** The key of the advisory lock of units of work that run one after the other. Any number that nobody else uses in the database. */
const SERIAL_LOCK = 8_257_536_101;

/**
 * The driver of {@link ServerDialect}: statements by a pool of connections. A transaction without an isolation level runs alone among those
 * without one, in all processes, as every transaction does on SQLite: one lock, taken at its beginning, which ends with it. So their
 * commits have an order, in which the ids that they give out rise. Transactions that say "read committed" run beside all others.
 */
class ServerDriver implements Driver {
  readonly #pool: Pool;
  readonly #name: string;
  readonly #translate: Translate = createTranslator();
  #last: Promise<void> = Promise.resolve();
  /** The number of units of work that have begun: the server answers, and the line advances. */
  #begun = 0;

  /** @param name of the database, for messages */
  constructor(pool: Pool, name: string) {
    this.#pool = pool;
    this.#name = name;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<Lease> {
    return new Lease(this.#pool, this.#translate, this.#name);
  }

  async beginTransaction(lease: Lease, { isolationLevel }: TransactionSettings): Promise<void> {
    if (isolationLevel !== undefined) return lease.begin("begin isolation level read committed");
    // Those of this process wait here, before they take a connection: the pool would be empty else.
    const turn = Promise.withResolvers<void>();
    const before = this.#last;
    this.#last = turn.promise;
    await this.#inTurn(before, turn.resolve);
    try {
      await lease.begin(`begin; select pg_advisory_xact_lock(${SERIAL_LOCK})`, turn.resolve);
      this.#begun += 1;
    } catch (error) {
      turn.resolve();
      throw error;
    }
  }

  /**
   * Waits for the transaction before.
   *
   * @param pass has the next one wait for that, too, when this one gives up
   * @throws {DatabaseUnavailable} when the line stands still: a database that is silent must not keep requests waiting. A long line on a
   *   slow one is no such thing.
   */
  async #inTurn(before: Promise<void>, pass: () => void): Promise<void> {
    for (let begun = -1; begun !== this.#begun; ) {
      begun = this.#begun;
      const waiting = new AbortController();
      const came = await Promise.race([
        before.then(() => true),
        sleep(LONGEST_WAIT_MS, false, { ref: false, signal: waiting.signal }),
      ]);
      waiting.abort();
      if (came) return;
    }
    void before.then(pass);
    throw new DatabaseUnavailable(`database ${this.#name} does not answer; start it, or look at DATABASE_URL`);
  }

  async commitTransaction(lease: Lease): Promise<void> {
    await lease.end("commit");
  }

  async rollbackTransaction(lease: Lease): Promise<void> {
    await lease.end("rollback");
  }

  async savepoint(lease: Lease, name: string): Promise<void> {
    await lease.run(`savepoint "${name}"`);
  }

  async rollbackToSavepoint(lease: Lease, name: string): Promise<void> {
    await lease.run(`rollback to savepoint "${name}"`);
  }

  async releaseSavepoint(lease: Lease, name: string): Promise<void> {
    await lease.run(`release savepoint "${name}"`);
  }

  async releaseConnection(lease: Lease): Promise<void> {
    await lease.close();
  }

  async destroy(): Promise<void> {
    await this.#pool.end();
  }
}

/** Kysely's dialect for a PostgreSQL server. It is handed to MikroORM as its `driverOptions`. */
export class ServerDialect implements Dialect {
  readonly #driver: ServerDriver;

  /** @param name of the database, for messages */
  constructor(pool: Pool, name: string) {
    this.#driver = new ServerDriver(pool, name);
  }

  createDriver(): Driver {
    return this.#driver;
  }

  createQueryCompiler(): QueryCompiler {
    return new PostgresQueryCompiler();
  }

  createAdapter(): PostgresAdapter {
    return new PostgresAdapter();
  }

  createIntrospector(db: Kysely<unknown>): DatabaseIntrospector {
    return new PostgresIntrospector(db);
  }
}
