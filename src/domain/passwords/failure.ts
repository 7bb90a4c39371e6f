import type { EntityManager } from "@mikro-orm/core";
import { type Happening, type Occasion, recorded } from "../audit-trail/audit-trail.ts";
import { noteBlocked } from "./failed-sign-in-repository.ts";

/** The occasion of a try to prove a password. */
export interface Trial extends Occasion {
  /**
   * Whether a right password of the user with this id leads on; asked before the password is looked at, and for {@link NOBODY}, too.
   * Left out where passwords are not guessed at: it does.
   */
  readonly passwordOpens?: ((userId: number) => Promise<boolean>) | undefined;
}

/** The id of no user, for the work that is done for an unknown address as for a known one. */
export const NOBODY = 0;

/**
 * Records that a password did not lead on, and, the first time that a run of failures is found at its bound, that guessing is blocked:
 * the owner is told of that event, once a run. The same work for an unknown address.
 */
export async function recordFailure(
  em: EntityManager,
  kind: "login_failed" | "verify_failed",
  about: Pick<Happening, "userId" | "credential">,
  occasion: Occasion,
): Promise<void> {
  await recorded(em, occasion, async (tx, record) => {
    await record({ kind, ...about });
    const { userId } = about;
    if (await noteBlocked(tx, userId ?? NOBODY, occasion.now)) await record({ kind: "guessing_blocked", userId });
  });
}
