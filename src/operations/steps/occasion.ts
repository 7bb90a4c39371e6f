import type { Occasion } from "../../domain/audit-trail/audit-trail.ts";
import type { Principal } from "../../domain/principal.ts";
import type { HandlerContext } from "../handler-context.ts";

/** The occasion of the changes that a request makes; its actor is the principal, or `anonymous` without one. */
export function occasionOf(
  {
    now,
    address,
    tell,
    changed,
    signal,
    notify,
  }: Pick<HandlerContext, "now" | "address" | "tell" | "changed" | "signal" | "notify">,
  principal: Principal | null = null,
): Occasion {
  return { now, actor: principal ? `user:${principal.userId}` : "anonymous", address, tell, changed, signal, notify };
}
