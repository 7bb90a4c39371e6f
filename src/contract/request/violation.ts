import { HttpProblem, type ProblemError } from "../problem.ts";

/**
 * One thing about a request that the contract does not allow: in its body (by JSON pointer) or in a parameter (by
 * name).
 */
export type Violation =
  | { readonly in: "body"; readonly pointer: string; readonly detail: string }
  | { readonly in: string; readonly name: string; readonly detail: string };

/** The most violations that one answer lists. */
const MOST_ERRORS = 20;

/**
 * A name that the client chose is repeated only if it looks like one: a whole text that was taken for a name, such as
 * `password: secret`, stays out of answers, and of the places where these end up.
 */
const REPEATABLE = /^[^\p{C}\p{Z}{}<>"':=,;&]{0,100}$/u;

/** The 400 for a request with these violations. */
export function invalidRequest(violations: readonly Violation[]): HttpProblem {
  const errors = violations.slice(0, MOST_ERRORS).map((violation): ProblemError => {
    const { detail } = violation;
    if ("pointer" in violation) return { pointer: REPEATABLE.test(violation.pointer) ? violation.pointer : "", detail };
    const repeatable = violation.name !== "" && REPEATABLE.test(violation.name);
    return repeatable ? { parameter: violation.name, detail } : { detail: `A parameter ${detail}.` };
  });
  return new HttpProblem(400, {
    reason: "invalid-request",
    detail: "The request does not match the contract.",
    errors,
  });
}
