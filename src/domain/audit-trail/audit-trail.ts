import type { EntityManager } from "@mikro-orm/core";
import type { Principal } from "../principal.ts";
import { again } from "../unit-of-work.ts";
import { type AuditEvent, Event, type EventKind } from "./event.ts";
import { insertEvents } from "./event-repository.ts";
import { logPrincipalChanges } from "./principal-changes.ts";

/** The circumstances of a change: when, by whom and from where. Its events carry them. */
export interface Occasion {
  readonly now: Date;
  /** The person who makes the change: `user:<id>`, `cli` (the operator) or `anonymous`. */
  readonly actor: string;
  /** The network address that the change is asked for from; null at the machine itself. */
  readonly address: string | null;
  /** Called with each event once it is committed: the place to log it. */
  readonly tell?: ((event: AuditEvent) => void) | undefined;
  /**
   * Called in the transaction, with the events that are stored in it: the place to write mails to the owners of the accounts.
   * Left out where there is no mail.
   */
  readonly notify?: ((tx: EntityManager, events: readonly AuditEvent[]) => Promise<void>) | undefined;
  /**
   * Called after the commit and before the change is answered: principals that are kept in memory hold no more. Required,
   * so that no occasion can forget it. It resolves when that is so in all processes.
   */
  readonly changed: Changed;
  /** Aborted when the client is gone: a password that still waits for its hash is then taken out of the line. */
  readonly signal?: AbortSignal | undefined;
}

/** The users whose principals have changed; null for those of anybody. */
export type ChangedUsers = readonly number[] | null;

/** Makes this process forget the principals of some users, and the others, too. */
export type Changed = (users: ChangedUsers) => void | Promise<void>;
/** A credential by its kind and id: a token, a session, or a JWT by its `jti`. */
export type NamedCredential = Principal["credential"] | { readonly kind: "jwt"; readonly id: string };

/** The part of an event that its occasion does not know. */
export interface Happening {
  readonly kind: EventKind;
  /** The user whose account the event is about; null when there is no such account. */
  readonly userId: number | null;
  /** The credential that was given, used or ended. */
  readonly credential?: NamedCredential | undefined;
  /** The ids of the tokens that have ended with the credential, since they were made with it. */
  readonly tokens?: readonly string[] | undefined;
  /** The name of the role that was granted or revoked. */
  readonly role?: string | undefined;
  /** The kind of second factor that was added or removed, or `passkey:` and the id of a passkey. */
  readonly detail?: string | undefined;
  /** The credential that a token was made with. The token ends when it ends. */
  readonly parent?: Principal["credential"] | undefined;
  /** The person, where the work has proved more than the occasion knew: a sign-in begins as `anonymous`. */
  readonly actor?: string | undefined;
}

/** Writes events into the transaction that it was handed out with. */
export type RecordEvents = (...happenings: Happening[]) => Promise<void>;

/**
 * Runs some work in a transaction that stores its events too: both are committed or neither. `tell` is called after the
 * commit, so that no event is logged for a change that was rolled back.
 */
export async function recorded<Result>(
  em: EntityManager,
  occasion: Occasion,
  work: (tx: EntityManager, record: RecordEvents) => Promise<Result>,
): Promise<Result> {
  let events: AuditEvent[] = [];
  let users: ChangedUsers = [];
  const attempt = () => {
    events = [];
    users = [];
    return em.transactional((tx) =>
      work(tx, async (...happenings) => {
        const stored = await insertEvents(
          tx,
          happenings.map((happening) => eventOf(occasion, happening)),
        );
        events = events.concat(stored);
        const withTokens = stored.map((event, index) => ({ ...event, tokens: happenings[index]?.tokens }));
        const changed = await logPrincipalChanges(tx, withTokens);
        users = users === null || changed === null ? null : [...users, ...changed];
        await occasion.notify?.(tx, stored);
      }),
    );
  };
  let result: Result;
  try {
    result = await again(attempt);
  } finally {
    // Also after an error, since a commit may have failed after it took effect.
    await occasion.changed(users);
  }
  for (const event of events) occasion.tell?.(event);
  return result;
}

function eventOf(
  { now, address, ...occasion }: Occasion,
  { kind, userId, credential, role, detail, parent, actor = occasion.actor }: Happening,
): Omit<AuditEvent, "id"> {
  return {
    at: now,
    kind,
    userId,
    actor,
    address,
    credential: named(credential),
    detail: role ?? detail ?? named(parent),
  };
}

function named(credential: NamedCredential | undefined): string | null {
  return credential === undefined ? null : `${credential.kind}:${credential.id}`;
}

/**
 * The audit trail, newest first.
 *
 * @param userId the user whose account the events are about; left out for all events
 * @param limit the most events
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
