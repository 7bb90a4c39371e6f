import type { EntityManager } from "@mikro-orm/core";
import { UserNotFound } from "./errors.ts";
import { audited, type Origin } from "./events.ts";
import { deleteCredentials } from "./issued-credential.ts";
import type { Principal } from "./principal.ts";
import { runStatement } from "./statement.ts";

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
 * Begins a new generation of a user: every token and session of the one before is dead by that one write, which no request can slip
 * past, and the rows go with it.
 *
 * @throws {UserNotFound}
 */
export async function revokeAllAccess(
  em: EntityManager,
  userId: number,
  { now, origin }: { now: Date; origin: Origin },
): Promise<void> {
  await audited(em, origin, now, async (tx, record) => {
    const changed = await runStatement(
      tx,
      'update "user" set generation = generation + 1 where id = ? returning generation',
      [userId],
    );
    if (changed.length === 0) throw new UserNotFound();
    for (const kind of ["token", "session"] as const) await deleteCredentials(tx, kind, { userId });
    await record({ kind: "access_reset", userId });
  });
}
