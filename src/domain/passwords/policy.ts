import { PasswordRefused } from "./errors.ts";
import { DEFAULT_MIN_LENGTH, isTooLong, MAX_LENGTH, normalisePassword } from "./password.ts";
import type { PasswordHasher } from "./password-hasher.ts";

// The least strength, on the meter's scale of 0 to 4: a million guesses or more, which the limits of attempts do not
// let through.
const LEAST_STRENGTH = 2;

// The fewest characters of a password besides the name in the user's address.
const LEAST_BESIDES_NAME = 4;

/**
 * Checks a new password against the policy.
 *
 * @param email the normalised address of the account
 * @param minLength in characters (code points)
 * @throws {PasswordRefused} with all reasons; the strength is rated only when there is no other reason
 * @throws {HashingQueueFull}
 */
export async function checkPasswordPolicy(
  meter: Pick<PasswordHasher, "rate">,
  password: string,
  {
    email,
    minLength = DEFAULT_MIN_LENGTH,
    signal,
  }: { email: string; minLength?: number | undefined; signal?: AbortSignal | undefined },
): Promise<void> {
  const normalised = normalisePassword(password);
  if (!password.isWellFormed() || password.includes("\0"))
    throw new PasswordRefused(["The password holds characters that are not text."]);
  if (normalised === null) throw new PasswordRefused([reasonOfNone(password)]);
  const reasons = [...reasonsOfLength(normalised, minLength)];
  if (normalised.trim().toLowerCase() === email) reasons.push("The password must not be the e-mail address.");
  else if (isHardlyMoreThan(normalised, nameIn(email))) {
    reasons.push("The password must not be the name in the e-mail address, or hardly more than that.");
  }
  if (reasons.length === 0) {
    const { strength, advice } = await meter.rate(normalised, email.split(/[@.]/), signal);
    if (strength < LEAST_STRENGTH) reasons.push(["The password is too easy to guess.", ...advice].join(" "));
  }
  if (reasons.length > 0) throw new PasswordRefused(reasons);
}

/**
 * The sentence that refuses a password for its length; empty for a password that is long enough. `minLength` in
 * characters (code points).
 */
export function reasonsOfLength(password: string, minLength: number): readonly string[] {
  const { length } = [...(normalisePassword(password) ?? password)];
  return length < minLength ? [`The password must be at least ${minLength} characters long.`] : [];
}

/** The sentence that refuses a text which cannot be a password, although it is well-formed. */
function reasonOfNone(password: string): string {
  return isTooLong(password)
    ? `The password must be at most ${MAX_LENGTH} characters long.`
    : "The password must not be one that another text could take the place of: change any character.";
}

function nameIn(email: string): string {
  return email.slice(0, email.lastIndexOf("@"));
}

function isHardlyMoreThan(password: string, name: string): boolean {
  return password.toLowerCase().includes(name) && [...password].length - [...name].length < LEAST_BESIDES_NAME;
}
