import type { Queryable } from "./domain/query.ts";
import type { HandlerContext } from "./operations/handler-context.ts";

/**
 * Gives a handler a transaction as its `db`. Its `em` and `attempts` throw from then on: each would begin a second transaction, which
 * waits for the first one to end, while the first one waits for the handler.
 */
export function writeWithin(context: HandlerContext, tx: Queryable): void {
  const refuse = {
    get: () => {
      throw new Error("An operation with an Idempotency-Key writes by `db` alone.");
    },
  };
  Object.defineProperties(context, { db: { value: tx }, em: refuse, attempts: refuse });
}
