import type { Context } from "koa";
import type { Authenticator } from "../contract/security/authenticator.ts";
import type { Principal } from "../domain/principal.ts";

/**
 * Finds the user whose session a browser's cookie carries; null without a valid session, undefined when the database cannot tell.
 */
export type Visitor = (ctx: Context) => Promise<Principal | null | undefined>;

/**
 * Looks up the session of a request that no operation has authenticated, such as one for an unknown address.
 *
 * @param authenticate the authenticator of the session cookie
 * @param readSession reads that cookie from a request
 */
export function findVisitor(
  authenticate: Authenticator<Principal>,
  readSession: (ctx: Context) => string | undefined,
): Visitor {
  return async (ctx) => {
    const cookie = readSession(ctx);
    if (cookie === undefined) return null;
    // The page tells of another error; a failing database must not hide it.
    return authenticate(cookie, {
      safe: true,
      sameOrigin: true,
      header: (name) => ctx.get(name),
    }).catch(() => undefined);
  };
}
