/** A line of callers in front of a few places, first come, first served. */
export interface WaitingLine {
  /** Runs the work when a place is free; an aborted signal takes the caller out of the line, but not out of a place. */
  run<Result>(work: () => Promise<Result>, signal?: AbortSignal): Promise<Result>;
}

/**
 * Makes a line.
 *
 * @param places how many work at once
 * @param capacity how many may wait
 * @param refuse the error for the one who finds the line full
 */
export function createWaitingLine(places: number, capacity: number, refuse: () => Error): WaitingLine {
  let free = places;
  const waiting = new Set<() => void>();

  const enter = (signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      if (free > 0) {
        free -= 1;
        return resolve();
      }
      if (waiting.size >= capacity) return reject(refuse());
      const leave = (): void => {
        waiting.delete(proceed);
        reject(signal?.reason);
      };
      const proceed = (): void => {
        signal?.removeEventListener("abort", leave);
        resolve();
      };
      waiting.add(proceed);
      signal?.addEventListener("abort", leave, { once: true });
    });

  const exit = (): void => {
    const [next] = waiting;
    if (next === undefined) {
      free += 1;
      return;
    }
    waiting.delete(next);
    next();
  };

  return {
    async run(work, signal) {
      await enter(signal);
      try {
        return await work();
      } finally {
        exit();
      }
    },
  };
}
