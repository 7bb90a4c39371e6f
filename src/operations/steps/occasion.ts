import type { Occasion } from "../../domain/audit-trail/audit-trail.ts";
import type { Principal } from "../../domain/principal.ts";
import type { HandlerContext } from "../handler-context.ts";

/** The occasion of a request's changes: by its principal, or by an anonymous client. */
export function occasionOf(
  { now, address, tell, signal }: Pick<HandlerContext, "now" | "address" | "tell" | "signal">,
  principal: Principal | null = null,
): Occasion {
  return { now, actor: principal ? `user:${principal.userId}` : "anonymous", address, tell, signal };
}
