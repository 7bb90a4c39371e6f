import type { EntityManager } from "@mikro-orm/core";
import { type Occasion, type RecordEvents, recorded } from "../audit-trail/audit-trail.ts";
import { AccessToken, RefreshFamily } from "../credentials/credential.ts";
import { deleteFamilies } from "../credentials/credential-repository.ts";
import { makeRoom, prepareCredential } from "../credentials/issue.ts";
import { timestamp } from "../query.ts";
import type { SecretKeys } from "../secrets/secret-keys.ts";
import { RefreshTokenRefused } from "./errors.ts";
import {
  deleteTokensSince,
  exchangeNewest,
  type FamilyRow,
  findFamilyOwner,
  forgiveBefore,
  holdFamily,
} from "./family-repository.ts";
import { digestRefresh, mintRefresh, parseRefresh, type RefreshText, verifyRefresh } from "./refresh-text.ts";

/** The time for which the refresh token before the newest is forgiven, in milliseconds: longer than a client waits for an answer. */
const FORGIVEN_MS = 60_000;

/** The lifetimes that an exchange goes by, in milliseconds. */
export interface ExchangeLifetimes {
  /** Until the new token expires; the family may expire before. */
  readonly refreshedTokenMs: number;
  /** Without an exchange, until the family ends. */
  readonly refreshIdleMs: number;
}

/**
 * The user whose refresh token a text is, for the limits of attempts; whether it still counts is not asked.
 *
 * @throws {RefreshTokenRefused} for a text that is none, or is of a family that has ended
 */
export async function ownerOfRefresh(em: EntityManager, keys: SecretKeys, text: string): Promise<number> {
  const parsed = parseRefresh(keys, text);
  const userId = parsed === null ? undefined : await findFamilyOwner(em, parsed.id);
  if (userId === undefined) throw new RefreshTokenRefused();
  return userId;
}

/**
 * Exchanges a refresh token for a new token and the next refresh token (RFC 6749, section 6, with rotation as in RFC 9700, section
 * 4.14.2). The new token has the scopes of the sign-in and is no fresher a proof of the user. Of several exchanges of one refresh token
 * the first counts; a second one within a minute, for an answer that was lost, ends what that had given; any other use of an old
 * refresh token ends the family with its tokens, and the user is told.
 *
 * @throws {RefreshTokenRefused}
 */
export async function exchangeRefresh(
  em: EntityManager,
  keys: SecretKeys,
  text: string,
  lifetimes: ExchangeLifetimes,
  occasion: Occasion,
): Promise<{ token: string; refresh: string; expiresAt: Date }> {
  const given = parseRefresh(keys, text);
  if (given === null) throw new RefreshTokenRefused();
  // The end of a family has to be stored: the refusal comes after the transaction.
  const exchanged = await recorded(em, occasion, async (tx, record) => {
    const row = await holdFamily(tx, given.id);
    if (row === undefined || !isInForce(row, lifetimes, occasion.now)) return null;
    const next = await replace(tx, keys, { row, given, now: occasion.now }, record);
    if (next === null) {
      await endReused(tx, row, record);
      return null;
    }
    const token = await issue(tx, keys, { row, lifetimes, now: occasion.now }, record);
    return { token, refresh: next, expiresAt: timestamp(row.expires_at) };
  });
  if (exchanged === null) throw new RefreshTokenRefused();
  return exchanged;
}

function isInForce(row: FamilyRow, { refreshIdleMs }: ExchangeLifetimes, now: Date): boolean {
  const idle = timestamp(row.last_used_at ?? row.created_at).getTime() + refreshIdleMs;
  return now.getTime() < Math.min(idle, timestamp(row.expires_at).getTime());
}

/** Puts the next refresh token in the place of a given one; its text. Null when that has been used before, and is not forgiven. */
async function replace(
  tx: EntityManager,
  keys: SecretKeys,
  { row, given: { id, secret }, now }: { row: FamilyRow; given: RefreshText; now: Date },
  record: RecordEvents,
): Promise<string | null> {
  const { user_id: userId, generation, scopes, previous_digest: before, previous_key_id: beforeKey } = row;
  const fields = { id, userId, generation, expiresAt: timestamp(row.expires_at), scopes };
  const next = mintRefresh(keys, id);
  const to = digestRefresh(keys, next.secret, fields);
  const newest = { digest: row.digest, keyId: row.key_id };
  if (verifyRefresh(keys, secret, fields, newest)) {
    return (await exchangeNewest(tx, { id, from: newest, to, now })) ? next.text : null;
  }
  if (before === null || beforeKey === null || row.last_used_at === null) return null;
  const previous = { digest: before, keyId: beforeKey };
  const since = new Date(now.getTime() - FORGIVEN_MS);
  if (!verifyRefresh(keys, secret, fields, previous)) return null;
  if (!(await forgiveBefore(tx, { id, from: previous, to, since }))) return null;
  for (const lost of await deleteTokensSince(tx, id, timestamp(row.last_used_at))) {
    await record({ kind: "token_revoked", userId, credential: { kind: "token", id: lost }, actor: `user:${userId}` });
  }
  return next.text;
}

/** Ends a family of which an old refresh token was used: of the two who have it one is a thief, and nothing tells which. */
async function endReused(
  tx: EntityManager,
  { id: family, user_id: userId }: FamilyRow,
  record: RecordEvents,
): Promise<void> {
  await record({ kind: "refresh_reused", userId, detail: `refresh:${family}` });
  for (const id of await deleteFamilies(tx, { userId, id: family })) {
    await record({ kind: "token_revoked", userId, credential: { kind: "token", id } });
  }
}

async function issue(
  tx: EntityManager,
  keys: SecretKeys,
  { row, lifetimes, now }: { row: FamilyRow; lifetimes: ExchangeLifetimes; now: Date },
  record: RecordEvents,
): Promise<string> {
  const { id, user_id: userId, generation, name, scopes, amr } = row;
  await makeRoom(tx, "token", { userId, now, spare: id }, record);
  const remainingMs = timestamp(row.expires_at).getTime() - now.getTime();
  const lifetimeMs = Math.min(lifetimes.refreshedTokenMs, remainingMs);
  const owner = { id: userId, generation };
  const { text, columns } = prepareCredential(tx, keys, "token", owner, { name, now, lifetimeMs, scopes });
  tx.create(AccessToken, {
    ...columns,
    scopes,
    amr,
    authenticatedAt: timestamp(row.authenticated_at),
    factorAt: row.factor_at === null ? null : timestamp(row.factor_at),
    family: tx.getReference(RefreshFamily, id),
  });
  return text;
}
