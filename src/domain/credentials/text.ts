import { randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
import type { CredentialKind, TokenKind } from "../principal.ts";
import { type SealedFields, type SealPurpose, seal, sealMatches } from "../secrets/seal.ts";
import type { SecretKeys } from "../secrets/secret-keys.ts";

/**
 * The kinds of credential that have a text of this form: those that a request acts by, a sign-in that waits for its second factor, and
 * the set-up of a factor. The last two open nothing but the operation that finishes them.
 */
export type TextKind = CredentialKind | "sign-in" | "set-up";

/** The parts of a credential's text: the id of its row (128 bits) and the secret (256 bits), both base64url. */
export interface CredentialText {
  readonly id: string;
  readonly secret: string;
}

/** The fields of a row that its digest covers. */
export interface CredentialFields {
  readonly id: string;
  readonly userId: number;
  readonly generation: number;
  readonly expiresAt: Date;
  /**
   * The scopes that the credential is narrowed to, as they are stored; null or left out when it is not narrowed. Of a sign-in that
   * waits: what it is to end with.
   */
  readonly scopes?: string | null | undefined;
  /** The kind of a token; `access` when left out. */
  readonly tokenKind?: TokenKind | null | undefined;
}

/** A keyed digest and the id of its key, as they are stored. */
export interface CredentialDigest {
  readonly digest: string;
  readonly keyId: string;
}

const ID_BYTES = 16;
const SECRET_BYTES = 32;
const NAME_LENGTH = 100;

/** The form of a kind's texts. The prefixes end with the only underscore in them, and differ: no text can be read as two kinds. */
const shape = (prefix: string) => ({
  prefix,
  pattern: new RegExp(`^${prefix}(?<id>[\\w-]{22})(?<secret>[\\w-]{43})(?<checksum>[\\w-]{6})$`),
});

const SHAPES: Readonly<Record<TextKind, ReturnType<typeof shape>>> = {
  token: shape("kudos_"),
  session: shape("kudoss_"),
  "sign-in": shape("kudosp_"),
  "set-up": shape("kudosf_"),
};

function base64url(text: string | undefined, bytes: number): string | null {
  const decoded = Buffer.from(text ?? "", "base64url");
  return decoded.length === bytes && decoded.toString("base64url") === text ? text : null;
}

/** The last characters of a text: find typing errors, and serve secret scanners. */
export function checksum(text: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(text));
  return bytes.toString("base64url");
}

/** A new credential: its text, which only its owner keeps, and the parts of the text. */
export function mintCredential(kind: TextKind): CredentialText & { readonly text: string } {
  const id = randomBytes(ID_BYTES).toString("base64url");
  const secret = randomBytes(SECRET_BYTES).toString("base64url");
  const body = SHAPES[kind].prefix + id + secret;
  return { id, secret, text: body + checksum(body) };
}

/**
 * Reads the text of a credential; null for any text but the one spelling that `mintCredential` gives. The checksum
 * finds typing errors and serves secret scanners; it is no protection, since anyone can compute it.
 */
export function parseCredential(kind: TextKind, text: string): CredentialText | null {
  const match = SHAPES[kind].pattern.exec(text)?.groups;
  const id = base64url(match?.id, ID_BYTES);
  const secret = base64url(match?.secret, SECRET_BYTES);
  if (id === null || secret === null) return null;
  return checksum(text.slice(0, -6)) === match?.checksum ? { id, secret } : null;
}

/**
 * The name of a token or a device as it is stored: one line of at most 100 characters. The client chooses it: it may
 * hold line breaks and other control characters, which would break a list of tokens.
 */
export function credentialName(name: string): string {
  const line = name.toWellFormed().replace(/\p{Cc}/gu, " ");
  return [...line.trim()].slice(0, NAME_LENGTH).join("").trim();
}

function sealedFields(kind: TextKind, secret: string, fields: CredentialFields): SealedFields {
  const { id, userId, generation, expiresAt, scopes, tokenKind } = fields;
  const purpose: SealPurpose = kind === "token" && tokenKind === "personal" ? "personal-token" : kind;
  const covered: SealedFields = [purpose, id, userId, generation, expiresAt.getTime(), secret];
  // One more field for a narrowed credential: its list is longer, so it equals the list of no other credential.
  return typeof scopes === "string" ? [...covered, scopes] : covered;
}

/** The digest to store: of the kind, the fixed fields of the row and the secret, by the newest key. */
export function digestCredential(
  keys: SecretKeys,
  kind: TextKind,
  secret: string,
  fields: CredentialFields,
): CredentialDigest {
  return { digest: seal(keys[0], sealedFields(kind, secret, fields)), keyId: keys[0].id };
}

/**
 * Whether a stored digest is the one of this secret and these fields, in constant time; false when its key is unknown.
 */
export function verifyCredential(
  keys: SecretKeys,
  kind: TextKind,
  secret: string,
  fields: CredentialFields,
  stored: CredentialDigest,
): boolean {
  const signing = keys.filter(({ id }) => id === stored.keyId);
  return sealMatches(signing, sealedFields(kind, secret, fields), stored.digest);
}

/** The CSRF token of a session: proves that a request by cookie comes from a page that knows the session. */
export function csrfToken(keys: SecretKeys, sessionId: string): string {
  return seal(keys[0], ["csrf", sessionId]);
}

/** Whether a text is the CSRF token of this session, by any of the keys, in constant time. */
export function csrfTokenMatches(keys: SecretKeys, sessionId: string, text: string): boolean {
  return sealMatches(keys, ["csrf", sessionId], text);
}
