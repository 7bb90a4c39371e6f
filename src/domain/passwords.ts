import { PasswordRefused } from "./errors.ts";
import type { PasswordCost } from "./password-hash.ts";

/**
 * Hashes passwords, off the event loop. Both calls throw `HashingQueueFull` when too many wait, and the signal's reason when it is
 * aborted before the password's turn has come.
 */
export interface PasswordHasher {
  /** What a new hash costs. */
  readonly cost: PasswordCost;
  /** The password as a PHC string with a salt of its own. */
  hash(password: string, signal?: AbortSignal): Promise<string>;
  /** Whether the password is the one of the PHC string. With null the answer is false, and costs the same. */
  verify(password: string, phc: string | null, signal?: AbortSignal): Promise<boolean>;
  /** Lets go of the threads. */
  close(): Promise<void>;
}

/** NIST SP 800-63B-4 asks for 15 where the password is all there is; that is a setting. */
export const DEFAULT_MIN_LENGTH = 8;

const MAX_LENGTH = 256;

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

/**
 * Holds a new password to the policy.
 *
 * @param email the normalised address of the account
 * @param minLength in characters (code points)
 * @throws {PasswordRefused} with every reason there is
 */
export function checkPasswordPolicy(
  password: string,
  { email, minLength = DEFAULT_MIN_LENGTH }: { email: string; minLength?: number | undefined },
): void {
  const reasons: string[] = [];
  const normalised = normalisePassword(password);
  if (!password.isWellFormed()) reasons.push("The password holds characters that are not text.");
  else if (normalised === null) reasons.push(`The password must be at most ${MAX_LENGTH} characters long.`);
  else if ([...normalised].length < minLength)
    reasons.push(`The password must be at least ${minLength} characters long.`);
  if (normalised?.trim().toLowerCase() === email) reasons.push("The password must not be the e-mail address.");
  if (reasons.length > 0) throw new PasswordRefused(reasons);
}
