/** A line of callers in front of a few places, first come, first served. */
export interface WaitingLine {
  /** Runs the work when a place is free; an aborted signal takes the caller out of the line, but not out of a place. */
  run<Result>(work: () => Promise<Result>, signal?: AbortSignal): Promise<Result>;
  /** Throws what somebody who came now would be refused with; nothing where one would be taken. */
  requireRoom(): void;
}

/** How long a line may get. Times are in milliseconds. */
export interface WaitingLineOptions {
  /** How many work at once. */
  readonly places: number;
  /** How many may wait. */
  readonly capacity: number;
  /** How long anybody may wait. Who would have to wait longer is refused, and who has waited so long after all, too. */
  readonly longestWait: number;
  /** How long one piece of work takes, as far as is known now. */
  readonly expected: () => number;
  /** The error for somebody refused; `through` is when all who wait now will have had their turn. */
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
