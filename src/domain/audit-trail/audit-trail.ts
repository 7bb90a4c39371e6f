import type { EntityManager } from "@mikro-orm/core";
import type { Principal } from "../principal.ts";
import { insertRows } from "../query.ts";
import { Event, type EventKind } from "./event.ts";

/** Who does something, and from where. */
export interface Origin {
  /** `user:<id>`, `cli` or `anonymous`. */
  readonly actor: string;
  /** The network address; null at the machine itself. */
  readonly address: string | null;
  /** Hears of each event once it is stored for good: the place to log it. */
  readonly tell?: ((event: AuditEvent) => void) | undefined;
}

/** One entry of the audit trail, as it is read. */
export interface AuditEvent {
  readonly id: number;
  readonly at: Date;
  readonly kind: EventKind;
  readonly userId: number | null;
  readonly actor: string;
  readonly address: string | null;
  readonly credential: string | null;
  readonly detail: string | null;
}

/** What happened: the rest of an event is its origin and time. */
export interface Happening {
  readonly kind: EventKind;
  /** Whose account it is about. */
  readonly userId: number | null;
  /** Which credential was given, used or ended. */
  readonly credential?: Principal["credential"] | undefined;
  /** The name of the role that was granted or revoked. */
  readonly role?: string | undefined;
  /** What a token was made with: its end is the token's, too. */
  readonly parent?: Principal["credential"] | undefined;
  /** Who did it, where the work itself has proved more than its origin knew. */
  readonly actor?: string | undefined;
}

/** Writes events into the transaction that it is called with. */
export type RecordEvents = (...happenings: Happening[]) => Promise<void>;

/**
 * Does some work in a transaction, and its events with it: both are stored or neither. The origin hears of the events after the
 * commit, so that nothing is told that did not happen.
 */
export async function audited<Result>(
  em: EntityManager,
  origin: Origin,
  now: Date,
  work: (tx: EntityManager, record: RecordEvents) => Promise<Result>,
): Promise<Result> {
  let events: AuditEvent[] = [];
  const result = await em.transactional((tx) =>
    work(tx, async (...happenings) => {
      events = events.concat(await recordEvents(tx, origin, now, happenings));
    }),
  );
  for (const event of events) origin.tell?.(event);
  return result;
}

async function recordEvents(
  tx: EntityManager,
  origin: Origin,
  now: Date,
  happenings: readonly Happening[],
): Promise<AuditEvent[]> {
  const events = happenings.map(({ kind, userId, credential, role, parent, actor = origin.actor }) => ({
    at: now,
    kind,
    userId,
    actor,
    address: origin.address,
    credential: named(credential),
    detail: role ?? named(parent),
  }));
  const rows = await insertRows<{ id: number }>(
    tx,
    { into: '"event" (at, kind, user_id, actor, address, credential, detail)', ending: "returning id" },
    events.map(({ at, kind, userId, ...rest }) => [
      at,
      kind,
      userId,
      rest.actor,
      rest.address,
      rest.credential,
      rest.detail,
    ]),
  );
  // Rows are returned in no order; their ids rise in that of the insertion.
  const ids = rows.map(({ id }) => id).sort((one, other) => one - other);
  return events.flatMap((event, index) => ids.slice(index, index + 1).map((id) => ({ id, ...event })));
}

function named(credential: Principal["credential"] | undefined): string | null {
  return credential === undefined ? null : `${credential.kind}:${credential.id}`;
}

/**
 * The audit trail, newest first.
 *
 * @param userId whose; everybody's when left out
 * @param limit how many at most
 */
export async function listEvents(
  em: EntityManager,
  { userId, limit = 100 }: { userId?: number | undefined; limit?: number | undefined } = {},
): Promise<AuditEvent[]> {
  const where = userId === undefined ? {} : { userId };
  const events = await em.fork().find(Event, where, { orderBy: { id: "desc" }, limit });
  return events.map(({ id, at, kind, userId: about, actor, address, credential, detail }) => ({
    id,
    at,
    kind,
    userId: about ?? null,
    actor,
    address: address ?? null,
    credential: credential ?? null,
    detail: detail ?? null,
  }));
}
