import { Piscina } from "piscina";
import { HashingQueueFull } from "./errors.ts";
import type { RatingJob } from "./password-meter-worker.ts";
import type { PasswordHasher, PasswordRating } from "./passwords.ts";
import { createWaitingLine } from "./waiting-line.ts";

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
    filename: new URL("./password-meter-worker.ts", import.meta.url).href,
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: 10 * 60_000,
  });
  const line = createWaitingLine(1, maxWaiting, () => new HashingQueueFull(1));
  return {
    rate: (password, about, signal) =>
      line.run((): Promise<PasswordRating> => pool.run({ password, about: [...about] } satisfies RatingJob), signal),
    close: () => pool.close(),
  };
}
