/** A line of callers in front of a few places, first come, first served. */
export interface WaitingLine {
  /**
   * Runs the work when a place is free. Aborting the signal takes the caller out of the line; work that has begun is
   * finished.
   */
  run<Result>(work: () => Promise<Result>, signal?: AbortSignal): Promise<Result>;
  /** Throws the error that a caller would be refused with now; returns when a caller would be let in. */
  requireRoom(): void;
  /** The number of callers that wait. */
  readonly length: number;
}

/** The limits of a line. Times are in milliseconds. */
export interface WaitingLineOptions {
  /** The number of callers whose work runs at once. */
  readonly places: number;
  /** The number of callers that may wait. */
  readonly capacity: number;
  /**
   * The longest wait. A caller who would wait longer by the expected times is refused at once, and one who has waited
   * so long, then.
   */
  readonly longestWait: number;
  /** The time that one piece of work takes, as far as is known now. */
  readonly expected: () => number;
  /** Makes the error for a refused caller; `through` is the time until all callers in line will have had their turn. */
  readonly refuse: (through: number) => Error;
}

/** Makes a line. */
export function createWaitingLine(options: WaitingLineOptions): WaitingLine {
  const { places, capacity, longestWait, expected, refuse } = options;
  let free = places;
  const waiting = new Set<() => void>();

  const through = (line: number): number => (line * expected()) / places;
  const refusal = (): Error => refuse(through(waiting.size));

  const requireRoom = (): void => {
    if (free > 0) return;
    if (waiting.size >= capacity || through(waiting.size + 1) > longestWait) throw refusal();
  };

  const wait = (signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve, reject) => {
      const end = (): void => {
        waiting.delete(proceed);
        clearTimeout(deadline);
        signal?.removeEventListener("abort", leave);
      };
      const leave = (): void => {
        end();
        reject(signal?.reason);
      };
      const proceed = (): void => {
        end();
        resolve();
      };
      const deadline = setTimeout(() => {
        end();
        reject(refusal());
      }, longestWait);
      waiting.add(proceed);
      signal?.addEventListener("abort", leave, { once: true });
    });

  const exit = (): void => {
    const [next] = waiting;
    if (next === undefined) free += 1;
    else next();
  };

  return {
    requireRoom,
    get length() {
      return waiting.size;
    },
    async run(work, signal) {
      signal?.throwIfAborted();
      requireRoom();
      if (free > 0) free -= 1;
      else await wait(signal);
      try {
        return await work();
      } finally {
        exit();
      }
    },
  };
}
