import type { EntityManager } from "@mikro-orm/core";
import { audited, type Origin } from "../audit-trail/audit-trail.ts";
import type { Principal } from "../principal.ts";
import { UserNotFound } from "../users/errors.ts";
import { deleteCredentials } from "./authenticate.ts";
import { beginGeneration } from "./generation.ts";

/** Ends the credential that a request came with, at once; harmless when it has ended. */
export async function signOut(
  em: EntityManager,
  { userId, credential }: Pick<Principal, "userId" | "credential">,
  { now, origin }: { now: Date; origin: Origin },
): Promise<void> {
  await audited(em, origin, now, async (tx, record) => {
    const deleted = await deleteCredentials(tx, credential.kind, { userId, id: credential.id });
    if (deleted.length > 0) await record({ kind: "logout", userId, credential });
  });
}

/**
 * Ends every token and session of a user, in one write that no request can slip past.
 *
 * @throws {UserNotFound}
 */
export async function revokeAllAccess(
  em: EntityManager,
  userId: number,
  { now, origin }: { now: Date; origin: Origin },
): Promise<void> {
  await audited(em, origin, now, async (tx, record) => {
    if (!(await beginGeneration(tx, { id: userId }))) throw new UserNotFound();
    await record({ kind: "access_reset", userId });
  });
}
