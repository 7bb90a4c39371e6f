import type { Context } from "koa";
import { type Operation, type SecurityScheme, schemesOf } from "../document/operation.ts";
import { httpSchemeOf } from "./credential-reader.ts";

export interface ChallengeOptions {
  readonly schemes: ReadonlyMap<string, SecurityScheme>;
  readonly realm: string;
  readonly cookiePrefix: (ctx: Context) => string;
}

/**
 * The value of `WWW-Authenticate` for an operation (RFC 9110 §11.6.1): a challenge for each of its schemes. `error` is the
 * error of HTTP Bearer with its parameters (RFC 6750 §3.1), or "".
 */
export function compileChallenge(
  operation: Operation,
  { schemes, realm, cookiePrefix }: ChallengeOptions,
): (ctx: Context, error: string) => string {
  const named = schemesOf(operation).flatMap((name) => schemes.get(name) ?? []);
  return (ctx, error) =>
    named
      .map((scheme) => challengeOf(scheme, realm, cookiePrefix(ctx)))
      .map((field) => (error !== "" && field.startsWith("Bearer") ? `${field}, ${error}` : field))
      .join(", ");
}

function challengeOf(scheme: SecurityScheme, realm: string, cookiePrefix: string): string {
  const { in: where, name } = scheme.node;
  const httpScheme = httpSchemeOf(scheme);
  if (httpScheme === "basic") return `Basic realm="${realm}", charset="UTF-8"`;
  if (httpScheme !== undefined) return `Bearer realm="${realm}"`;
  return where === "cookie"
    ? `Cookie realm="${realm}", cookie-name="${cookiePrefix}${name}"`
    : `ApiKey realm="${realm}", ${where}="${name}"`;
}
