import type { EntityManager } from "@mikro-orm/core";
import { type Occasion, recorded } from "../audit-trail/audit-trail.ts";
import { type FactorPolicy, needsFactor } from "../credentials/authentication-method.ts";
import { beginGeneration } from "../credentials/generation.ts";
import { type Queryable, runStatement } from "../query.ts";
import { factorNeeds } from "../users/user-repository.ts";
import { FactorRequired } from "./errors.ts";
import { deleteFactor, deleteSetUp, findFactor } from "./factor-repository.ts";
import { deleteRecoveryCodes } from "./recovery-codes.ts";

/**
 * Takes the second factor of a user away; harmless when there is none. The recovery codes end with the last one.
 *
 * @throws {FactorRequired} when the server or a role of the user requires a second factor, and no other is left
 */
export async function removeFactor(
  em: EntityManager,
  userId: number,
  policy: FactorPolicy,
  occasion: Occasion,
): Promise<void> {
  await recorded(em, occasion, async (tx, record) => {
    await deleteSetUp(tx, { userId });
    const method = (await findFactor(tx, userId))?.method;
    if (!(await deleteFactor(tx, userId))) return;
    const { hasFactor, roleRequiresFactor } = await factorNeeds(tx, userId);
    if (!hasFactor) {
      if (needsFactor(policy, roleRequiresFactor)) throw new FactorRequired();
      await deleteRecoveryCodes(tx, userId);
    }
    await record({ kind: "factor_removed", userId, detail: method });
  });
}

/**
 * Takes the second factor and the recovery codes of a user away on behalf of the operator, whoever requires one, and ends every token
 * and session of the user: for who has lost all of it. Harmless when there is none.
 */
export async function removeFactorOf(em: EntityManager, userId: number, occasion: Occasion): Promise<void> {
  await recorded(em, occasion, async (tx, record) => {
    await deleteSetUp(tx, { userId });
    const method = (await findFactor(tx, userId))?.method;
    const removed = await deleteFactor(tx, userId);
    const passkeys = await deletePasskeys(tx, userId);
    await deleteRecoveryCodes(tx, userId);
    await beginGeneration(tx, { id: userId });
    if (removed) await record({ kind: "factor_removed", userId, detail: method });
    for (const id of passkeys) await record({ kind: "passkey_removed", userId, detail: `passkey:${id}` });
  });
}

/** Deletes the passkeys of a user that are second factors alone; those that sign in by themselves stay, and do no more than that. */
async function deletePasskeys(tx: Queryable, userId: number): Promise<string[]> {
  await runStatement(tx, 'update "passkey" set "usage" = \'first\' where user_id = ? and "usage" = \'both\'', [userId]);
  const sql = 'delete from "passkey" where user_id = ? and "usage" = \'secondary\' returning id';
  return (await runStatement<{ id: string }>(tx, sql, [userId])).map(({ id }) => id);
}
