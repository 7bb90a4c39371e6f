import type { CredentialKind, Principal } from "../principal.ts";
import { type Queryable, timestamp } from "../query.ts";
import { effectiveScopes } from "../scope.ts";
import type { SecretKeys } from "../secrets/secret-keys.ts";
import { type CredentialView, findValid } from "./credential-list.ts";
import { type CredentialRow, type FindCredential, findCredential } from "./credential-repository.ts";
import { verifyRenewal } from "./generation.ts";
import { parseCredential, verifyCredential } from "./text.ts";

/** The time without use after which a credential expires, in milliseconds. */
export interface IdleLifetimes {
  readonly tokenIdleMs: number;
  readonly sessionIdleMs: number;
}

/** A valid credential. */
export interface Authentication {
  readonly principal: Principal;
  /**
   * The moment at which the credential expires, unless it is used before or the database changes: milliseconds since
   * 1970.
   */
  readonly validUntil: number;
}

/** The same, with what nobody needs who only lets it in. */
export interface FoundCredential extends Authentication {
  readonly createdAt: Date;
  /** How the user has authenticated: words of RFC 8176, separated by spaces. */
  readonly amr: string;
}

/**
 * The principal that the text of a credential stands for. Null unless its shape and digest are right, it has not
 * expired, it was used lately, its user is active, and it is of the user's generation or renewed for it. The reason is
 * not told. A token that was made with a session expires, too, when that session lies unused for too long; a personal token
 * only by its age.
 */
export function authenticateCredential(
  db: Queryable,
  keys: SecretKeys,
  kind: CredentialKind,
  text: string,
  options: { now: Date; lifetimes: IdleLifetimes },
): Promise<FoundCredential | null> {
  return authenticateBy((...row) => findCredential(db, ...row), keys, kind, text, options);
}

/** {@link authenticateCredential} for whoever finds the rows in another way. */
export async function authenticateBy(
  find: FindCredential,
  keys: SecretKeys,
  kind: CredentialKind,
  text: string,
  { now, lifetimes }: { now: Date; lifetimes: IdleLifetimes },
): Promise<FoundCredential | null> {
  const parsed = parseCredential(kind, text);
  if (parsed === null) return null;
  const { id, secret } = parsed;
  const row = await find(kind, id);
  if (row === undefined) return null;
  const { generation, digest, scopes, token_kind: tokenKind } = row;
  const fields = { id, userId: row.user_id, generation, expiresAt: timestamp(row.expires_at), scopes, tokenKind };
  if (!verifyCredential(keys, kind, secret, fields, { digest, keyId: row.key_id })) return null;
  return inForce(keys, { kind, id }, row, { now, lifetimes });
}

/**
 * The same by the id of a credential, for whoever holds a proof that it was authenticated: nobody is to be let in by an id. Its digest
 * stays unchecked, since only its text could show that it is right.
 */
export async function findInForce(
  db: Queryable,
  keys: SecretKeys,
  { kind, id }: Principal["credential"],
  { now, lifetimes }: { now: Date; lifetimes: IdleLifetimes },
): Promise<FoundCredential | null> {
  const row = await findCredential(db, kind, id);
  return row === undefined ? null : inForce(keys, { kind, id }, row, { now, lifetimes });
}

function inForce(
  keys: SecretKeys,
  { kind, id }: Principal["credential"],
  row: CredentialRow,
  { now, lifetimes }: { now: Date; lifetimes: IdleLifetimes },
): FoundCredential | null {
  const { generation, user_generation: current, digest, renewal } = row;
  const validUntil = Math.min(timestamp(row.expires_at).getTime(), idleExpiry(kind, row, lifetimes));
  const valid =
    now.getTime() < validUntil &&
    (generation === current || (renewal !== null && verifyRenewal(keys, kind, digest, current, renewal))) &&
    Boolean(row.active);
  if (!valid) return null;
  const principal = {
    userId: row.user_id,
    email: row.email,
    credential: { kind, id },
    scopes: effectiveScopes(row.permissions, row.scopes),
    authenticatedAt: timestamp(row.authenticated_at),
    factorAt: row.factor_at === null ? null : timestamp(row.factor_at),
    hasFactor: Boolean(row.has_factor),
  };
  return { principal, validUntil, createdAt: timestamp(row.created_at), amr: row.amr };
}

/** A token or session in a list. */
export interface ListedCredential extends CredentialView {
  /** Whether the request for the list carries this credential. */
  readonly current: boolean;
}

/**
 * The valid tokens or sessions of a user, newest first. `current` are the credentials that the request for the list
 * carries.
 */
export async function listCredentials(
  db: Queryable,
  kind: CredentialKind,
  {
    userId,
    current = [],
    now,
    lifetimes,
  }: { userId: number; current?: readonly Principal["credential"][]; now: Date; lifetimes: IdleLifetimes },
): Promise<ListedCredential[]> {
  const since = {
    usedSince: new Date(now.getTime() - idleLifetime(kind, lifetimes)),
    sessionUsedSince: new Date(now.getTime() - lifetimes.sessionIdleMs),
  };
  const views = await findValid(db, kind, { userId, now, ...since });
  return views.map((view) => ({
    ...view,
    current: current.some((credential) => credential.kind === kind && credential.id === view.id),
  }));
}

/** The moment at which a credential, or the session that it was made with, has lain unused for too long; never for a personal token. */
function idleExpiry(kind: CredentialKind, row: CredentialRow, lifetimes: IdleLifetimes): number {
  if (row.token_kind === "personal") return Number.POSITIVE_INFINITY;
  const own = timestamp(row.last_used_at ?? row.created_at).getTime() + idleLifetime(kind, lifetimes);
  if (row.parent_used_at === null) return own;
  return Math.min(own, timestamp(row.parent_used_at).getTime() + lifetimes.sessionIdleMs);
}

function idleLifetime(kind: CredentialKind, { tokenIdleMs, sessionIdleMs }: IdleLifetimes): number {
  return kind === "token" ? tokenIdleMs : sessionIdleMs;
}
