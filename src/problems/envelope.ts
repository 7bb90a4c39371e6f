import type { LeavingProblem, Representation } from "../contract/error-door.ts";
import type { ProblemError } from "../contract/problem.ts";

/** The envelope of the lecture's framework: all messages, and the same messages by field; `""` is the whole form. */
interface ErrorEnvelope {
  readonly meta: { readonly code: number };
  readonly response: {
    /** As in a problem document. */
    readonly type: string;
    readonly errors: readonly string[];
    readonly field_errors?: Record<string, string[]>;
    readonly reauth_required?: true;
  };
}

/** Where each representation that is JSON has the type of the problem; errors of OAuth have it as a problem document has. */
export const PROBLEM_TYPE_MEMBERS = {
  "application/problem+json": ["type"],
  "application/json": [["response", "type"], ["type"]],
};

/** A problem as `application/problem+json` (RFC 9457). A 401 has the members of the envelope, too, as extension members (§3.2). */
export function asProblemJson(problem: LeavingProblem): string {
  return JSON.stringify(problem.status === 401 ? { ...problem, ...envelope(problem) } : problem);
}

/** A problem as `application/json`: the envelope alone. */
export function asEnvelopeJson(problem: LeavingProblem): string {
  return JSON.stringify(envelope(problem));
}

/** The messages by form field, which is the first token of the pointer; `""` is the whole form. */
export function fieldErrors(errors: readonly ProblemError[]): Record<string, string[]> {
  const fields: Record<string, string[]> = {};
  for (const { pointer = "", detail } of errors) {
    const field = pointer.slice(1).split("/")[0] ?? "";
    if (!Object.hasOwn(fields, field)) {
      // An assignment would not make a field that is called `__proto__`.
      Object.defineProperty(fields, field, { value: [], enumerable: true });
    }
    fields[field]?.push(detail);
  }
  return fields;
}

/** A message of a list without field names: a phrase, which begins in lower case, gets its field in front; a sentence stays. */
function message({ pointer, parameter, detail }: ProblemError): string {
  const subject = pointer ? pointer.slice(1) : parameter;
  return subject && /^\p{Ll}/u.test(detail) ? `${subject} ${detail}` : detail;
}

/** What a problem tells people, a message each. */
function messagesOf({ detail, title, errors }: LeavingProblem): string[] {
  return errors ? errors.map(message) : [detail ?? title];
}

function envelope(problem: LeavingProblem): ErrorEnvelope {
  const { type, status, errors, reauth_required } = problem;
  const response = {
    type,
    errors: messagesOf(problem),
    ...(errors && { field_errors: fieldErrors(errors) }),
    ...(reauth_required && { reauth_required }),
  };
  return { meta: { code: status }, response };
}

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
  return (problem, ctx) => (PATHS.has(ctx.path) ? asOAuthError(problem) : otherwise(problem));
}

/** A problem in the form of OAuth 2.0, with its `type` besides. */
function asOAuthError(problem: LeavingProblem): string {
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
