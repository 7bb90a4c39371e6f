import { ARTICLES } from "../fixture.ts";
import type { LoadProcess } from "../load-process.ts";
import type { Machine } from "../report.ts";
import { compareDatabases, type StorageEffort } from "./comparison.ts";
import { CannotMeasure, requireServer, serverVersion } from "./postgresql.ts";
import { judge, type StorageReport } from "./report.ts";
import { type Stored, store } from "./subjects.ts";
import { measureCores, measureWorkers } from "./workers.ts";

/** The sizes of the small database; those of the large one are given. */
const SMALL = { tokens: 1_000, likes: 1_000 };

/**
 * Compares databases of two sizes on PostgreSQL and SQLite, and two workers with one process. What it makes is removed at its end, also
 * when a signal ends it.
 *
 * @throws {CannotMeasure} when there is no PostgreSQL, or a signal came
 */
export async function measureStorage(
  machine: Machine,
  load: LoadProcess,
  large: { readonly tokens: number; readonly likes: number },
  effort: StorageEffort,
  progress: (text: string) => void,
): Promise<StorageReport> {
  await requireServer();
  const stop = new AbortController();
  // The servers and the load get the signal of a terminal, too, and end; this process has to outlive them to remove its databases.
  for (const signal of ["SIGINT", "SIGTERM"])
    process.once(signal, () => stop.abort(new CannotMeasure(`stopped by ${signal}`)));
  const next = (text: string) => {
    stop.signal.throwIfAborted();
    progress(text);
  };
  const run = { load, effort, next };
  const made: Stored[] = [];
  const make = async (name: string, size: typeof large) => {
    next(`making the ${name} databases`);
    const stored = await store({ tokens: size.tokens, likers: size.likes / ARTICLES });
    made.push(stored);
    return stored;
  };
  try {
    const stored = { small: await make("small", SMALL), large: await make("large", large) };
    const cores = await measureCores(run);
    const compared = await compareDatabases(stored, run);
    const workers = await measureWorkers(stored.large, run);
    return {
      machine,
      postgresql: await serverVersion(),
      rounds: effort.rounds,
      sizes: { small: SMALL, large },
      ...judge({ ...compared, workers }),
      cores,
    };
  } catch (error) {
    // What the end of a server or of the load has caused.
    stop.signal.throwIfAborted();
    throw error;
  } finally {
    for (const stored of made) await stored.remove();
  }
}
