import { setTimeout as sleep } from "node:timers/promises";
import { type Configuration, type Kysely, type MikroORM, SqliteConnection, SqliteDriver } from "@mikro-orm/sqlite";
import { immediately } from "./backend.ts";
import { isBusy } from "./errors.ts";

type Begin = SqliteConnection["begin"];

/** How long another process may keep writers waiting, in milliseconds, until they are told so. */
const PATIENCE_MS = 1_000;

/** Between two tries to write; as good as nothing for a person, and enough for the other process to end its transaction. */
const PAUSE_MS = 10;

/** Writes nothing, but takes the lock that only one writer can have. */
const TAKE_LOCK = 'delete from "user" where false';

/**
 * The one connection to a file that other processes write to as well. SQLite waits for their locks in the thread, so that everything
 * stands still; here a transaction that cannot begin is tried again while the thread is free. Writers stand in line: only the first
 * of them tries. Once the others' lock has lasted too long for one, those behind try once and do not wait.
 */
class PatientConnection extends SqliteConnection {
  #line: Promise<unknown> = Promise.resolve();
  #busySince: number | null = null;

  /** Begins a transaction as its writer: nothing in it waits for a lock, and what it reads nobody else changes until its end. */
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

  /** Does some work, which takes the writers' lock and has changed nothing when it cannot, as soon as there is no other writer. */
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

/** MikroORM's driver for SQLite, with a connection that waits outside of the thread. */
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
