import { insertRows, type Queryable } from "../query.ts";
import { decrypt, encrypt } from "../secrets/encrypt.ts";
import { seal } from "../secrets/seal.ts";
import type { SecretKey, SecretKeys } from "../secrets/secret-keys.ts";

/** The secret of a user's authenticator as it is stored. */
export function closeSecret(keys: SecretKeys, userId: number, secret: string): string {
  return encrypt(keys, ["authenticator", userId], secret);
}

/** The secret of a user's authenticator, from what is stored; null when its key is unknown or the text was changed. */
export function openSecret(keys: SecretKeys, userId: number, stored: string): string | null {
  return decrypt(keys, ["authenticator", userId], stored);
}

/** Stores recovery codes of users, as digests. */
export async function storeRecoveryCodes(
  tx: Queryable,
  keys: SecretKeys,
  codes: readonly { readonly userId: number; readonly code: string }[],
): Promise<void> {
  const rows = codes.map(({ userId, code }) => [userId, digestRecoveryCode(keys[0], userId, code)]);
  await insertRows(tx, { into: '"recovery_code" (user_id, digest)', ending: "" }, rows);
}

/** The digest of a code in any spelling: capitals, white space and hyphens make no difference. */
export function digestRecoveryCode(key: SecretKey, userId: number, code: string): string {
  return seal(key, ["recovery-code", userId, code.toLowerCase().replace(/[\s-]/g, "")]);
}

/** Stores authenticators of users who have no second factor yet. No code has passed: an old one of another program is past by now. */
export async function insertAuthenticators(
  tx: Queryable,
  keys: SecretKeys,
  factors: readonly { readonly userId: number; readonly secret: string }[],
  now: Date,
): Promise<void> {
  const rows = factors.map(({ userId, secret }) => [
    userId,
    "authenticator",
    closeSecret(keys, userId, secret),
    0,
    now,
  ]);
  const into = '"second_factor" (user_id, method, secret, last_step, created_at)';
  await insertRows(tx, { into, ending: "" }, rows);
}
