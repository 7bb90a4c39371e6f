import { randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
import type { CredentialKind } from "../principal.ts";
import { type SealedFields, seal, sealMatches } from "../secrets/seal.ts";
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

function sealedFields(kind: CredentialKind, secret: string, fields: CredentialFields): SealedFields {
  const { id, userId, generation, expiresAt, scopes } = fields;
  const covered: SealedFields = [kind, id, userId, generation, expiresAt.getTime(), secret];
  // One more field for a narrowed credential: its list is longer, so it equals the list of no other credential.
  return typeof scopes === "string" ? [...covered, scopes] : covered;
}

/** The digest to store: HMAC-SHA-256 with the newest key over the kind, the row's fixed fields and the secret. */
export function digestCredential(
  keys: SecretKeys,
  kind: CredentialKind,
  secret: string,
  fields: CredentialFields,
): CredentialDigest {
  return { digest: seal(keys[0], sealedFields(kind, secret, fields)), keyId: keys[0].id };
}

/** Whether the stored digest is the one of this secret and these fields, in constant time; false when its key is unknown. */
export function verifyCredential(
  keys: SecretKeys,
  kind: CredentialKind,
  secret: string,
  fields: CredentialFields,
  stored: CredentialDigest,
): boolean {
  const signing = keys.filter(({ id }) => id === stored.keyId);
  return sealMatches(signing, sealedFields(kind, secret, fields), stored.digest);
}

/**
 * The server's word, to be stored, that the credential of this digest goes on in a later generation of its user. It needs no
 * secret of the credential, so that none has to be kept while a request runs; what it covers makes it of no use to another row.
 */
export function renewCredential(keys: SecretKeys, kind: CredentialKind, digest: string, generation: number): string {
  return renewalHead(keys[0], generation) + seal(keys[0], ["renewal", kind, digest, generation]);
}

/** Whether a stored text is the word that the credential of this digest goes on in this generation, in constant time. */
export function verifyRenewal(
  keys: SecretKeys,
  kind: CredentialKind,
  digest: string,
  generation: number,
  stored: string,
): boolean {
  const key = keys.find((candidate) => stored.startsWith(renewalHead(candidate, generation)));
  if (key === undefined) return false;
  return sealMatches([key], ["renewal", kind, digest, generation], stored.slice(renewalHead(key, generation).length));
}

/** The readable part of a renewal: the generation, by which queries find what is renewed, and the id of the key. */
function renewalHead({ id }: SecretKey, generation: number): string {
  return `${generation}.${id}.`;
}
