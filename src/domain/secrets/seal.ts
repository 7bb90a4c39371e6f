import { createHmac, timingSafeEqual } from "node:crypto";
import type { SecretKey } from "./secret-keys.ts";

/**
 * The uses of keyed digests. The purpose is the first field of what is digested, so that a digest made for one use
 * never holds for another.
 */
export type SealPurpose =
  /** The secret of a token and the fixed fields of its row: stored in place of the token. */
  | "token"
  /** The same of a personal token, which lives by other rules: no row can be made one, or be made another, afterwards. */
  | "personal-token"
  /** The same of a session. */
  | "session"
  /** The same of a sign-in that waits for its second factor. */
  | "sign-in"
  /** The same of a second factor that is being set up. */
  | "set-up"
  /** The secret of a refresh token and the fixed fields of its family: stored in place of the token. */
  | "refresh"
  /** The family and the secret of a refresh token: part of the token, by which one that was used long ago is known. */
  | "refresh-issued"
  /** A recovery code and its user: stored in place of the code. */
  | "recovery-code"
  /** The digest of a credential and a later generation of its user in which the credential stays valid. */
  | "renewal"
  /** The id of a session: the CSRF token of its pages. */
  | "csrf"
  /** The id of a browser and the account that it signed in to: part of the browser's cookie. */
  | "device"
  /** The secret of a mailed link, its code, the address it was asked for, or the browser that asked: stored in place of them. */
  | "mailed-account"
  | "mailed-link"
  | "mailed-code"
  | "mailed-browser"
  /** The fixed fields of what was mailed, and the state of its user. */
  | "mailed-secret"
  /** The subject of a count of attempts, such as an e-mail address: the count's key in the database. */
  | "attempt";

/** The fields that a digest covers, the purpose first. */
export type SealedFields = readonly [purpose: SealPurpose, ...fields: (string | number)[]];

/**
 * The keyed digest of some fields: HMAC-SHA-256 (RFC 2104) over their JSON, as 43 characters of base64url. JSON of a
 * list of strings and numbers has one reading, so that two different lists never share a digest.
 */
export function seal({ key }: SecretKey, fields: SealedFields): string {
  return createHmac("sha256", key).update(JSON.stringify(fields)).digest("base64url");
}

/**
 * Whether a text is the digest of these fields by any of the keys. The comparison takes constant time (for texts of one
 * length).
 */
export function sealMatches(keys: readonly SecretKey[], fields: SealedFields, text: string): boolean {
  const actual = Buffer.from(text);
  return keys.some((key) => {
    const expected = Buffer.from(seal(key, fields));
    return actual.length === expected.length && timingSafeEqual(actual, expected);
  });
}
