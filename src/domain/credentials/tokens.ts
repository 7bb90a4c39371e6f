import type { EntityManager } from "@mikro-orm/core";
import { audited, type Origin } from "../audit-trail/audit-trail.ts";
import type { Principal } from "../principal.ts";
import { formatScopes } from "../scope.ts";
import type { SecretKeys } from "../secrets/secret-keys.ts";
import { AccessToken } from "./access-token.ts";
import {
  authenticateCredential,
  currentGeneration,
  deleteCredentials,
  makeRoom,
  prepareCredential,
  type SignedInUser,
} from "./authenticate.ts";
import { type CredentialView, listCredentials } from "./credential-list.ts";
import { TokenNotFound } from "./errors.ts";
import { SESSION_IDLE_MS } from "./sessions.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** How long a token lives unless told otherwise: 30 days, in milliseconds. */
export const TOKEN_LIFETIME_MS = 30 * DAY_MS;

/** How long a token lives without being used unless told otherwise: 14 days, in milliseconds. */
export const TOKEN_IDLE_MS = 14 * DAY_MS;

/**
 * Issues a token to a user who has just signed in.
 *
 * @param name what its owner knows it by; cut to 100 characters
 * @param scopes what the token is narrowed to; null for all that its owner may do
 * @param lifetimeMs milliseconds from `now` until it expires
 * @returns the token, which can never be had again, and its row
 * @throws {ScopeUnknown}
 * @throws {InvalidCredentials} when the sign-in is no longer good
 */
export async function issueToken(
  em: EntityManager,
  keys: SecretKeys,
  user: SignedInUser,
  {
    name,
    scopes = null,
    now,
    lifetimeMs = TOKEN_LIFETIME_MS,
    origin,
  }: {
    name: string;
    scopes?: readonly string[] | null | undefined;
    now: Date;
    lifetimeMs?: number | undefined;
    origin: Origin;
  },
): Promise<{ token: string; entity: AccessToken }> {
  const narrowed = formatScopes(scopes);
  return audited(em, origin, now, async (tx, record) => {
    const generation = await currentGeneration(tx, user);
    await makeRoom(tx, "token", { userId: user.id, now }, record);
    const prepared = prepareCredential(
      tx,
      keys,
      "token",
      { id: user.id, generation },
      { name, scopes: narrowed, now, lifetimeMs },
    );
    const entity = tx.create(AccessToken, { ...prepared.columns, scopes: narrowed });
    const credential = { kind: "token", id: entity.id } as const;
    await record({ kind: "login", userId: user.id, credential, actor: `user:${user.id}` });
    return { token: prepared.text, entity };
  });
}

/**
 * Who a token stands for, or null. Nobody is told why a token is not valid.
 *
 * @param idleMs milliseconds without use after which it has expired
 * @param sessionIdleMs the same for the session that it was made with
 */
export function authenticateToken(
  em: EntityManager,
  keys: SecretKeys,
  text: string,
  now: Date,
  idleMs: number = TOKEN_IDLE_MS,
  sessionIdleMs: number = SESSION_IDLE_MS,
): Promise<Principal | null> {
  return authenticateCredential(em, keys, "token", text, { now, idleMs, parentIdleMs: sessionIdleMs });
}

/** The tokens of a user that still work, newest first; `current` are those that it is asked for with. */
export function listTokens(
  em: EntityManager,
  {
    userId,
    current = [],
    now,
    idleMs = TOKEN_IDLE_MS,
    sessionIdleMs = SESSION_IDLE_MS,
  }: {
    userId: number;
    current?: readonly Principal["credential"][] | undefined;
    now: Date;
    idleMs?: number | undefined;
    sessionIdleMs?: number | undefined;
  },
): Promise<CredentialView[]> {
  return listCredentials(em, "token", { userId, current, now, idleMs, parentIdleMs: sessionIdleMs });
}

/**
 * Ends one token of a user at once.
 *
 * @throws {TokenNotFound} also for the token of another user
 */
export async function revokeToken(
  em: EntityManager,
  { userId, id, now, origin }: { userId: number; id: string; now: Date; origin: Origin },
): Promise<void> {
  await audited(em, origin, now, async (tx, record) => {
    const deleted = await deleteCredentials(tx, "token", { userId, id });
    if (deleted.length === 0) throw new TokenNotFound();
    await record({ kind: "token_revoked", userId, credential: { kind: "token", id } });
  });
}
