import type { EntityManager } from "@mikro-orm/core";
import { insertRows } from "../query.ts";
import type { AuditEvent } from "./event.ts";

/** Stores events in their order; the same with their ids. */
export async function insertEvents(
  tx: EntityManager,
  events: readonly Omit<AuditEvent, "id">[],
): Promise<AuditEvent[]> {
  const rows = await insertRows<{ id: number }>(
    tx,
    { into: '"event" (at, kind, user_id, actor, address, credential, detail)', ending: "returning id" },
    events.map(({ at, kind, userId, actor, address, credential, detail }) => [
      at,
      kind,
      userId,
      actor,
      address,
      credential,
      detail,
    ]),
  );
  // The database returns the rows in no set order, but their ids rise in the order of the insertion.
  const ids = rows.map(({ id }) => id).sort((one, other) => one - other);
  return events.flatMap((event, index) => ids.slice(index, index + 1).map((id) => ({ id, ...event })));
}
