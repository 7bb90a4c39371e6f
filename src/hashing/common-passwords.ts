import { createHash } from "node:crypto";
import list from "./common-passwords.json" with { type: "json" };

/**
 * The bytes of a digest that the list keeps: enough that of a million passwords which are not on it far less than one is taken for one
 * that is.
 */
export const DIGEST_BYTES = 5;

/** The digests, one behind the other, in rising order: no password can be read in them. */
const digests = Buffer.from(list.digests, "base64");

/** Whether a password is one of the commonest, in any case and Unicode form. Only passwords of 8 characters or more are on the list. */
export function isCommon(password: string): boolean {
  const wanted = digestOf(password);
  let [from, to] = [0, digests.length / DIGEST_BYTES];
  while (from < to) {
    const middle = (from + to) >> 1;
    const order = digests.compare(wanted, 0, DIGEST_BYTES, middle * DIGEST_BYTES, (middle + 1) * DIGEST_BYTES);
    if (order === 0) return true;
    if (order < 0) from = middle + 1;
    else to = middle;
  }
  return false;
}

/** The first bytes of SHA-256 of a password, in lower case and form NFKC. */
export function digestOf(password: string): Buffer {
  const text = password.normalize("NFKC").toLowerCase().normalize("NFKC");
  return createHash("sha256").update(text).digest().subarray(0, DIGEST_BYTES);
}
