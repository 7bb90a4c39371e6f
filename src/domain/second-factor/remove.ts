import type { EntityManager } from "@mikro-orm/core";
import { type Happening, type Occasion, recorded } from "../audit-trail/audit-trail.ts";
import { type FactorPolicy, needsFactor } from "../credentials/authentication-method.ts";
import { beginGeneration } from "../credentials/generation.ts";
import { type Queryable, runStatement } from "../query.ts";
import { factorNeeds } from "../users/user-repository.ts";
import { FactorRequired } from "./errors.ts";
import { deleteFactor, deleteSetUp, findFactor } from "./factor-repository.ts";
import { countRecoveryCodes, deleteRecoveryCodes } from "./recovery-codes.ts";

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
 *
 * @returns whether there was any of it; where not, tokens and sessions go on
 */
export function removeFactorOf(em: EntityManager, userId: number, occasion: Occasion): Promise<boolean> {
  return recorded(em, occasion, async (tx, record) => {
    await deleteSetUp(tx, { userId });
    const method = (await findFactor(tx, userId))?.method;
    const factor = (await deleteFactor(tx, userId))
      ? [{ kind: "factor_removed", userId, detail: method } as const]
      : [];
    const happenings: Happening[] = [...factor, ...(await takePasskeys(tx, userId))];
    // Recovery codes without a factor have no event of their own: what is told of is the access that ends with them.
    const hadCodes = (await countRecoveryCodes(tx, userId)) > 0;
    if (hadCodes && happenings.length === 0) happenings.push({ kind: "access_reset", userId });
    if (happenings.length === 0) return false;
    await deleteRecoveryCodes(tx, userId);
    await beginGeneration(tx, { id: userId });
    await record(...happenings);
    return true;
  });
}

/** Deletes the passkeys of a user that are second factors alone; those that sign in by themselves stay, and do no more than that. */
async function takePasskeys(tx: Queryable, userId: number): Promise<Happening[]> {
  const ids = async (sql: string) =>
    (await runStatement<{ id: string }>(tx, `${sql} returning id`, [userId])).map(({ id }) => id);
  const kept = await ids('update "passkey" set "usage" = \'first\' where user_id = ? and "usage" = \'both\'');
  const deleted = await ids('delete from "passkey" where user_id = ? and "usage" = \'secondary\'');
  return [
    ...kept.map((id) => ({ kind: "factor_removed", userId, detail: `passkey:${id}` }) as const),
    ...deleted.map((id) => ({ kind: "passkey_removed", userId, detail: `passkey:${id}` }) as const),
  ];
}
