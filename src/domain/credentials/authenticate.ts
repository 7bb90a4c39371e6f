import type { EntityManager } from "@mikro-orm/core";
import type { RecordEvents } from "../audit-trail/audit-trail.ts";
import { InvalidCredentials } from "../passwords/errors.ts";
import type { CredentialKind, Principal } from "../principal.ts";
import { runStatement, timestamp } from "../query.ts";
import { effectiveScopes } from "../scope.ts";
import type { SecretKeys } from "../secrets/secret-keys.ts";
import { User } from "../users/user.ts";
import { credentialName } from "./credential-name.ts";
import { credentialTable, parentJoin, tokenColumns } from "./credential-table.ts";
import { digestCredential, mintCredential, parseCredential, verifyCredential, verifyRenewal } from "./text.ts";

type Timestamp = number | string | Date;

interface CredentialRow {
  user_id: number;
  generation: number;
  digest: string;
  key_id: string;
  created_at: Timestamp;
  expires_at: Timestamp;
  last_used_at: Timestamp | null;
  authenticated_at: Timestamp;
  renewal: string | null;
  scopes: string | null;
  parent_used_at: Timestamp | null;
  email: string;
  active: number | boolean;
  user_generation: number;
  permissions: string | null;
}

/** How many credentials of a kind a user has at most. Who signs in for ever must not fill the disk, and their list is not paged. */
export const MOST_PER_USER = 1_000;

/**
 * The generation that a credential of somebody who has just signed in belongs to, from the transaction that stores it. All access
 * may have been revoked since the password was verified: where it is still the password, that was the sign-in's past. The write
 * keeps others from revoking until the credential is stored.
 *
 * @throws {InvalidCredentials} when the password was changed or the account closed in the meantime
 */
export async function currentGeneration(
  tx: EntityManager,
  { id, generation, passwordHash }: SignedInUser,
): Promise<number> {
  const [row] = await runStatement<{ generation: number }>(
    tx,
    'update "user" set generation = generation where id = ? and active and (generation = ? or password_hash = ?) ' +
      "returning generation",
    [id, generation, passwordHash ?? null],
  );
  if (row === undefined) throw new InvalidCredentials();
  return row.generation;
}

/** A user as of when the password was verified. */
export type SignedInUser = Pick<User, "id" | "generation" | "passwordHash">;

/** The fields that a new token or session is stored with, and the text that only its owner gets. */
export function prepareCredential(
  em: EntityManager,
  keys: SecretKeys,
  kind: CredentialKind,
  user: Pick<User, "id" | "generation">,
  { now, lifetimeMs, name, scopes }: { now: Date; lifetimeMs: number; name: string; scopes?: string | null },
) {
  const { id, secret, text } = mintCredential(kind);
  const { generation } = user;
  const expiresAt = new Date(now.getTime() + lifetimeMs);
  const stored = digestCredential(keys, kind, secret, { id, userId: user.id, generation, expiresAt, scopes });
  const columns = {
    id,
    user: em.getReference(User, user.id),
    generation,
    createdAt: now,
    expiresAt,
    name: credentialName(name),
    authenticatedAt: now,
    ...stored,
  };
  return { text, columns };
}

/**
 * Who the text of a credential stands for; null unless its shape and digest are right, it has not expired and was used lately, its
 * user is active and of the same generation. One statement reads all of it, roles included, so that nothing lost is still held.
 *
 * @param idleMs milliseconds without use after which it has expired
 * @param parentIdleMs the same for the session that a token was made with, by that token or otherwise
 */
export async function authenticateCredential(
  em: EntityManager,
  keys: SecretKeys,
  kind: CredentialKind,
  text: string,
  { now, idleMs, parentIdleMs }: { now: Date; idleMs: number; parentIdleMs: number },
): Promise<Principal | null> {
  const parsed = parseCredential(kind, text);
  if (parsed === null) return null;
  const { id, secret } = parsed;
  const [row] = await runStatement<CredentialRow>(
    em,
    "select c.user_id, c.generation, c.digest, c.key_id, c.created_at, c.expires_at, c.last_used_at, c.authenticated_at, " +
      `c.renewal, ${tokenColumns(kind)}, u.email, u.active, u.generation as user_generation, ` +
      `(select string_agg(r.permissions, ' ') from "user_role" ur join "role" r on r.id = ur.role_id ` +
      "where ur.user_id = u.id) as permissions " +
      `from "${credentialTable(kind)}" c join "user" u on u.id = c.user_id ${parentJoin(kind)} where c.id = ?`,
    [id],
  );
  if (row === undefined) return null;
  const { generation, user_generation: current, digest, renewal, scopes } = row;
  const fields = { id, userId: row.user_id, generation, expiresAt: timestamp(row.expires_at), scopes };
  const lastUsed = timestamp(row.last_used_at ?? row.created_at);
  const valid =
    verifyCredential(keys, kind, secret, fields, { digest, keyId: row.key_id }) &&
    now < fields.expiresAt &&
    now.getTime() < lastUsed.getTime() + idleMs &&
    (row.parent_used_at === null || now.getTime() < timestamp(row.parent_used_at).getTime() + parentIdleMs) &&
    (generation === current || (renewal !== null && verifyRenewal(keys, kind, digest, current, renewal))) &&
    Boolean(row.active);
  if (!valid) return null;
  return {
    userId: row.user_id,
    email: row.email,
    credential: { kind, id },
    scopes: effectiveScopes(row.permissions, scopes),
    authenticatedAt: timestamp(row.authenticated_at),
  };
}

/**
 * Ends credentials of one user: one by its id, or all of a kind. The rows are deleted rather than marked: what is not there cannot
 * be taken for valid by any query, and nothing secret outlives its use.
 *
 * @returns the ids of those that there were
 */
export async function deleteCredentials(
  em: EntityManager,
  kind: CredentialKind,
  { userId, id }: { userId: number; id?: string | undefined },
): Promise<string[]> {
  // An id comes from the client as it likes, and one with a NUL has no spelling in SQL.
  if (id?.includes("\0")) return [];
  const rows = await runStatement<{ id: string }>(
    em,
    `delete from "${credentialTable(kind)}" where user_id = ?${id === undefined ? "" : " and id = ?"} returning id`,
    id === undefined ? [userId] : [userId, id],
  );
  return rows.map((row) => row.id);
}

/** Deletes what has expired of a user's. */
export async function clearExpired(
  em: EntityManager,
  kind: CredentialKind,
  { userId, now }: { userId: number; now: Date },
): Promise<void> {
  await runStatement(em, `delete from "${credentialTable(kind)}" where user_id = ? and expires_at <= ?`, [userId, now]);
}

/** Makes room for a new credential of somebody who signs in: of too many, the one that lay unused for longest ends. */
export async function makeRoom(
  em: EntityManager,
  kind: CredentialKind,
  { userId, now }: { userId: number; now: Date },
  record: RecordEvents,
): Promise<void> {
  await clearExpired(em, kind, { userId, now });
  const table = credentialTable(kind);
  const ended = await runStatement<{ id: string }>(
    em,
    `delete from "${table}" where user_id = ? and id in ` +
      `(select id from "${table}" where user_id = ? order by coalesce(last_used_at, created_at) desc, id limit -1 offset ?) ` +
      "returning id",
    [userId, userId, MOST_PER_USER - 1],
  );
  for (const { id } of ended) {
    await record({ kind: `${kind}_revoked`, userId, credential: { kind, id }, actor: `user:${userId}` });
  }
}
