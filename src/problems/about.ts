import type { ProblemOptions } from "../contract/problem.ts";
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
