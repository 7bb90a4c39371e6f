/** The fewest characters of a password. NIST SP 800-63B-4 asks for 15 where the password is the only factor: a setting. */
export const DEFAULT_MIN_LENGTH = 8;

/** The most characters (code points) of a password. */
export const MAX_LENGTH = 256;

// Normalising takes time in proportion to its input. One character decomposes into 18 at most.
const LONGEST_INPUT = MAX_LENGTH * 18;

/**
 * The text of a password that is hashed: Unicode form NFKC, so that it does not depend on the keyboard; never cut. Null for a text that
 * cannot be a password: ill-formed UTF-16, which UTF-8 would turn into other text, or more than 256 characters.
 */
export function normalisePassword(password: string): string | null {
  if (password.length > LONGEST_INPUT || !password.isWellFormed()) return null;
  const normalised = password.normalize("NFKC");
  return [...normalised].length <= MAX_LENGTH ? normalised : null;
}
