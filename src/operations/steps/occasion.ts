import type { Origin } from "../../domain/audit-trail/audit-trail.ts";
import type { Principal } from "../../domain/principal.ts";
import type { Scope } from "../handler-context.ts";

/** When, by whom and from where something is done, for the audit trail. */
export interface RequestOccasion {
  readonly now: Date;
  readonly origin: Origin;
  readonly signal: AbortSignal;
}

/** The occasion of a request: by its principal, or by somebody unknown. */
export function occasionOf(
  { now, origin, signal }: Pick<Scope, "now" | "origin" | "signal">,
  principal: Principal | null = null,
): RequestOccasion {
  return { now, origin: principal ? { ...origin, actor: `user:${principal.userId}` } : origin, signal };
}
