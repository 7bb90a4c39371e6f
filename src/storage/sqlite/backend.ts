import { setTimeout as sleep } from "node:timers/promises";
import { DatabaseUnavailable, isBusy } from "./errors.ts";

/** Runs one statement on the one connection, outside every unit of work, and returns its rows. */
export type Run = (sql: string) => Promise<Record<string, unknown>[]>;

/** How long a statement waits for another process's write to end while the program starts, in milliseconds. */
export const BUSY_TIMEOUT_MS = 2_000;

/**
 * The same while requests are served. SQLite waits in the thread, so this is also how long everything else stands still: no longer
 * than a reader needs where another process has just opened or closed the file. Writers wait elsewhere.
 */
const SERVING_BUSY_TIMEOUT_MS = 10;

/** Has statements wait no longer than requests can. */
export async function serveWithin(run: Run): Promise<void> {
  await run(`pragma busy_timeout = ${SERVING_BUSY_TIMEOUT_MS}`);
}

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

/** Writes, and takes it back. Beginning a transaction would prove nothing: SQLite lets that pass on a file that it cannot write. */
export async function proveWritable(run: Run): Promise<void> {
  const [current] = await run("pragma user_version");
  await immediately(run, () => run(`pragma user_version = ${Number(current?.user_version)}`), "rollback");
}

/** Holds the connection to foreign keys, and to an answer only after the write is on the disk. */
export async function makeStrict(run: Run): Promise<void> {
  await run("pragma foreign_keys = on");
  await run("pragma synchronous = full");
}

/**
 * Puts the file into write-ahead mode, in which readers and the writer do not wait for each other.
 *
 * @throws {DatabaseUnavailable} where the disk does not support it
 */
export async function useWriteAheadLog(run: Run, path: string): Promise<void> {
  // Changing the mode does not wait for others as a statement does.
  for (const deadline = Date.now() + BUSY_TIMEOUT_MS; ; await sleep(20)) {
    try {
      const [mode] = await run("pragma journal_mode = wal");
      if (mode?.journal_mode === "wal") return;
      throw new DatabaseUnavailable(`database ${path} is on a disk without shared memory; choose another DATABASE_URL`);
    } catch (error) {
      if (!isBusy(error) || Date.now() > deadline) throw error;
    }
  }
}
