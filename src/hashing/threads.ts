import { createRequire } from "node:module";
import type { Piscina } from "piscina";
import { HashingUnavailable } from "../domain/passwords/errors.ts";

/** Threads that run the jobs of one file. They keep no line of jobs: `waiting-line.ts` does. */
export interface Threads {
  /**
   * Runs a job in one of the threads, by the file's default export.
   *
   * @param signal ends the thread when it is aborted
   * @param name of another export
   * @throws {HashingUnavailable} when no thread can be started; the next job tries anew
   */
  run<Job, Result>(job: Job, options?: { readonly signal?: AbortSignal; readonly name?: string }): Promise<Result>;
  close(): Promise<void>;
}

/** The time after which a thread without work ends, and gives its memory back: 10 MB for hashes, 100 MB for ratings. */
const IDLE_MS = 60_000;

/** Signs, in an error's code or message, that the system has no file descriptor, memory or thread left. */
const EXHAUSTED = /EMFILE|ENFILE|ENOMEM|too many open files|ERR_WORKER_INIT_FAILED|ERR_WORKER_OUT_OF_MEMORY/;

/** Started threads, and what ends each of their jobs. */
interface Pool {
  readonly piscina: Piscina;
  readonly jobs: Set<AbortController>;
}

const require = createRequire(import.meta.url);

/** The package. `import()` remembers a failure for good, such as for want of file descriptors; `require` tries anew. */
async function loadPiscina(): Promise<Pick<typeof import("piscina"), "Piscina">> {
  try {
    return await import("piscina");
  } catch {
    return require("piscina");
  }
}

/** Prepares threads. Nothing is loaded before the first job, which waits a tenth of a second for its thread. */
export function prepareThreads(file: URL, most: number): Threads {
  let starting: Promise<Pool> | undefined;
  const givenUp = new WeakSet<Piscina>();

  /** Ends threads that do not work, and their jobs: what a thread could not load once it would not load later either. */
  const giveUp = ({ piscina, jobs }: Pool, reason: unknown): void => {
    // A job that has waited for these threads finds them given up, and the next one starts others.
    if (!givenUp.has(piscina)) starting = undefined;
    givenUp.add(piscina);
    for (const job of jobs) job.abort(reason);
    piscina.destroy().catch(() => undefined);
  };
  const start = async (): Promise<Pool> => {
    const { Piscina } = await loadPiscina();
    const piscina = new Piscina({ filename: file.href, minThreads: 0, maxThreads: most, idleTimeout: IDLE_MS });
    const started = { piscina, jobs: new Set<AbortController>() };
    // A thread that has no job fails here, such as one that cannot start; without others, jobs would wait for it for ever.
    piscina.on("error", (error) => {
      if (piscina.threads.length === 0) giveUp(started, error);
    });
    return started;
  };
  const current = async (): Promise<Pool> => {
    try {
      starting ??= start();
      return await starting;
    } catch (error) {
      starting = undefined;
      throw new HashingUnavailable(error);
    }
  };

  return {
    async run(job, { signal, ...options } = {}) {
      const used = await current();
      const given = new AbortController();
      const end = AbortSignal.any(signal ? [signal, given.signal] : [given.signal]);
      used.jobs.add(given);
      try {
        return await used.piscina.run(job, { ...options, signal: end });
      } catch (error) {
        if (given.signal.aborted) throw new HashingUnavailable(given.signal.reason);
        if (!isExhaustion(error)) throw error;
        giveUp(used, error);
        throw new HashingUnavailable(error);
      } finally {
        used.jobs.delete(given);
      }
    },
    async close() {
      const pool = await starting?.catch(() => undefined);
      await pool?.piscina.close();
    },
  };
}

function isExhaustion(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return EXHAUSTED.test("code" in error ? `${error.code} ${error.message}` : error.message);
}
