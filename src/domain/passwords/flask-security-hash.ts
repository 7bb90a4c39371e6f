import { createHmac } from "node:crypto";

/** A password hash that Flask-Security made. */
export interface FlaskSecurityHash {
  /** Whether the password was signed with the operator's salt before it was hashed: Flask-Security's "double hash". */
  readonly signed: boolean;
  readonly scheme: "bcrypt" | "argon2";
  /** The hash as its scheme writes it. */
  readonly hash: string;
}

const STORED = /^\$flask-security\$(?<how>signed|plain)(?<hash>\$.+)$/;
const BCRYPT = /^\$2[aby]\$(?<cost>\d\d)\$[./A-Za-z0-9]{53}$/;
const ARGON2 =
  /^\$argon2(?:id|i)\$v=19\$m=(?<memory>[1-9]\d{0,6}),t=(?<time>[1-9]\d?),p=(?<lanes>[1-9]\d?)\$[+/A-Za-z0-9]{11,86}\$[+/A-Za-z0-9]{22,86}$/;

// A hash from elsewhere must not be able to ask for more memory or time than this: 256 MiB, and some seconds.
const LARGEST = { cost: 14, memory: 2 ** 18, work: 2 ** 21 };
// bcrypt takes no more, and Flask-Security lets it cut the rest.
const BCRYPT_BYTES = 72;

function schemeOf(hash: string): FlaskSecurityHash["scheme"] | null {
  const bcrypt = BCRYPT.exec(hash)?.groups;
  if (bcrypt !== undefined) return Number(bcrypt.cost) >= 4 && Number(bcrypt.cost) <= LARGEST.cost ? "bcrypt" : null;
  const argon2 = ARGON2.exec(hash)?.groups;
  const memory = Number(argon2?.memory);
  const bounded = memory <= LARGEST.memory && memory * Number(argon2?.time) <= LARGEST.work;
  return bounded ? "argon2" : null;
}

/**
 * A hash of Flask-Security as it is stored here: `$flask-security$signed$2b$12$…`, or `plain` in place of `signed`. The operator's
 * salt is no part of it.
 *
 * @param hash as it stands in the column `password`: bcrypt or argon2
 * @returns null for another scheme, or one that asks for too much
 */
export function formatFlaskSecurityHash(hash: string, { signed }: { signed: boolean }): string | null {
  return schemeOf(hash) === null ? null : `$flask-security$${signed ? "signed" : "plain"}${hash}`;
}

/** Reads what `formatFlaskSecurityHash` writes; null when it is something else. */
export function parseFlaskSecurityHash(text: string): FlaskSecurityHash | null {
  const groups = STORED.exec(text)?.groups;
  const hash = groups?.hash ?? "";
  const scheme = schemeOf(hash);
  return scheme === null ? null : { signed: groups?.how === "signed", scheme, hash };
}

/**
 * What Flask-Security gives to the scheme for a password: Unicode form NFKD, and if signed the base64 of HMAC-SHA-512 by the
 * operator's `SECURITY_PASSWORD_SALT` (its `get_hmac`).
 *
 * @returns null when the hash is signed and there is no salt
 */
export function flaskSecurityInput(
  password: string,
  { signed, scheme }: Pick<FlaskSecurityHash, "signed" | "scheme">,
  salt: string | undefined,
): Uint8Array | null {
  const text = password.normalize("NFKD");
  if (signed && salt === undefined) return null;
  const input = signed && salt !== undefined ? createHmac("sha512", salt).update(text).digest("base64") : text;
  const bytes = Buffer.from(input);
  return scheme === "bcrypt" ? bytes.subarray(0, BCRYPT_BYTES) : bytes;
}
