import type { Origin } from "../../domain/audit-trail/audit-trail.ts";
import type { Principal } from "../../domain/principal.ts";
import type { HandlerContext } from "../handler-context.ts";

/** The time, the actor and the network address of what a request does, for the audit trail; `signal` ends it early. */
export interface RequestOccasion {
  readonly now: Date;
  readonly origin: Origin;
  readonly signal: AbortSignal;
}

/** The occasion of a request; its actor is the principal, or `anonymous` without one. */
export function occasionOf(
  { now, origin, signal }: Pick<HandlerContext, "now" | "origin" | "signal">,
  principal: Principal | null = null,
): RequestOccasion {
  return { now, origin: principal ? { ...origin, actor: `user:${principal.userId}` } : origin, signal };
}
