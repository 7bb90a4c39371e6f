import type { Context } from "koa";
import { type Operation, type SecurityScheme, schemesOf } from "../document/operation.ts";
import { cookieValues } from "./cookies.ts";
import { httpSchemeOf } from "./credential-reader.ts";

export interface AdviceOptions {
  readonly schemes: ReadonlyMap<string, SecurityScheme>;
  readonly cookiePrefix: (ctx: Context) => string;
}

/** What was found out about the credentials of a request that is not authenticated. */
export interface Findings {
  /** A credential came and was not valid. */
  readonly refused: boolean;
  /** Several cookies of one name came. */
  readonly ambiguous: boolean;
}

/**
 * The detail of a 401: what was wrong with the credentials of the request, and what to send. It depends on where something was sent
 * and in what form, never on which credentials exist.
 */
export function compileAdvice(
  operation: Operation,
  { schemes, cookiePrefix }: AdviceOptions,
): (ctx: Context, findings: Findings) => string {
  const named = schemesOf(operation);
  const taken = [...schemes.values()].filter(({ name }) => named.includes(name));
  const others = [...schemes.values()].filter(({ name }) => !named.includes(name));
  const list = (some: readonly SecurityScheme[], ctx: Context) =>
    some.map((scheme) => spell(scheme, cookiePrefix(ctx))).join(" or ");

  return (ctx, { refused, ambiguous }) => {
    const prefix = cookiePrefix(ctx);
    if (ambiguous) {
      const cookies = list(taken.filter(isCookie), ctx);
      return `The request carries several values of ${cookies}, so none of them counts. Delete the cookies of this site, and sign in again.`;
    }
    const decorated = taken.find((scheme) => isHeader(scheme) && /^bearer\s/i.test(ctx.get(String(scheme.node.name))));
    if (decorated) return `${decorated.node.name} takes the token alone, without Bearer in front of it.`;
    if (refused) return "The credential is not valid, has expired or was revoked. Please sign in again.";
    if (taken.some(isHttp) && ctx.get("Authorization") !== "") {
      const words = [...new Set(taken.filter(isHttp).map(httpWord))].join(" or ");
      return `Authorization counts only in the form ${list(taken.filter(isHttp), ctx)}, with the word ${words} and one token.`;
    }
    const misplaced = others.filter((scheme) => isSent(ctx, scheme, prefix));
    if (misplaced.length === 0) return "You are not authenticated. Please sign in and send your credentials.";
    return `You are not authenticated: ${list(misplaced, ctx)} does not count here. Send ${list(taken, ctx)}.`;
  };
}

function isHttp(scheme: SecurityScheme): boolean {
  return httpSchemeOf(scheme) !== undefined;
}

/** The word before the credential in `Authorization`. */
function httpWord(scheme: SecurityScheme): string {
  return httpSchemeOf(scheme) === "basic" ? "Basic" : "Bearer";
}

function isQuery({ node }: SecurityScheme): boolean {
  return node.type === "apiKey" && node.in === "query";
}

function isCookie({ node }: SecurityScheme): boolean {
  return node.type === "apiKey" && node.in === "cookie";
}

function isHeader({ node }: SecurityScheme): boolean {
  return node.type === "apiKey" && node.in === "header";
}

/** A scheme as a client writes its credential. */
function spell(scheme: SecurityScheme, cookiePrefix: string): string {
  if (isHttp(scheme)) return `Authorization: ${httpWord(scheme)} <token>`;
  if (isQuery(scheme)) return `?${scheme.node.name}=<key>`;
  return isCookie(scheme) ? `the cookie ${cookiePrefix}${scheme.node.name}` : `${scheme.node.name}: <token>`;
}

function isSent(ctx: Context, scheme: SecurityScheme, cookiePrefix: string): boolean {
  if (isHttp(scheme)) return ctx.get("Authorization") !== "";
  const name = String(scheme.node.name);
  if (isQuery(scheme)) return new URLSearchParams(ctx.querystring).has(name);
  return isCookie(scheme) ? cookieValues(ctx, cookiePrefix + name).length > 0 : ctx.get(name) !== "";
}
