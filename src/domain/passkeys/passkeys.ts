import { type EntityManager, UniqueConstraintViolationException } from "@mikro-orm/core";
import { type Occasion, recorded } from "../audit-trail/audit-trail.ts";
import type { Principal } from "../principal.ts";
import { PasskeyNameTaken, PasskeyNameUnknown, PasskeyNotFound } from "./errors.ts";
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
 * Removes a passkey of a user, by its id or by its name.
 *
 * @throws {PasskeyNotFound} also for a passkey of another user
 * @throws {PasskeyNameUnknown} the same, where it was named
 */
export async function deletePasskey(
  em: EntityManager,
  { userId, credential }: Pick<Principal, "userId" | "credential">,
  which: { readonly id: string } | { readonly name: string },
  occasion: Occasion,
): Promise<void> {
  await recorded(em, occasion, async (tx, record) => {
    const removed = await removePasskey(tx, { userId, ...which });
    if (removed === undefined) throw "id" in which ? new PasskeyNotFound() : new PasskeyNameUnknown();
    await record({ kind: "passkey_removed", userId, credential, detail: `passkey:${removed.id}` });
  });
}
