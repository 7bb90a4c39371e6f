import { setTimeout as sleep } from "node:timers/promises";
import { DatabaseUnavailable, isBusy } from "./errors.ts";

/** A function that runs one statement on the database's connection, outside every unit of work, and returns its rows. */
export type Run = (sql: string) => Promise<Record<string, unknown>[]>;

/** The time that a statement waits for another process's write to end while the program starts, in milliseconds. */
export const BUSY_TIMEOUT_MS = 2_000;

/**
 * The same while requests are served. SQLite waits in the thread, so all other requests stand still for this time too. It is as long as
 * a reader needs when another process has just opened or closed the file; writers wait as patience.ts says instead.
 */
export const SERVING_BUSY_TIMEOUT_MS = 10;

/**
 * Does some work in a transaction that keeps other writers out from its beginning. A plain `begin` takes the lock at its first
 * write, when it may be too late to wait for it.
 *
 * @param end of a transaction whose work succeeds; the transaction of work that fails is always rolled back
 */
export async function immediately<Result>(
  run: (sql: string) => Promise<unknown>,
  work: () => Promise<Result>,
  end: "commit" | "rollback",
): Promise<Result> {
  await run("begin immediate");
  try {
    const result = await work();
    await run(end);
    return result;
  } catch (error) {
    // After some errors SQLite has rolled back by itself, and refuses to do so again.
    await run("rollback").catch(() => undefined);
    throw error;
  }
}

/** Proves that the file can be written to, by a write that is rolled back. A `begin` alone succeeds on a read-only file too. */
export async function proveWritable(run: Run): Promise<void> {
  const [current] = await run("pragma user_version");
  await immediately(run, () => run(`pragma user_version = ${Number(current?.user_version)}`), "rollback");
}

/** The `user_version` of a file that is in write-ahead mode only while it is open: closed in that mode, it lacks its log. */
export const WHOLE_WHEN_CLOSED = 1;

/** Notes in the file that it is {@link WHOLE_WHEN_CLOSED}. */
export async function noteWholeWhenClosed(run: Run): Promise<void> {
  const [current] = await run("pragma user_version");
  if (current?.user_version !== WHOLE_WHEN_CLOSED) await run(`pragma user_version = ${WHOLE_WHEN_CLOSED}`);
}

/**
 * Puts the file into write-ahead mode, in which readers and the writer do not wait for each other.
 *
 * @throws {DatabaseUnavailable} where the disk does not support it
 */
export async function useWriteAheadLog(run: Run, path: string): Promise<void> {
  // The busy timeout does not hold for a change of the mode, so this waits for other processes itself.
  for (const deadline = performance.now() + BUSY_TIMEOUT_MS; ; await sleep(20)) {
    try {
      const [mode] = await run("pragma journal_mode = wal");
      if (mode?.journal_mode === "wal") return;
      throw new DatabaseUnavailable(`database ${path} is on a disk without shared memory; choose another DATABASE_URL`);
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
    }
  }
}
