import type { Queryable } from "./domain/query.ts";
import type { HandlerContext } from "./operations/handler-context.ts";

/** Has a handler write to a transaction. What would begin another one throws: it would wait for this one, and for ever. */
export function writeWithin(context: HandlerContext, tx: Queryable): void {
  const refuse = {
    get: () => {
      throw new Error("An operation with an Idempotency-Key writes by `db` alone.");
    },
  };
  Object.defineProperties(context, { db: { value: tx }, em: refuse, attempts: refuse });
}
