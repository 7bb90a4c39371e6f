import type { Context } from "koa";
import { type Operation, type SecurityScheme, schemesOf } from "../document/operation.ts";
import { HttpProblem } from "../problem.ts";

/**
 * Does the contract let a browser's cookie matter to this operation? That is so for an unsafe method which takes a
 * cookie as credential or sets one, login included (login CSRF).
 */
export function involvesCookies(operation: Operation, schemes: ReadonlyMap<string, SecurityScheme>): boolean {
  if (operation.method === "GET" || operation.method === "HEAD" || operation.method === "OPTIONS") return false;
  const takes = schemesOf(operation).some((name) => schemes.get(name)?.node.in === "cookie");
  const sets = [...operation.responses.values()].some(({ headers }) => headers.has("Set-Cookie"));
  return takes || sets;
}

/**
 * What the browser says about where a request comes from (Fetch Metadata `Sec-Fetch-Site`, else `Origin`, RFC 6454 §7):
 * true when it comes from this origin or a trusted one, false when nobody says (no browser, or no page: `none`). A request
 * that a browser marks as coming from elsewhere is refused with 403. No token in the page is needed for this, and none can leak.
 */
export function comesFromSameOrigin(ctx: Context, trustedOrigins: ReadonlySet<string>): boolean {
  const origin = ctx.get("Origin");
  if (origin !== "" && (origin === `${ctx.protocol}://${ctx.host}` || trustedOrigins.has(origin))) return true;
  const site = ctx.get("Sec-Fetch-Site");
  if (site === "same-origin") return true;
  if ((site === "" || site === "none") && origin === "") return false;
  throw new HttpProblem(403, { detail: "The request comes from a page of another site and is refused." });
}
