import type { CompiledQuery, DatabaseConnection, QueryResult } from "kysely";
import type { Pool, PoolClient } from "pg";
import { isOfServer, named } from "./errors.ts";
import { bound, type Statement } from "./statement.ts";

/** Translates a statement: see `createTranslator`. */
export type Translate = (sql: string, parameters: readonly unknown[]) => Statement;

/** The use of the server by one statement or one transaction. */
export class Lease implements DatabaseConnection {
  readonly #pool: Pool;
  readonly #translate: Translate;
  readonly #name: string;
  #client: PoolClient | undefined;
  #onEnd: (() => void) | undefined;
  #broken: Error | undefined;

  constructor(pool: Pool, translate: Translate, name: string) {
    this.#pool = pool;
    this.#translate = translate;
    this.#name = name;
  }

  /** Takes a connection of its own, and begins a transaction by some statements. `onEnd` is called once it has ended. */
  async begin(sql: string, onEnd?: () => void): Promise<void> {
    this.#client = await this.#pool.connect().catch((error: unknown) => {
      throw named(error, this.#name);
    });
    this.#broken = undefined;
    await this.run(sql).catch((error: unknown) => {
      // The transaction may be open.
      this.#broken ??= error as Error;
      this.#release();
      throw error;
    });
    this.#onEnd = onEnd;
  }

  /** Ends the transaction; a second end, of one that has failed to commit, does nothing. */
  async end(sql: "commit" | "rollback"): Promise<void> {
    if (this.#client === undefined) return;
    try {
      if (this.#broken === undefined) await this.run(sql);
      else if (sql === "commit") throw this.#broken;
    } finally {
      this.#release();
    }
  }

  /** Runs statements without parameters, on the connection of the transaction. */
  async run(sql: string): Promise<void> {
    await this.#attempt(async (client) => client.query(sql));
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const { command, rowCount, rows } = await this.#attempt((client) =>
      parameters.length === 0
        ? client.query(sql)
        : client.query({ ...this.#translate(sql, parameters), values: parameters.map(bound) }),
    );
    if (command === "SELECT") return { rows };
    return { rows: rows ?? [], numAffectedRows: BigInt(rowCount ?? 0) };
  }

  async *streamQuery<Row>(query: CompiledQuery): AsyncIterableIterator<QueryResult<Row>> {
    yield await this.executeQuery(query);
  }

  /** Gives the connection back; one with an open transaction is closed, which rolls it back. */
  async close(): Promise<void> {
    if (this.#client === undefined) return;
    this.#broken ??= new Error("The transaction was left open.");
    this.#release();
  }

  async #attempt<Result>(work: (client: Pool | PoolClient) => Promise<Result>): Promise<Result> {
    try {
      return await work(this.#client ?? this.#pool);
    } catch (error) {
      // What is no answer of the server is the end of the connection: the pool must not give it out again.
      if (!isOfServer(error) && !(error instanceof TypeError)) this.#broken = error as Error;
      throw named(error, this.#name);
    }
  }

  #release(): void {
    this.#client?.release(this.#broken);
    this.#client = undefined;
    this.#onEnd?.();
    this.#onEnd = undefined;
  }
}
