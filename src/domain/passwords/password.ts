import type { PasswordCost } from "./scrypt-hash.ts";

/** How hard a password is to guess. */
export interface PasswordRating {
  /** From 0, one of the first thousand guesses, to 4, beyond ten thousand million. */
  readonly strength: number;
  /** Sentences for the person who chose it: what makes it weak, and what would help. */
  readonly advice: readonly string[];
}

/**
 * Hashes and rates passwords, off the event loop. The calls throw `HashingQueueFull` when too many wait, and the signal's reason
 * when it is aborted before the password's turn has come.
 */
export interface PasswordHasher {
  /** What a new hash costs. */
  readonly cost: PasswordCost;
  /** The password as a PHC string with a salt of its own. */
  hash(password: string, signal?: AbortSignal): Promise<string>;
  /** Whether the password is the one of the PHC string. With null the answer is false, and costs the same. */
  verify(password: string, phc: string | null, signal?: AbortSignal): Promise<boolean>;
  /**
   * How hard a normalised password is to guess for somebody who knows the words that it is about. What comes after 40 characters is
   * not looked at.
   */
  rate(password: string, about: readonly string[], signal?: AbortSignal): Promise<PasswordRating>;
  /** Lets go of the threads. */
  close(): Promise<void>;
}

/** NIST SP 800-63B-4 asks for 15 where the password is all there is; that is a setting. */
export const DEFAULT_MIN_LENGTH = 8;

/** In characters (code points). */
export const MAX_LENGTH = 256;

// Normalising takes time in proportion to its input. The longest decomposition of one character has 18 of them.
const LONGEST_INPUT = MAX_LENGTH * 18;

/**
 * The text of a password that is hashed: Unicode form NFKC, so that it does not depend on the keyboard; never cut. Null when no
 * password is spelled so: ill-formed UTF-16, which UTF-8 would turn into something else, or more than 256 characters.
 */
export function normalisePassword(password: string): string | null {
  if (password.length > LONGEST_INPUT || !password.isWellFormed()) return null;
  const normalised = password.normalize("NFKC");
  return [...normalised].length <= MAX_LENGTH ? normalised : null;
}
