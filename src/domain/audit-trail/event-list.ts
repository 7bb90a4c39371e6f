import { decodeCursor, type Page, pageOf } from "../list-page.ts";
import { type Parameter, type Queryable, runStatement, timestamp } from "../query.ts";
import type { AuditEvent, EventKind } from "./event.ts";

/** An event in a list for operators: with the address of the account that it is about, which is null when the account is gone. */
export interface ListedEvent extends AuditEvent {
  readonly email: string | null;
}

/** The events that are wanted; what is left out narrows nothing. */
export interface EventFilter {
  /** The user whose account the events are about. */
  readonly userId?: number | undefined;
  /** One of these kinds, at least one. */
  readonly kinds?: readonly EventKind[] | undefined;
  /** At this time or later. */
  readonly from?: Date | undefined;
  /** Before this time. */
  readonly until?: Date | undefined;
  /** With a lower id, which is older. */
  readonly beforeId?: number | undefined;
}

interface EventRow {
  readonly id: number;
  readonly at: number | string | Date;
  readonly kind: EventKind;
  readonly user_id: number | null;
  readonly actor: string;
  readonly address: string | null;
  readonly credential: string | null;
  readonly detail: string | null;
  readonly email: string | null;
}

/** The newest events that pass a filter, newest first. */
export async function findEvents(
  db: Queryable,
  { userId, kinds, from, until, beforeId }: EventFilter,
  limit: number,
): Promise<ListedEvent[]> {
  const conditions: (readonly [string, readonly Parameter[]])[] = [
    ...(userId === undefined ? [] : [["e.user_id = ?", [userId]] as const]),
    ...(kinds === undefined ? [] : [[`e.kind in (${kinds.map(() => "?").join(", ")})`, kinds] as const]),
    ...(from === undefined ? [] : [["e.at >= ?", [from]] as const]),
    ...(until === undefined ? [] : [["e.at < ?", [until]] as const]),
    ...(beforeId === undefined ? [] : [["e.id < ?", [beforeId]] as const]),
  ];
  const where = conditions.length === 0 ? "" : `where ${conditions.map(([sql]) => sql).join(" and ")}`;
  const rows = await runStatement<EventRow>(
    db,
    "select e.id, e.at, e.kind, e.user_id, e.actor, e.address, e.credential, e.detail, u.email " +
      `from "event" e left join "user" u on u.id = e.user_id ${where} order by e.id desc limit ?`,
    [...conditions.flatMap(([, parameters]) => parameters), limit],
  );
  return rows.map(({ at, user_id: userId, ...row }) => ({ ...row, at: timestamp(at), userId }));
}

/**
 * One page of the events of a user's account, newest first.
 *
 * @param limit the most events of the page, 1 or more
 * @throws {InvalidCursor}
 */
export async function listEventsOf(
  db: Queryable,
  { userId, limit, cursor }: { userId: number; limit: number; cursor?: string | undefined },
): Promise<Page<ListedEvent>> {
  const beforeId = cursor === undefined ? undefined : decodeCursor("events", cursor);
  return pageOf("events", await findEvents(db, { userId, beforeId }, limit + 1), limit);
}
