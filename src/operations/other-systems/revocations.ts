import { listRevocations as list } from "../../domain/jwt/revocations.ts";
import type { Operation } from "../handler-context.ts";

/** The entries of an answer where no `limit` is asked for: the default of the contract, which the generated types do not know of. */
const LIMIT = 100;

export const listRevocations: Operation<"listRevocations"> = async ({ db, query, now }) => {
  const { after = null, limit = LIMIT } = query;
  const { items, next, more, restarted } = await list(db, { after, limit, now });
  return {
    status: 200,
    headers: { "Cache-Control": "no-store" },
    body: { items: items.map(({ at, ...named }) => ({ ...named, at: at.toISOString() })), next, more, restarted },
  };
};
