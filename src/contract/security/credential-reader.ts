import type { Context } from "koa";
import { type Operation, type SecurityScheme, schemesOf } from "../document/operation.ts";
import { HttpProblem } from "../problem.ts";
import { cookieValues } from "./cookies.ts";

/** Several cookies have the name of one credential: another path or domain has set one, and nothing tells which (RFC 6265 §5.4). */
export const AMBIGUOUS = Symbol("several cookies of one name");

/**
 * Reads the credential of a scheme from a request; undefined when there is none. A cookie has the name that the contract
 * gives it, after `cookiePrefix`. Throws 400 for a header field that is sent twice, since that no browser does by itself.
 */
export type CredentialReader = (
  ctx: Context,
  cookiePrefix: (ctx: Context) => string,
) => string | typeof AMBIGUOUS | undefined;

/**
 * How to read the credential of a scheme: an API key in a header or a cookie, or HTTP Bearer (RFC 6750 §2.1); undefined
 * for a scheme that this runtime cannot read. A key in the query is left out on purpose: URLs end up in logs and histories.
 */
export function credentialReader(scheme: SecurityScheme): CredentialReader | undefined {
  const { type, in: where, name, scheme: httpScheme } = scheme.node;
  if (type === "apiKey" && where === "header") {
    const field = String(name);
    return (ctx) => onlyField(ctx, field, field.toLowerCase());
  }
  if (type === "apiKey" && where === "cookie") {
    return (ctx, prefix) => (ctx.req.headers.cookie === undefined ? undefined : oneCookie(ctx, prefix(ctx) + name));
  }
  if (type === "http" && String(httpScheme).toLowerCase() === "bearer") {
    return (ctx) => /^Bearer +(\S+) *$/i.exec(onlyField(ctx, "Authorization", "authorization") ?? "")?.[1];
  }
  return undefined;
}

/** The header fields that an operation's answers depend on because a credential may stand in them (`Vary`). */
export function credentialFields(operation: Operation, schemes: ReadonlyMap<string, SecurityScheme>): string[] {
  const names = schemesOf(operation).map((name) => {
    const { type, in: where, name: key } = schemes.get(name)?.node ?? {};
    if (type === "http") return "Authorization";
    return where === "cookie" ? "Cookie" : String(key);
  });
  return [...new Set(names)];
}

/** Throws 400 for a field that is sent twice: a proxy between the client and here could read the other one. */
function onlyField({ req }: Context, name: string, lowerCase: string): string | undefined {
  // Node's `headers` has the field, if it was sent at all; only `headersDistinct`, which is made on demand, tells how often.
  if (req.headers[lowerCase] === undefined) return undefined;
  const values = req.headersDistinct[lowerCase];
  if (values && values.length > 1) {
    throw new HttpProblem(400, {
      reason: "conflicting-credentials",
      detail: `The request carries more than one ${name}.`,
    });
  }
  // The parser of Node has taken the white space around the value away, and no more than that: a byte A0 belongs to it.
  return values?.[0] || undefined;
}

function oneCookie(ctx: Context, name: string): string | typeof AMBIGUOUS | undefined {
  const values = cookieValues(ctx, name);
  return values.length > 1 ? AMBIGUOUS : values[0] || undefined;
}
