import { randomBytes } from "node:crypto";
import { type CredentialDigest, type CredentialFields, checksum } from "../credentials/text.ts";
import { type SealedFields, seal, sealMatches } from "../secrets/seal.ts";
import type { SecretKeys } from "../secrets/secret-keys.ts";

/** The parts of a refresh token: the id of its family (128 bits) and its secret (256 bits), both base64url. */
export interface RefreshText {
  readonly id: string;
  readonly secret: string;
}

/** The fields of a family that the digest of each of its refresh tokens covers. */
export type RefreshFields = Pick<CredentialFields, "id" | "userId" | "generation" | "expiresAt"> & {
  readonly scopes: string | null;
};

const PATTERN = /^(?<body>kudosr_(?<id>[\w-]{22})(?<secret>[\w-]{43})(?<proof>[\w-]{43}))(?<checksum>[\w-]{6})$/;

/** The id of a new family. */
export function mintFamilyId(): string {
  return randomBytes(16).toString("base64url");
}

/**
 * The next refresh token of a family. Besides the secret it has the server's seal on both: by that a token is known which was issued
 * long ago, though of the older ones nothing is stored, and a text that was never issued costs no statement and ends no family.
 */
export function mintRefresh(keys: SecretKeys, id: string): RefreshText & { readonly text: string } {
  const secret = randomBytes(32).toString("base64url");
  const body = `kudosr_${id}${secret}${seal(keys[0], ["refresh-issued", id, secret])}`;
  return { id, secret, text: body + checksum(body) };
}

/** Reads a refresh token; null for any text that was not issued by {@link mintRefresh} with one of these keys. */
export function parseRefresh(keys: SecretKeys, text: string): RefreshText | null {
  const { body = "", id = "", secret = "", proof = "", checksum: sum } = PATTERN.exec(text)?.groups ?? {};
  if (body === "" || checksum(body) !== sum) return null;
  return sealMatches(keys, ["refresh-issued", id, secret], proof) ? { id, secret } : null;
}

/** The digest to store of a refresh token, by the newest key. */
export function digestRefresh(keys: SecretKeys, secret: string, fields: RefreshFields): CredentialDigest {
  return { digest: seal(keys[0], covered(secret, fields)), keyId: keys[0].id };
}

/** Whether a stored digest is that of this refresh token, in constant time; false when its key is unknown. */
export function verifyRefresh(
  keys: SecretKeys,
  secret: string,
  fields: RefreshFields,
  stored: CredentialDigest,
): boolean {
  const signing = keys.filter(({ id }) => id === stored.keyId);
  return sealMatches(signing, covered(secret, fields), stored.digest);
}

function covered(secret: string, { id, userId, generation, expiresAt, scopes }: RefreshFields): SealedFields {
  return ["refresh", id, userId, generation, expiresAt.getTime(), secret, ...(scopes === null ? [] : [scopes])];
}
