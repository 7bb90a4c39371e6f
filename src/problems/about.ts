import { rateLimitFields } from "../contract/declared/rate-limit.ts";
import type { ProblemOptions } from "../contract/problem.ts";
import type { TooManyAttempts } from "../domain/attempts/attempts.ts";
import type { PasswordsDiffer } from "../operations/steps/errors.ts";

/** Names the field of the content (a JSON pointer; "" is the whole) that the message of an error is about. */
export function about(pointer: string) {
  return ({ message: detail }: Error): ProblemOptions => ({ errors: [{ pointer, detail }] });
}

export function reasonsAbout(pointer: string) {
  return ({ reasons }: { readonly reasons: readonly string[] }): ProblemOptions => ({
    errors: reasons.map((detail) => ({ pointer, detail })),
  });
}

/** The same for an error that names the member itself, because operations call it differently. */
export function aboutMember(error: Error & { readonly pointer: string }): ProblemOptions {
  return about(error.pointer)(error);
}

export function aboutRepetition(error: PasswordsDiffer): ProblemOptions {
  return about(`/${error.field}`)(error);
}

export function aboutParameter(parameter: string) {
  return ({ message: detail }: Error): ProblemOptions => ({ errors: [{ parameter, detail }] });
}

/** The client may try again; the operator has to read in the log what fails. */
export function failed(error: { readonly retryAfterSeconds: number }): ProblemOptions {
  return { ...retryAfter(error), fault: true };
}

/** The client may try again. */
export function retryAfter({ retryAfterSeconds }: { readonly retryAfterSeconds: number }) {
  return { headers: { "Retry-After": String(retryAfterSeconds) } };
}

/** The limit that is reached, told as the allowances of a success are. */
export function limited(error: TooManyAttempts): ProblemOptions {
  const fields = rateLimitFields([{ ...error, resetSeconds: error.retryAfterSeconds }]);
  return { headers: { ...retryAfter(error).headers, ...fields } };
}
