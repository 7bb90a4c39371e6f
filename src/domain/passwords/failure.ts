import type { EntityManager } from "@mikro-orm/core";
import { type Happening, type Occasion, recorded } from "../audit-trail/audit-trail.ts";
import { noteBlocked } from "./failed-sign-in-repository.ts";

/** The occasion of a try to prove a password. */
export interface Trial extends Occasion {
  /**
   * Whether the password of this user is accepted here, if it is right: after a run of failures it is not, at an unknown place. Asked
   * before the password is compared, and for an unknown address with {@link NOBODY}, so that all answers take the same time. When left
   * out, a right password is accepted: for callers that nobody guesses passwords at.
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
