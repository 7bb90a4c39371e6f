import { PasswordRefused } from "./errors.ts";
import { DEFAULT_MIN_LENGTH, isTooLong, MAX_LENGTH, normalisePassword } from "./password.ts";
import type { PasswordHasher, PasswordRating } from "./password-hasher.ts";

// The least strength, on the meter's scale of 0 to 4: a million guesses or more, which the limits of attempts do not
// let through.
const LEAST_STRENGTH = 2;

// The fewest characters of a password besides the name in the user's address.
const LEAST_BESIDES_NAME = 4;

/** What the rules say of a password. */
export interface PasswordVerdict {
  /** From 0 to 4, as in {@link PasswordRating}; below 2 if, and only if, there are reasons. */
  readonly score: number;
  /** Sentences for the person who chose it, why it is refused; empty for a password that is acceptable. */
  readonly reasons: readonly string[];
}

/** The account that a password is for, and the rules of the server. */
export interface PolicyOptions {
  /** The normalised address of the account; the beginning of one while it is typed, or empty. */
  readonly email: string;
  /** In characters (code points). */
  readonly minLength?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Checks a new password against the policy.
 *
 * @throws {PasswordRefused} with all reasons; the strength is rated only when there is no other reason
 * @throws {HashingQueueFull}
 */
export async function checkPasswordPolicy(
  meter: Pick<PasswordHasher, "rate">,
  password: string,
  options: PolicyOptions,
): Promise<void> {
  const { text, reasons } = reasonsOfText(password, options);
  if (reasons.length > 0 || text === null) throw new PasswordRefused(reasons);
  const { reasons: weaknesses } = verdictOn(await rate(meter, text, options));
  if (weaknesses.length > 0) throw new PasswordRefused(weaknesses);
}

/**
 * Rates a password by the policy, without refusing it; also one that is refused for another reason than its strength, so that a
 * person who types sees it grow.
 *
 * @throws {HashingQueueFull}
 */
export async function ratePassword(
  meter: Pick<PasswordHasher, "rate">,
  password: string,
  options: PolicyOptions,
): Promise<PasswordVerdict> {
  const { text, reasons } = reasonsOfText(password, options);
  if (text === null) return { score: 0, reasons };
  const verdict = verdictOn(await rate(meter, text, options));
  if (reasons.length === 0) return verdict;
  return { score: Math.min(verdict.score, LEAST_STRENGTH - 1), reasons: [...reasons, ...verdict.reasons] };
}

/** The text that is hashed for a password, null where there is none, and the reasons against it that need no meter. */
function reasonsOfText(
  password: string,
  { email, minLength = DEFAULT_MIN_LENGTH }: PolicyOptions,
): { text: string | null; reasons: string[] } {
  if (!password.isWellFormed() || password.includes("\0")) {
    return { text: null, reasons: ["The password holds characters that are not text."] };
  }
  const text = normalisePassword(password);
  if (text === null) return { text, reasons: [reasonOfNone(password)] };
  const reasons = [...reasonsOfLength(text, minLength)];
  if (email !== "" && text.trim().toLowerCase() === email) {
    reasons.push("The password must not be the e-mail address.");
  } else if (isHardlyMoreThan(text, nameIn(email))) {
    reasons.push("The password must not be the name in the e-mail address, or hardly more than that.");
  }
  return { text, reasons };
}

function rate(meter: Pick<PasswordHasher, "rate">, text: string, { email, signal }: PolicyOptions) {
  return meter.rate(text, email.split(/[@.]/), signal);
}

function verdictOn({ strength, advice }: PasswordRating): PasswordVerdict {
  const reasons = strength < LEAST_STRENGTH ? [["The password is too easy to guess.", ...advice].join(" ")] : [];
  return { score: strength, reasons };
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

/** The name in an address; in the beginning of one, all that there is so far. */
function nameIn(email: string): string {
  const at = email.lastIndexOf("@");
  return at < 0 ? email : email.slice(0, at);
}

function isHardlyMoreThan(password: string, name: string): boolean {
  if (name === "") return false;
  return password.toLowerCase().includes(name) && [...password].length - [...name].length < LEAST_BESIDES_NAME;
}
