import type { Database } from "better-sqlite3";
import { verifyCredential } from "../../../src/domain/credentials/text.ts";
import { parseSecretKeys } from "../../../src/domain/secrets/secret-keys.ts";

interface TokenRow {
  readonly user_id: number;
  readonly generation: number;
  readonly digest: string;
  readonly key_id: string;
  readonly expires_at: number;
  readonly scopes: string | null;
  readonly active: number;
  readonly user_generation: number;
}

/** The id of the user whom a token stands for; null when the token is not valid, whatever the reason. */
export type CheckToken = (token: string) => number | null;

/**
 * The token check of the peers, on Kudos' own tokens. It is as safe as the check of Kudos: the digest covers the secret
 * and the fixed fields of the row and is compared in constant time; a token ends by its expiry, by the end of its row
 * (revocation), by a new generation of its user, and when its user is deactivated.
 */
export function tokenCheck(database: Database, secretKey: string): CheckToken {
  const keys = parseSecretKeys(secretKey);
  const find = database.prepare<[string], TokenRow>(
    "select c.user_id, c.generation, c.digest, c.key_id, c.expires_at, c.scopes, u.active, u.generation as user_generation " +
      'from access_token c join "user" u on u.id = c.user_id where c.id = ?',
  );
  return (token) => {
    // kudos_, 22 characters of id, 43 of secret, 6 of checksum.
    if (token.length !== 77 || !token.startsWith("kudos_")) return null;
    const row = find.get(token.slice(6, 28));
    if (row === undefined) return null;
    const { user_id: userId, generation, digest, key_id: keyId, scopes } = row;
    const expiresAt = new Date(row.expires_at);
    const fields = { id: token.slice(6, 28), userId, generation, expiresAt, scopes };
    const valid =
      verifyCredential(keys, "token", token.slice(28, 71), fields, { digest, keyId }) &&
      Date.now() < row.expires_at &&
      generation === row.user_generation &&
      row.active === 1;
    return valid ? userId : null;
  };
}
