import { createHmac } from "node:crypto";

/** A password hash that Flask-Security made. */
export interface FlaskSecurityHash {
  /** Whether the password was signed with the operator's salt before it was hashed (Flask-Security's "double hash"). */
  readonly signed: boolean;
  readonly scheme: "bcrypt" | "argon2";
  /** The hash as its scheme writes it. */
  readonly hash: string;
}

const STORED = /^\$flask-security\$(?<how>signed|plain)(?<hash>\$.+)$/;
const BCRYPT = /^\$2[aby]\$(?<cost>\d\d)\$[./A-Za-z0-9]{53}$/;
const ARGON2 =
  /^\$argon2(?:id|i)\$v=19\$m=(?<memory>[1-9]\d{0,6}),t=(?<time>[1-9]\d?),p=(?<lanes>[1-9]\d?)\$[+/A-Za-z0-9]{11,86}\$[+/A-Za-z0-9]{22,86}$/;

// The bounds of a cost: 256 MiB and some seconds, so that no imported hash can demand more.
const LARGEST = { cost: 14, memory: 2 ** 18, work: 2 ** 21 };
// The bytes that bcrypt reads. Flask-Security lets it ignore the rest of a longer password.
const BCRYPT_BYTES = 72;

function schemeOf(hash: string): FlaskSecurityHash["scheme"] | null {
  const bcrypt = BCRYPT.exec(hash)?.groups;
  if (bcrypt !== undefined) return Number(bcrypt.cost) >= 4 && Number(bcrypt.cost) <= LARGEST.cost ? "bcrypt" : null;
  const argon2 = ARGON2.exec(hash)?.groups;
  const memory = Number(argon2?.memory);
  // The least memory is that of RFC 9106, section 3.1: its code throws on less.
  const bounded =
    memory >= 8 * Number(argon2?.lanes) && memory <= LARGEST.memory && memory * Number(argon2?.time) <= LARGEST.work;
  return bounded ? "argon2" : null;
}

/**
 * The text that a hash of Flask-Security is stored as: `$flask-security$signed$2b$12$…`, or `plain` in place of
 * `signed`. The operator's salt is not part of it.
 *
 * @param hash the content of Flask-Security's column `password`: bcrypt or argon2
 * @returns null for another scheme, or for a cost beyond the bounds
 */
export function formatFlaskSecurityHash(hash: string, { signed }: { signed: boolean }): string | null {
  return schemeOf(hash) === null ? null : `$flask-security$${signed ? "signed" : "plain"}${hash}`;
}

/** The beginning of all stored hashes that are right with the operator's salt only. */
export const SIGNED_PREFIX = "$flask-security$signed$";

/** Reads the text that `formatFlaskSecurityHash` gives; null for another text. */
export function parseFlaskSecurityHash(text: string): FlaskSecurityHash | null {
  const groups = STORED.exec(text)?.groups;
  const hash = groups?.hash ?? "";
  const scheme = schemeOf(hash);
  return scheme === null ? null : { signed: groups?.how === "signed", scheme, hash };
}

/**
 * The bytes that Flask-Security hashes for a password: Unicode form NFKD, and of that, if signed, the base64 of
 * HMAC-SHA-512 by the operator's `SECURITY_PASSWORD_SALT` (its function `get_hmac`).
 *
 * @param salt `SECURITY_PASSWORD_SALT`
 * @returns null for a signed hash without the salt, and for a text that cannot be its password
 */
export function flaskSecurityInput(
  password: string,
  { signed, scheme }: Pick<FlaskSecurityHash, "signed" | "scheme">,
  salt: string | undefined,
): Uint8Array | null {
  const text = password.normalize("NFKD");
  if (signed && salt === undefined) return null;
  // bcrypt repeats the password with a NUL between, so that `a` and `a\0a` have one hash; that program takes no NUL.
  if (scheme === "bcrypt" && !signed && text.includes("\0")) return null;
  const input = signed && salt !== undefined ? createHmac("sha512", salt).update(text).digest("base64") : text;
  const bytes = Buffer.from(input);
  return scheme === "bcrypt" ? bytes.subarray(0, BCRYPT_BYTES) : bytes;
}
