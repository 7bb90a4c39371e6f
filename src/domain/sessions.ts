import { createHmac, timingSafeEqual } from "node:crypto";
import type { EntityManager } from "@mikro-orm/core";
import { authenticateCredential, deleteExpired, prepareCredential, revokeCredential } from "./issued-credential.ts";
import type { Principal } from "./principal.ts";
import type { SecretKey, SecretKeys } from "./secret-keys.ts";
import { Session } from "./session.ts";
import type { User } from "./user.ts";

/** How long a session lives unless told otherwise: 14 days, in milliseconds. */
export const SESSION_LIFETIME_MS = 14 * 24 * 60 * 60 * 1000;

/**
 * Begins a session.
 *
 * @param lifetimeMs milliseconds from `now` until it expires
 * @returns the text for the cookie, which can never be had again, and its row
 */
export function issueSession(
  em: EntityManager,
  keys: SecretKeys,
  user: Pick<User, "id" | "generation">,
  { now, lifetimeMs = SESSION_LIFETIME_MS }: { now: Date; lifetimeMs?: number },
): Promise<{ session: string; entity: Session }> {
  return em.transactional(async (tx) => {
    await deleteExpired(tx, "session", user.id, now);
    const { text, columns } = prepareCredential(tx, keys, "session", user, { now, lifetimeMs });
    return { session: text, entity: tx.create(Session, columns) };
  });
}

/** Who a session stands for, or null. Nobody is told why a session is not valid. */
export function authenticateSession(
  em: EntityManager,
  keys: SecretKeys,
  text: string,
  now: Date,
): Promise<Principal | null> {
  return authenticateCredential(em, keys, "session", text, now);
}

/** Ends a session at once; harmless when it has ended. */
export function revokeSession(em: EntityManager, id: string): Promise<void> {
  return revokeCredential(em, "session", id);
}

function csrfDigest({ key }: SecretKey, sessionId: string): string {
  return createHmac("sha256", key)
    .update(JSON.stringify(["csrf", sessionId]))
    .digest("base64url");
}

/** The token that proves that a request by cookie comes from a page that knows its session: base64url of an HMAC-SHA-256. */
export function csrfToken(keys: SecretKeys, sessionId: string): string {
  return csrfDigest(keys[0], sessionId);
}

/** Whether a text is the CSRF token of this session, by any of the keys, in constant time. */
export function csrfTokenMatches(keys: SecretKeys, sessionId: string, text: string): boolean {
  const actual = Buffer.from(text);
  return keys.some((key) => {
    const expected = Buffer.from(csrfDigest(key, sessionId));
    return actual.length === expected.length && timingSafeEqual(actual, expected);
  });
}
