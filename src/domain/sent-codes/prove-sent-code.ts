import { proveMailedSecret, spendMailedSecret } from "../mail/prove-mailed-secret.ts";
import type { Queryable } from "../query.ts";
import type { ProveFactor } from "../second-factor/codes.ts";
import { CodeRefused } from "../second-factor/errors.ts";
import { findFactor, renewPhone } from "../second-factor/factor-repository.ts";
import { PROVED_BY } from "../second-factor/second-factor.ts";
import { isNewest } from "../secrets/encrypt.ts";
import type { SecretKeys } from "../secrets/secret-keys.ts";
import { closePhone, openPhone } from "./destination.ts";

/** A code that was sent as a second factor, and what it was sent for. */
export interface GivenSentCode {
  readonly userId: number;
  readonly code: string;
  readonly bound: string;
}

/**
 * Compares a code that was sent as a second factor, and counts a wrong one. To be called outside of every transaction, so that the count
 * stays when the rest is rolled back. The function that it returns is called in the transaction of the sign-in, or of what else the code
 * opens: it spends the code, so that of all requests with one code, in all processes, one passes. It also encrypts the telephone number
 * by the newest key, where an older one was used.
 */
export async function proveSentCode(
  db: Queryable,
  keys: SecretKeys,
  { userId, code, bound }: GivenSentCode,
  at: Date,
): Promise<ProveFactor> {
  const found = await proveMailedSecret(db, keys, { purpose: "second-factor", code, browser: bound }, at);
  return async (tx, _record, now) => {
    const factor = await findFactor(tx, userId);
    const method = factor?.method ?? "authenticator";
    if (method === "authenticator" || found?.userId !== userId) throw new CodeRefused();
    if (!(await spendMailedSecret(tx, keys, found, now))) throw new CodeRefused();
    await encryptAnew(tx, keys, userId, factor?.phone ?? null);
    return PROVED_BY[method];
  };
}

/** Encrypts a telephone number by the newest key where it was by an older one, as the secret of an authenticator is at each use. */
async function encryptAnew(tx: Queryable, keys: SecretKeys, userId: number, stored: string | null): Promise<void> {
  const phone = openPhone(keys, userId, stored);
  if (stored === null || phone === null || isNewest(keys, stored)) return;
  await renewPhone(tx, { userId, phone: stored, renewed: closePhone(keys, userId, phone) });
}
