import type { Operation } from "../document/operation.ts";
import type { RuntimeProblem } from "../problem.ts";
import { auditEnding } from "./deprecation.ts";
import { auditIdempotency, takesIdempotencyKey } from "./idempotency-field.ts";
import { auditPrefer } from "./prefer.ts";
import { auditMethod } from "./query-method.ts";

/**
 * The reasons why the stages that an operation switches on cannot do what it declares, one phrase each.
 *
 * @param idempotency whether there is a store for `Idempotency-Key`
 */
export function auditDeclared(operation: Operation, idempotency: boolean): string[] {
  return [
    ...auditMethod(operation),
    ...auditIdempotency(operation, idempotency),
    ...auditEnding(operation),
    ...auditPrefer(operation),
  ];
}

/** The problems with which the declared stages can refuse a request. */
export function problemsOfDeclared(
  operation: Operation,
): { readonly status: number; readonly reason: RuntimeProblem }[] {
  if (!takesIdempotencyKey(operation)) return [];
  return [
    { status: 409, reason: "request-in-flight" },
    { status: 422, reason: "idempotency-key-reused" },
  ];
}
