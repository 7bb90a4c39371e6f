import type { Piscina } from "piscina";

/** Threads that run the jobs of one file. They keep no line of jobs: `waiting-line.ts` does. */
export interface Threads {
  /**
   * Runs a job in one of the threads, by the file's default export.
   *
   * @param signal ends the thread when it is aborted
   * @param name of another export
   */
  run<Job, Result>(job: Job, options?: { readonly signal?: AbortSignal; readonly name?: string }): Promise<Result>;
  close(): Promise<void>;
}

/** The time after which a thread without work ends, and gives its memory back: 10 MB for hashes, 100 MB for ratings. */
const IDLE_MS = 60_000;

/** Prepares threads. Nothing is loaded before the first job, which waits a tenth of a second for its thread. */
export function prepareThreads(file: URL, most: number): Threads {
  let started: Promise<Piscina> | undefined;
  const start = async (): Promise<Piscina> => {
    const { Piscina } = await import("piscina");
    return new Piscina({ filename: file.href, minThreads: 0, maxThreads: most, idleTimeout: IDLE_MS });
  };
  return {
    async run(job, options = {}) {
      started ??= start();
      return (await started).run(job, options);
    },
    async close() {
      await (await started)?.close();
    },
  };
}
