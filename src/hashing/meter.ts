import { Piscina } from "piscina";
import { HashingQueueFull } from "../domain/passwords/errors.ts";
import type { PasswordHasher, PasswordRating } from "../domain/passwords/password-hasher.ts";
import type { RatingJob } from "./meter-worker.ts";
import { createWaitingLine } from "./waiting-line.ts";

/** What the costliest password takes, in milliseconds. */
const LONGEST_RATING = 30;

/** How long a password waits for its turn, in milliseconds; the thread and its dictionaries may have to be loaded in that time. */
const LONGEST_WAIT = 20_000;

/** Rates passwords in a thread of its own. */
export interface PasswordMeter extends Pick<PasswordHasher, "rate" | "close"> {}

/**
 * Makes a meter. One thread does for all, since a rating takes milliseconds and the dictionaries take 100 MB; it starts with the
 * first password, which waits half a second for it.
 *
 * @param maxWaiting how many may wait for their turn
 */
export function createPasswordMeter({ maxWaiting }: { maxWaiting: number }): PasswordMeter {
  const pool = new Piscina({
    filename: new URL("./meter-worker.ts", import.meta.url).href,
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: 10 * 60_000,
  });
  const line = createWaitingLine({
    places: 1,
    capacity: maxWaiting,
    longestWait: LONGEST_WAIT,
    expected: () => LONGEST_RATING,
    refuse: (through) => new HashingQueueFull(through),
  });
  const rate = async (job: RatingJob): Promise<PasswordRating> => {
    const deadline = AbortSignal.timeout(LONGEST_WAIT);
    try {
      // It ends the thread, too: one that takes so long would keep all others waiting.
      return await pool.run(job, { signal: deadline });
    } catch (error) {
      throw deadline.aborted ? new HashingQueueFull(LONGEST_WAIT) : error;
    }
  };
  return {
    rate: (password, about, signal) => line.run(() => rate({ password, about: [...about] }), signal),
    close: () => pool.close(),
  };
}
