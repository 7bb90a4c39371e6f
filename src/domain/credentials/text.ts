import { createHmac, type KeyObject, randomBytes, timingSafeEqual } from "node:crypto";
import { crc32 } from "node:zlib";
import type { CredentialKind } from "../principal.ts";
import type { SecretKey, SecretKeys } from "../secrets/secret-keys.ts";

/** What the text of a credential says: the row's id (128 bits) and the secret (256 bits), both base64url. */
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
  /** What the credential is narrowed to, as it is stored; null or left out when it is not. */
  readonly scopes?: string | null | undefined;
}

/** A keyed digest and the id of its key, as they are stored. */
export interface CredentialDigest {
  readonly digest: string;
  readonly keyId: string;
}

const ID_BYTES = 16;
const SECRET_BYTES = 32;

// Every text of one kind has one length, and the lengths differ: neither kind can be read as the other.
const SHAPES: Record<CredentialKind, { prefix: string; pattern: RegExp }> = {
  token: { prefix: "kudos_", pattern: /^kudos_(?<id>[\w-]{22})(?<secret>[\w-]{43})(?<checksum>[\w-]{6})$/ },
  session: { prefix: "kudoss_", pattern: /^kudoss_(?<id>[\w-]{22})(?<secret>[\w-]{43})(?<checksum>[\w-]{6})$/ },
};

function base64url(text: string | undefined, bytes: number): string | null {
  const decoded = Buffer.from(text ?? "", "base64url");
  return decoded.length === bytes && decoded.toString("base64url") === text ? text : null;
}

function checksum(text: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(text));
  return bytes.toString("base64url");
}

/** Makes a new credential: its text, which only its owner keeps, and the parts of it. */
export function mintCredential(kind: CredentialKind): CredentialText & { readonly text: string } {
  const id = randomBytes(ID_BYTES).toString("base64url");
  const secret = randomBytes(SECRET_BYTES).toString("base64url");
  const body = SHAPES[kind].prefix + id + secret;
  return { id, secret, text: body + checksum(body) };
}

/**
 * Reads the text of a credential of one kind; null unless it is the one spelling that `mintCredential` gives. The checksum is for
 * typing errors and secret scanners: it keeps nobody out.
 */
export function parseCredential(kind: CredentialKind, text: string): CredentialText | null {
  const match = SHAPES[kind].pattern.exec(text)?.groups;
  const id = base64url(match?.id, ID_BYTES);
  const secret = base64url(match?.secret, SECRET_BYTES);
  if (id === null || secret === null) return null;
  return checksum(text.slice(0, -6)) === match?.checksum ? { id, secret } : null;
}

function hmac(key: KeyObject, kind: CredentialKind, secret: string, fields: CredentialFields): Buffer {
  const { id, userId, generation, expiresAt, scopes } = fields;
  const covered = [kind, id, userId, generation, expiresAt.getTime(), secret];
  // JSON of a list of strings and numbers has one reading, so that no two sets of fields share an input: a list that is longer
  // by one is that of a narrowed credential.
  return createHmac("sha256", key)
    .update(JSON.stringify(typeof scopes === "string" ? [...covered, scopes] : covered))
    .digest();
}

/** The digest to store: HMAC-SHA-256 with the newest key over the kind, the row's fixed fields and the secret. */
export function digestCredential(
  keys: SecretKeys,
  kind: CredentialKind,
  secret: string,
  fields: CredentialFields,
): CredentialDigest {
  return { digest: hmac(keys[0].key, kind, secret, fields).toString("base64url"), keyId: keys[0].id };
}

/** Whether the stored digest is the one of this secret and these fields, in constant time; false when its key is unknown. */
export function verifyCredential(
  keys: SecretKeys,
  kind: CredentialKind,
  secret: string,
  fields: CredentialFields,
  stored: CredentialDigest,
): boolean {
  const key = keys.find(({ id }) => id === stored.keyId);
  if (key === undefined) return false;
  const expected = hmac(key.key, kind, secret, fields);
  const actual = Buffer.from(stored.digest, "base64url");
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}

function renewal({ id, key }: SecretKey, kind: CredentialKind, digest: string, generation: number): string {
  const signature = createHmac("sha256", key).update(JSON.stringify(["renewal", kind, digest, generation]));
  return `${generation}.${id}.${signature.digest("base64url")}`;
}

/**
 * The server's word, to be stored, that the credential of this digest goes on in a later generation of its user. It needs no
 * secret of the credential, so that none has to be kept while a request runs; what it covers makes it of no use to another row.
 */
export function renewCredential(keys: SecretKeys, kind: CredentialKind, digest: string, generation: number): string {
  return renewal(keys[0], kind, digest, generation);
}

/** Whether a stored text is the word that the credential of this digest goes on in this generation, in constant time. */
export function verifyRenewal(
  keys: SecretKeys,
  kind: CredentialKind,
  digest: string,
  generation: number,
  stored: string,
): boolean {
  const actual = Buffer.from(stored);
  return keys.some((key) => {
    const expected = Buffer.from(renewal(key, kind, digest, generation));
    return actual.length === expected.length && timingSafeEqual(actual, expected);
  });
}
