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
 * How to read the credential of a scheme: an API key in a header, a cookie or the query; HTTP Bearer (RFC 6750 §2.1), which OAuth 2 and
 * OpenID Connect use, too; HTTP Basic (RFC 7617), whose credential is `user-id:password`. Undefined for a scheme that this runtime
 * cannot read, such as mutual TLS. A key in the query ends up in logs and histories of clients and proxies: choose it for old clients only.
 */
export function credentialReader(scheme: SecurityScheme): CredentialReader | undefined {
  const { type, in: where, name } = scheme.node;
  if (type === "apiKey" && where === "header") {
    const field = String(name);
    return (ctx) => onlyField(ctx, field, field.toLowerCase());
  }
  if (type === "apiKey" && where === "cookie") {
    return (ctx, prefix) => (ctx.req.headers.cookie === undefined ? undefined : oneCookie(ctx, prefix(ctx) + name));
  }
  if (type === "apiKey" && where === "query") return (ctx) => onlyInQuery(ctx, String(name));
  const httpScheme = httpSchemeOf(scheme);
  if (httpScheme === "bearer") {
    return (ctx) => /^Bearer +(\S+) *$/i.exec(onlyField(ctx, "Authorization", "authorization") ?? "")?.[1];
  }
  if (httpScheme === "basic") return (ctx) => userPass(onlyField(ctx, "Authorization", "authorization") ?? "");
  return undefined;
}

/** The scheme of `Authorization` (RFC 9110 §11.1) that a security scheme uses, in lower case; undefined when it does not use that field. */
export function httpSchemeOf({ type, node }: SecurityScheme): string | undefined {
  if (type === "http") return String(node.scheme).toLowerCase();
  return type === "oauth2" || type === "openIdConnect" ? "bearer" : undefined;
}

/** Do browsers add the credential to every request by themselves, whichever page makes them send it? */
export function isAmbient(scheme: SecurityScheme | undefined): boolean {
  return scheme !== undefined && (scheme.node.in === "cookie" || httpSchemeOf(scheme) === "basic");
}

/** The header fields that an operation's answers depend on because a credential may stand in them (`Vary`). */
export function credentialFields(operation: Operation, schemes: ReadonlyMap<string, SecurityScheme>): string[] {
  const names = schemesOf(operation).flatMap((name) => {
    const scheme = schemes.get(name);
    if (scheme === undefined) return [];
    const { in: where, name: key } = scheme.node;
    if (httpSchemeOf(scheme) !== undefined) return "Authorization";
    // The address is part of every cache's key.
    if (where === "query") return [];
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

/** Throws 400 for a parameter that is sent twice. */
function onlyInQuery(ctx: Context, name: string): string | undefined {
  if (ctx.querystring === "") return undefined;
  const values = new URLSearchParams(ctx.querystring).getAll(name);
  if (values.length > 1) throw new HttpProblem(400, { detail: `The request carries more than one ${name}.` });
  return values[0] || undefined;
}

const UTF_8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** `user-id:password` of HTTP Basic, in UTF-8 (RFC 7617 §2.1); undefined for what is not written so. */
function userPass(field: string): string | undefined {
  const [, token] = /^Basic +([\w+/-]+={0,2}) *$/i.exec(field) ?? [];
  if (token === undefined) return undefined;
  try {
    const text = UTF_8.decode(Buffer.from(token, "base64"));
    return text.includes(":") ? text : undefined;
  } catch {
    return undefined;
  }
}
