import { setTimeout as sleep } from "node:timers/promises";
import { type Configuration, type Kysely, type MikroORM, SqliteConnection, SqliteDriver } from "@mikro-orm/sqlite";
import { immediately } from "./backend.ts";
import { isBusy } from "./errors.ts";

type Begin = SqliteConnection["begin"];

/** The time that another process may keep writers waiting until they fail, in milliseconds. */
const PATIENCE_MS = 1_000;

/** The time between two tries to write, in milliseconds: too short to notice, and enough for the other process to commit. */
const PAUSE_MS = 10;

/** A statement that changes nothing and takes the lock that only one writer can have. */
const TAKE_LOCK = 'delete from "user" where false';

/**
 * The one connection to a file that other processes write to as well. SQLite waits for their locks in the thread, where all requests
 * would wait with it; this connection tries again to begin a transaction, and leaves the thread free in between. Writers stand in
 * line, and only the first of them tries. When it has given up, those behind it try once and do not wait.
 */
class PatientConnection extends SqliteConnection {
  #line: Promise<unknown> = Promise.resolve();
  #busySince: number | null = null;

  /** Begins a transaction with the writers' lock: no statement in it waits, and no other process changes the data until its end. */
  override begin(options: Parameters<Begin>[0] = {}): ReturnType<Begin> {
    if (options.ctx) return super.begin(options);
    return this.#patiently(async () => {
      const transaction = await super.begin(options);
      try {
        await this.execute(TAKE_LOCK, [], "run", transaction);
        return transaction;
      } catch (error) {
        await this.rollback(transaction, options.eventBroadcaster);
        throw error;
      }
    });
  }

  /**
   * Does some work in a transaction of its own whose commit does not wait for the disk: a power cut may take it back. Not to be called
   * within a transaction: it would wait for that one's end for ever. Another connection to the file would not do: it would wait in the
   * thread for a unit of work that only the same thread can end.
   *
   * @param work awaits nothing but its own queries, since all other users of the connection wait for it; it is done again when another
   *   process is in the way
   */
  async unsynced<Result>(work: (db: Kysely<unknown>) => Promise<Result>): Promise<Result> {
    const sqlite: { exec(sql: string): unknown } = await this.getNativeClient();
    const run = async (sql: string) => sqlite.exec(sql);
    const once = async (db: Kysely<unknown>): Promise<Result> => {
      await run("pragma synchronous = normal");
      try {
        return await immediately(run, () => work(db), "commit");
      } finally {
        await run("pragma synchronous = full");
      }
    };
    return this.#patiently(() => this.getClient<unknown>().connection().execute(once));
  }

  /** Does some work as soon as there is no other writer. Work that cannot take the writers' lock must have changed nothing. */
  #patiently<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#line.then(() => this.#untilFree(work));
    this.#line = turn.catch(() => {});
    return turn;
  }

  async #untilFree<Result>(work: () => Promise<Result>): Promise<Result> {
    for (;;) {
      try {
        const result = await work();
        this.#busySince = null;
        return result;
      } catch (error) {
        if (!isBusy(error)) throw error;
        this.#busySince ??= performance.now();
        if (performance.now() - this.#busySince > PATIENCE_MS) throw error;
        await sleep(PAUSE_MS);
      }
    }
  }
}

/** MikroORM's driver for SQLite, with a {@link PatientConnection}. */
export class PatientDriver extends SqliteDriver {
  protected override readonly connection: PatientConnection;

  constructor(config: Configuration) {
    super(config);
    this.connection = new PatientConnection(config);
  }
}

/** The connection of an ORM that was made with {@link PatientDriver}. */
export function patientConnection(orm: MikroORM): PatientConnection {
  const connection = orm.em.getConnection();
  if (!(connection instanceof PatientConnection)) throw new TypeError("The ORM has another driver.");
  return connection;
}
