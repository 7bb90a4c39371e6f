import type { PasswordCost } from "./scrypt-hash.ts";

/** How hard a password is to guess. */
export interface PasswordRating {
  /** From 0, one of the first thousand guesses, to 4, beyond ten thousand million guesses. */
  readonly strength: number;
  /** Sentences for the person who chose the password: its weakness, and advice against it. */
  readonly advice: readonly string[];
}

/**
 * The port that `src/hashing` implements: hashes and rates passwords off the event loop. The calls throw `HashingQueueFull` when too
 * many passwords wait, and the signal's reason when it is aborted before the password's turn has come.
 */
export interface PasswordHasher {
  /** The cost of new hashes. */
  readonly cost: PasswordCost;
  /** The password as a PHC string with a random salt. */
  hash(password: string, signal?: AbortSignal): Promise<string>;
  /** Whether the password is the one of the PHC string. With null the answer is false, at the same cost. */
  verify(password: string, phc: string | null, signal?: AbortSignal): Promise<boolean>;
  /**
   * The rating of a normalised password, by its first 40 characters.
   *
   * @param about words that an attacker knows of the user, such as the parts of the address
   */
  rate(password: string, about: readonly string[], signal?: AbortSignal): Promise<PasswordRating>;
  /** Ends the threads. */
  close(): Promise<void>;
}
