import type { Context } from "koa";
import type { LeavingProblem, Representation } from "../contract/error-door.ts";
import { messagesOf } from "./envelope.ts";

/** The operations of OAuth 2.0, whose errors have the form of RFC 6749 §5.2. */
const PATHS: ReadonlySet<string> = new Set(["/api/tokens/exchange", "/introspect", "/revoke"]);

/** The errors as OAuth 2.0 names them, by the slugs of their problems; all others are `invalid_request` (RFC 8693 §2.2.2). */
const ERRORS: Readonly<Record<string, string>> = {
  "grant-type-unsupported": "unsupported_grant_type",
  "jwt-unavailable": "unsupported_grant_type",
  "audience-unknown": "invalid_target",
  "scope-exceeded": "invalid_scope",
};

/** Writes problems of OAuth's operations in its form, and all others by another representation of the same media type. */
export function oauthOr(otherwise: (problem: LeavingProblem) => string): Representation {
  return (problem, ctx: Context) => (PATHS.has(ctx.path) ? asOAuthError(problem) : otherwise(problem));
}

/** A problem in the form of OAuth 2.0, with its `type` besides. */
export function asOAuthError(problem: LeavingProblem): string {
  const slug = problem.type.slice(problem.type.lastIndexOf(":") + 1);
  return JSON.stringify({
    error: ERRORS[slug] ?? "invalid_request",
    error_description: permitted(messagesOf(problem).join("; ")),
    type: problem.type,
  });
}

const MOST_CHARACTERS = 1_000;

/** A text in the characters that an `error_description` may have: printable ASCII without `"` and `\`. */
function permitted(text: string): string {
  return text
    .replaceAll('"', "'")
    .replace(/[^ !#-[\]-~]/g, "?")
    .slice(0, MOST_CHARACTERS);
}
