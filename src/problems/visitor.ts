import type { Context } from "koa";
import type { Authority } from "../security/find-principal.ts";
import { cookiePrefix, sessionCookie } from "../security/session-cookie.ts";

/** The e-mail address of the user whose session cookie a request carries; undefined without a valid one, or when the look-up fails. */
export type Visitor = (ctx: Context) => Promise<string | undefined>;

/** Finds the visitor of a request that no operation has authenticated, for the header of an error page. */
export function findVisitor(authority: Authority, cookieName: string): Visitor {
  const authenticate = sessionCookie(authority);
  return async (ctx) => {
    const cookie = ctx.cookies.get(`${cookiePrefix(ctx)}${cookieName}`);
    if (cookie === undefined) return undefined;
    // A failed look-up is ignored: the page is about another problem, which must not be hidden by this one.
    const principal = await authenticate(cookie, {
      safe: true,
      sameOrigin: true,
      header: (name) => ctx.get(name),
    }).catch(() => null);
    return principal?.email;
  };
}
