import type { EntityManager } from "@mikro-orm/core";
import { audited, type Origin } from "../audit-trail/audit-trail.ts";
import type { Principal } from "../principal.ts";
import { seal, sealMatches } from "../secrets/seal.ts";
import type { SecretKeys } from "../secrets/secret-keys.ts";
import {
  authenticateCredential,
  currentGeneration,
  deleteCredentials,
  makeRoom,
  prepareCredential,
  type SignedInUser,
} from "./authenticate.ts";
import { type CredentialView, listCredentials } from "./credential-list.ts";
import { SessionNotFound } from "./errors.ts";
import { Session } from "./session.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** How long a session lives unless told otherwise: 14 days, in milliseconds. */
export const SESSION_LIFETIME_MS = 14 * DAY_MS;

/** How long a session lives without being used unless told otherwise: 3 days, in milliseconds. */
export const SESSION_IDLE_MS = 3 * DAY_MS;

/**
 * Begins a session of a user who has just signed in.
 *
 * @param name the device, as its owner knows it; cut to 100 characters
 * @param lifetimeMs milliseconds from `now` until it expires
 * @param persistent whether its cookie is to outlive the browser
 * @returns the text for the cookie, which can never be had again, and its row
 * @throws {InvalidCredentials} when the sign-in is no longer good
 */
export function issueSession(
  em: EntityManager,
  keys: SecretKeys,
  user: SignedInUser,
  {
    name,
    now,
    lifetimeMs = SESSION_LIFETIME_MS,
    persistent = false,
    origin,
  }: { name: string; now: Date; lifetimeMs?: number | undefined; persistent?: boolean; origin: Origin },
): Promise<{ session: string; entity: Session }> {
  return audited(em, origin, now, async (tx, record) => {
    const generation = await currentGeneration(tx, user);
    await makeRoom(tx, "session", { userId: user.id, now }, record);
    const { text, columns } = prepareCredential(
      tx,
      keys,
      "session",
      { id: user.id, generation },
      { name, now, lifetimeMs },
    );
    const entity = tx.create(Session, { ...columns, persistent });
    const credential = { kind: "session", id: entity.id } as const;
    await record({ kind: "login", userId: user.id, credential, actor: `user:${user.id}` });
    return { session: text, entity };
  });
}

/**
 * Who a session stands for, or null. Nobody is told why a session is not valid.
 *
 * @param idleMs milliseconds without use after which it has expired
 */
export function authenticateSession(
  em: EntityManager,
  keys: SecretKeys,
  text: string,
  now: Date,
  idleMs: number = SESSION_IDLE_MS,
): Promise<Principal | null> {
  return authenticateCredential(em, keys, "session", text, { now, idleMs, parentIdleMs: idleMs });
}

/** Whether the cookie of a session outlives the browser; not when the session has ended. */
export async function isPersistent(em: EntityManager, id: string): Promise<boolean> {
  return (await em.findOne(Session, { id }))?.persistent ?? false;
}

/** The sessions of a user that still work, newest first; `current` are those that it is asked for with. */
export function listSessions(
  em: EntityManager,
  {
    userId,
    current = [],
    now,
    idleMs = SESSION_IDLE_MS,
  }: {
    userId: number;
    current?: readonly Principal["credential"][] | undefined;
    now: Date;
    idleMs?: number | undefined;
  },
): Promise<CredentialView[]> {
  return listCredentials(em, "session", { userId, current, now, idleMs, parentIdleMs: idleMs });
}

/**
 * Ends one session of a user at once.
 *
 * @throws {SessionNotFound} also for the session of another user
 */
export async function revokeSession(
  em: EntityManager,
  { userId, id, now, origin }: { userId: number; id: string; now: Date; origin: Origin },
): Promise<void> {
  await audited(em, origin, now, async (tx, record) => {
    const deleted = await deleteCredentials(tx, "session", { userId, id });
    if (deleted.length === 0) throw new SessionNotFound();
    await record({ kind: "session_revoked", userId, credential: { kind: "session", id } });
  });
}

/** Ends all sessions of a user at once, also the one that asks for it; tokens stay. */
export async function revokeSessions(
  em: EntityManager,
  { userId, now, origin }: { userId: number; now: Date; origin: Origin },
): Promise<void> {
  await audited(em, origin, now, async (tx, record) => {
    for (const id of await deleteCredentials(tx, "session", { userId })) {
      await record({ kind: "session_revoked", userId, credential: { kind: "session", id } });
    }
  });
}

/** The CSRF token of a session: it proves that a request by cookie comes from a page that knows the session. */
export function csrfToken(keys: SecretKeys, sessionId: string): string {
  return seal(keys[0], ["csrf", sessionId]);
}

/** Whether a text is the CSRF token of this session, by any of the keys, in constant time. */
export function csrfTokenMatches(keys: SecretKeys, sessionId: string, text: string): boolean {
  return sealMatches(keys, ["csrf", sessionId], text);
}
