import type { Context } from "koa";
import { isSafe } from "../declared/query-method.ts";
import { type Operation, type SecurityScheme, schemesOf } from "../document/operation.ts";
import { HttpProblem } from "../problem.ts";
import { trimOws } from "./cookies.ts";
import { isAmbient } from "./credential-reader.ts";
import { isOwnOrigin } from "./origin.ts";

/**
 * Can a cross-site request do harm by this operation? It can by an unsafe method that takes a credential which browsers add by themselves
 * (a cookie, HTTP Basic) or sets a cookie: signing in is included (login CSRF). No page of another site can send a QUERY without a
 * preflight, and it changes nothing.
 */
export function involvesCookies(operation: Operation, schemes: ReadonlyMap<string, SecurityScheme>): boolean {
  if (isSafe(operation.method)) return false;
  const takes = schemesOf(operation).some((name) => isAmbient(schemes.get(name)));
  const sets = [...operation.responses.values()].some(({ headers }) => headers.has("Set-Cookie"));
  return takes || sets;
}

/**
 * Does the request come from a page of this origin or a trusted one, by the browser's own word (Fetch Metadata
 * `Sec-Fetch-Site`, else `Origin`, RFC 6454 §7)? False when no page has sent it: neither field is there, or `none`. Throws
 * 403 when it comes from any other page. Pages need no token for this, so none can leak.
 */
export function comesFromSameOrigin(ctx: Context, trustedOrigins: ReadonlySet<string>): boolean {
  const origin = ctx.get("Origin");
  if (origin !== "" && (trustedOrigins.has(origin) || isOwnOrigin(ctx, origin))) return true;
  const site = ctx.get("Sec-Fetch-Site");
  if (site === "same-origin") return true;
  if ((site === "" || site === "none") && origin === "") return false;
  throw new HttpProblem(403, {
    reason: "cross-site-request",
    detail: "The request comes from a page of another site and is refused.",
  });
}

/**
 * Is this JSON that no page of another site can have sent? A browser sends `application/json` across origins after a preflight only
 * (Fetch §2.2.2), and every browser of today adds `Origin` or `Sec-Fetch-Site` to such a request.
 */
export function isJsonOfNoPage({ req, request }: Context): boolean {
  if (req.headers.origin !== undefined || req.headers["sec-fetch-site"] !== undefined) return false;
  return trimOws(request.type).toLowerCase() === "application/json";
}
