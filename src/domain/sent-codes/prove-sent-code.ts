import { proveMailedSecret, spendMailedSecret } from "../mail/prove-mailed-secret.ts";
import type { Queryable } from "../query.ts";
import type { ProveFactor } from "../second-factor/codes.ts";
import { CodeRefused } from "../second-factor/errors.ts";
import { findFactor } from "../second-factor/factor-repository.ts";
import { PROVED_BY } from "../second-factor/second-factor.ts";
import type { SecretKeys } from "../secrets/secret-keys.ts";

/** A code that was sent as a second factor, and what it was sent for. */
export interface GivenSentCode {
  readonly userId: number;
  readonly code: string;
  readonly bound: string;
}

/**
 * Compares a code that was sent, and counts a wrong one: to be called outside of every transaction. What it gives proves the code in the
 * transaction of what it opens: of all requests with one code, in all processes, one passes.
 */
export async function proveSentCode(
  db: Queryable,
  keys: SecretKeys,
  { userId, code, bound }: GivenSentCode,
  at: Date,
): Promise<ProveFactor> {
  const found = await proveMailedSecret(db, keys, { purpose: "second-factor", code, browser: bound }, at);
  return async (tx, _record, now) => {
    const method = (await findFactor(tx, userId))?.method ?? "authenticator";
    if (method === "authenticator" || found?.userId !== userId) throw new CodeRefused();
    if (!(await spendMailedSecret(tx, keys, found, now))) throw new CodeRefused();
    return PROVED_BY[method];
  };
}
