import { type EntityManager, UniqueConstraintViolationException } from "@mikro-orm/core";
import { type Occasion, recorded } from "../audit-trail/audit-trail.ts";
import { type FactorPolicy, needsFactor } from "../credentials/authentication-method.ts";
import type { Principal } from "../principal.ts";
import { deleteRecoveryCodes } from "../second-factor/recovery-codes.ts";
import { factorNeeds } from "../users/user-repository.ts";
import { PasskeyNameTaken, PasskeyNameUnknown, PasskeyNotFound, PasskeyRequired } from "./errors.ts";
import { Passkey } from "./passkey.ts";
import { findHandle, findPasskeys, type PasskeyView } from "./passkey-repository.ts";
import { removePasskey } from "./passkey-writes.ts";

/** The passkeys of a user, oldest first, and the user handle that they have: null for one who has never begun to register a passkey. */
export async function listPasskeys(
  em: EntityManager,
  userId: number,
): Promise<{ readonly items: readonly PasskeyView[]; readonly handle: string | null }> {
  return { items: await findPasskeys(em, userId), handle: (await findHandle(em, userId)) ?? null };
}

/**
 * Gives a passkey of a user another name.
 *
 * @throws {PasskeyNotFound} also for a passkey of another user
 * @throws {PasskeyNameTaken}
 */
export async function renamePasskey(
  em: EntityManager,
  { userId, id, name }: { userId: number; id: string; name: string },
): Promise<PasskeyView> {
  try {
    return await em.transactional(async (tx) => {
      await tx.nativeUpdate(Passkey, { id, user: userId }, { name: name.trim() });
      const renamed = (await findPasskeys(tx, userId)).find((passkey) => passkey.id === id);
      if (renamed === undefined) throw new PasskeyNotFound();
      return renamed;
    });
  } catch (error) {
    throw error instanceof UniqueConstraintViolationException ? new PasskeyNameTaken() : error;
  }
}

/**
 * Removes a passkey of a user, by its id or by its name. Recovery codes end with the last second factor.
 *
 * @throws {PasskeyNotFound} also for a passkey of another user
 * @throws {PasskeyNameUnknown} the same, where it was named
 * @throws {PasskeyRequired} when the server or a role of the user requires a second factor, and no other is left
 */
export async function deletePasskey(
  em: EntityManager,
  { userId, credential }: Pick<Principal, "userId" | "credential">,
  which: { readonly id: string } | { readonly name: string },
  { factorPolicy, ...occasion }: Occasion & { readonly factorPolicy: FactorPolicy },
): Promise<void> {
  await recorded(em, occasion, async (tx, record) => {
    const removed = await removePasskey(tx, { userId, ...which });
    if (removed === undefined) throw "id" in which ? new PasskeyNotFound() : new PasskeyNameUnknown();
    if (removed.secondFactor) await endWithLastFactor(tx, userId, factorPolicy);
    await record({ kind: "passkey_removed", userId, credential, detail: `passkey:${removed.id}` });
  });
}

async function endWithLastFactor(tx: EntityManager, userId: number, policy: FactorPolicy): Promise<void> {
  const { hasFactor, roleRequiresFactor } = await factorNeeds(tx, userId);
  if (hasFactor) return;
  if (needsFactor(policy, roleRequiresFactor)) throw new PasskeyRequired();
  await deleteRecoveryCodes(tx, userId);
}
