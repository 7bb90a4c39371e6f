import { setTimeout as sleep } from "node:timers/promises";
import type { Connection } from "./connection.ts";
import { isBusy } from "./errors.ts";

/** The time that another process may keep writers waiting until they fail, in milliseconds. */
const PATIENCE_MS = 1_000;

/** The time between two tries to begin, in milliseconds: too short to notice, and enough for the other process to commit. */
const PAUSE_MS = 10;

/**
 * The wait for the lock that only one of several processes can have. SQLite waits in the thread, where all requests would wait with it;
 * this tries again and again, and leaves the thread free in between.
 */
export class Patience {
  #busySince: number | null = null;

  /**
   * Begins a transaction with the writers' lock: no statement in it waits, and no other process changes the data until its end. A call
   * that follows one that has given up tries once and does not wait.
   *
   * @throws the error of SQLite, SQLITE_BUSY when the other process is not done within a second
   * @throws {DatabaseUnavailable} when the database's files are not in their place
   */
  async begin(connection: Connection): Promise<void> {
    for (;;) {
      try {
        connection.requirePresence();
        connection.exec("begin immediate");
        this.#busySince = null;
        return;
      } catch (error) {
        if (!isBusy(error)) throw error;
        this.#busySince ??= performance.now();
        if (performance.now() - this.#busySince > PATIENCE_MS) throw error;
        await sleep(PAUSE_MS);
      }
    }
  }
}
