import type { LeavingProblem } from "../contract/error-door.ts";
import type { ProblemError } from "../contract/problem.ts";

/**
 * The envelope in which the lecture's framework answers: all messages, and the same by the field they belong to, `""`
 * for the whole form.
 */
interface ErrorEnvelope {
  readonly meta: { readonly code: number };
  readonly response: {
    readonly errors: readonly string[];
    readonly field_errors?: Record<string, string[]>;
    readonly reauth_required?: true;
  };
}

/** `application/problem+json` (RFC 9457). A 401 carries the envelope too, as extension members. */
export function asProblemJson(problem: LeavingProblem): string {
  return JSON.stringify(problem.status === 401 ? { ...problem, ...envelope(problem) } : problem);
}

/** `application/json`: the envelope alone. */
export function asEnvelopeJson(problem: LeavingProblem): string {
  return JSON.stringify(envelope(problem));
}

/** Messages by form field; `""` for what concerns no single field. */
export function fieldErrors(errors: readonly ProblemError[]): Record<string, string[]> {
  const fields: Record<string, string[]> = {};
  for (const { pointer = "", detail } of errors) {
    const field = pointer.slice(1).split("/")[0] ?? "";
    if (!Object.hasOwn(fields, field)) {
      // A field may be called `__proto__`.
      Object.defineProperty(fields, field, { value: [], enumerable: true });
    }
    fields[field]?.push(detail);
  }
  return fields;
}

/** A message for a list in which nothing else says what it is about: whole sentences stand for themselves. */
function message({ pointer, parameter, detail }: ProblemError): string {
  const subject = pointer ? pointer.slice(1) : parameter;
  return subject && /^\p{Ll}/u.test(detail) ? `${subject} ${detail}` : detail;
}

function envelope({ status, detail, title, errors, reauth_required }: LeavingProblem): ErrorEnvelope {
  const response = {
    errors: errors ? errors.map(message) : [detail ?? title],
    ...(errors && { field_errors: fieldErrors(errors) }),
    ...(reauth_required && { reauth_required }),
  };
  return { meta: { code: status }, response };
}
