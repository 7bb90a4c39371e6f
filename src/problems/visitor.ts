import type { Context } from "koa";
import type { Authenticator } from "../contract/security/requirement.ts";
import type { Principal } from "../domain/principal.ts";

/** The e-mail address of whoever is signed in by a browser's cookie; undefined where nobody is, or it cannot be found out. */
export type Visitor = (ctx: Context) => Promise<string | undefined>;

/** Looks up the session of a request that no operation has authenticated: a page without an address may be asked for by anybody. */
export function findVisitor(
  authenticate: Authenticator<Principal>,
  readSession: (ctx: Context) => string | undefined,
): Visitor {
  return async (ctx) => {
    const cookie = readSession(ctx);
    if (cookie === undefined) return undefined;
    // It is for a page that tells of something else: a database that cannot be asked must not come before that.
    const principal = await authenticate(cookie, {
      safe: true,
      sameOrigin: true,
      header: (name) => ctx.get(name),
    }).catch(() => null);
    return principal?.email;
  };
}
