import { HashingQueueFull } from "../domain/passwords/errors.ts";
import type { PasswordHasher, PasswordRating } from "../domain/passwords/password-hasher.ts";
import type { RatingJob } from "./meter-worker.ts";
import { prepareThreads } from "./threads.ts";
import { createWaitingLine } from "./waiting-line.ts";

/** The time that the slowest rating takes, in milliseconds. */
const LONGEST_RATING_MS = 30;

/**
 * The longest that a password waits for its turn to be rated, and the longest that its rating takes, in milliseconds.
 * The thread and its dictionaries may have to be loaded in that time.
 */
const LONGEST_WAIT_FOR_RATING_MS = 20_000;

/** Rates passwords in a thread of its own. */
export interface PasswordMeter extends Pick<PasswordHasher, "rate" | "close"> {}

/**
 * Makes a meter. It has one thread: a rating takes milliseconds, and the dictionaries take 100 MB for each thread. The
 * thread starts with the first password, which waits half a second for it, and ends after a minute without one.
 *
 * @param maxWaiting the number of passwords that may wait for their turn
 */
export function createPasswordMeter({ maxWaiting }: { maxWaiting: number }): PasswordMeter {
  const threads = prepareThreads(new URL("./meter-worker.ts", import.meta.url), 1);
  const line = createWaitingLine({
    places: 1,
    capacity: maxWaiting,
    longestWait: LONGEST_WAIT_FOR_RATING_MS,
    expected: () => LONGEST_RATING_MS,
    refuse: (through) => new HashingQueueFull(through),
  });
  const rate = async (job: RatingJob): Promise<PasswordRating> => {
    const deadline = AbortSignal.timeout(LONGEST_WAIT_FOR_RATING_MS);
    try {
      // The abort ends the thread, too: a rating that takes so long would keep all others waiting.
      return await threads.run(job, { signal: deadline });
    } catch (error) {
      throw deadline.aborted ? new HashingQueueFull(LONGEST_WAIT_FOR_RATING_MS) : error;
    }
  };
  return {
    rate: (password, about, signal) => line.run(() => rate({ password, about: [...about] }), signal),
    close: threads.close,
  };
}
