import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";

/**
 * The fewest characters of a password. NIST SP 800-63B-4 asks for 15 where the password is the only factor: a setting.
 */
export const DEFAULT_MIN_LENGTH = 8;

/** The most characters (code points) of a password. */
export const MAX_LENGTH = 256;

// Normalising takes time in proportion to its input. One character decomposes into 18 at most.
const LONGEST_INPUT = MAX_LENGTH * 18;

/**
 * The text of a password that is hashed: Unicode form NFKC, so that it does not depend on the keyboard; never cut. Null
 * for a text that cannot be a password: ill-formed UTF-16, which UTF-8 would turn into other text, more than 256
 * characters, or a text that scrypt takes for another one.
 */
export function normalisePassword(password: string): string | null {
  if (!password.isWellFormed() || isTooLong(password)) return null;
  const normalised = password.normalize("NFKC");
  return hasDouble(normalised) ? null : normalised;
}

/** Whether a text has more characters than a password may have, in form NFKC. */
export function isTooLong(password: string): boolean {
  return password.length > LONGEST_INPUT || [...password.normalize("NFKC")].length > MAX_LENGTH;
}

/** The bytes of a block of SHA-256, with which scrypt begins. */
const BLOCK_BYTES = 64;

/**
 * Whether scrypt has the same hash for a text and for another one. It uses the password as the key of HMAC-SHA-256, which
 * fills a shorter key than a block with NULs, and takes SHA-256 of a longer one in its place (RFC 2104 §2). A hash that was
 * made of a text with NULs at its end is that of the text without them.
 */
function hasDouble(text: string): boolean {
  const bytes = Buffer.from(text);
  if (bytes.length <= BLOCK_BYTES) return text.endsWith("\0");
  const key = createHash("sha256").update(bytes).digest();
  const end = key.findLastIndex((byte) => byte !== 0) + 1;
  // Hardly any password has a digest that is text: somebody has looked for this one.
  return isUtf8(key.subarray(0, end));
}
