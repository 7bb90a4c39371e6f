import type { EntityManager } from "@mikro-orm/core";
import { takeBackLikes } from "../articles/like-repository.ts";
import { type Occasion, recorded } from "../audit-trail/audit-trail.ts";
import { deleteUser } from "./recovery-repository.ts";

/**
 * Deletes an account and all that is kept for it: likes, tokens, sessions, factors, passkeys, roles and what was mailed. The audit trail
 * keeps its events, which name the user by the id only; the id is given to nobody else. Harmless when the account is gone.
 */
export async function deleteAccount(em: EntityManager, userId: number, occasion: Occasion): Promise<void> {
  await recorded(em, occasion, async (tx, record) => {
    // Before the account is gone, so that its owner can be told.
    await record({ kind: "account_deleted", userId });
    await takeBackLikes(tx, userId);
    if (!(await deleteUser(tx, userId))) throw new AlreadyGone();
  }).catch((error) => {
    if (!(error instanceof AlreadyGone)) throw error;
  });
}

/** Takes back the event of a deletion that another one was faster than. */
class AlreadyGone extends Error {}
