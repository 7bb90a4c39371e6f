import { deleteWithMade } from "../credentials/credential-repository.ts";
import type { CredentialDigest } from "../credentials/text.ts";
import { type Queryable, runStatement } from "../query.ts";

type Timestamp = number | string | Date;

/** A family of refresh tokens as it is stored. */
export interface FamilyRow {
  readonly id: string;
  readonly user_id: number;
  readonly generation: number;
  readonly digest: string;
  readonly key_id: string;
  readonly previous_digest: string | null;
  readonly previous_key_id: string | null;
  readonly name: string;
  readonly created_at: Timestamp;
  readonly expires_at: Timestamp;
  readonly last_used_at: Timestamp | null;
  readonly authenticated_at: Timestamp;
  readonly amr: string;
  readonly factor_at: Timestamp | null;
  readonly scopes: string | null;
}

const COLUMNS =
  "id, user_id, generation, digest, key_id, previous_digest, previous_key_id, name, created_at, expires_at, last_used_at, " +
  "authenticated_at, amr, factor_at, scopes";

/** The user of a family; undefined when there is no such family. */
export async function findFamilyOwner(db: Queryable, id: string): Promise<number | undefined> {
  const [row] = await runStatement<{ user_id: number }>(db, 'select user_id from "refresh_family" where id = ?', [id]);
  return row?.user_id;
}

/**
 * A family; undefined when there is none, or its user is not active any more, or has begun a new generation. The statement is a write
 * that changes nothing: no other transaction exchanges, or ends, the family before this one is over.
 */
export async function holdFamily(tx: Queryable, id: string): Promise<FamilyRow | undefined> {
  const [row] = await runStatement<FamilyRow>(
    tx,
    'update "refresh_family" set generation = generation where id = ? and exists ' +
      '(select 1 from "user" u where u.id = "refresh_family".user_id and u.active and u.generation = "refresh_family".generation) ' +
      `returning ${COLUMNS}`,
    [id],
  );
  return row;
}

/** Puts the next refresh token in the place of the newest, if that is still `from`; whether it was. One write decides. */
export async function exchangeNewest(
  tx: Queryable,
  { id, from, to, now }: { id: string; from: CredentialDigest; to: CredentialDigest; now: Date },
): Promise<boolean> {
  const rows = await runStatement(
    tx,
    'update "refresh_family" set digest = ?, key_id = ?, previous_digest = ?, previous_key_id = ?, forgiven = false, ' +
      "last_used_at = ? where id = ? and digest = ? returning id",
    [to.digest, to.keyId, from.digest, from.keyId, now, id, from.digest],
  );
  return rows.length > 0;
}

/**
 * Puts the next refresh token in the place of the newest, whose answer was lost, if the one before is `from`, was exchanged after
 * `since`, and was not forgiven yet; whether it is so. One write decides.
 */
export async function forgiveBefore(
  tx: Queryable,
  { id, from, to, since }: { id: string; from: CredentialDigest; to: CredentialDigest; since: Date },
): Promise<boolean> {
  const rows = await runStatement(
    tx,
    'update "refresh_family" set digest = ?, key_id = ?, forgiven = true ' +
      "where id = ? and previous_digest = ? and not forgiven and last_used_at > ? returning id",
    [to.digest, to.keyId, id, from.digest, since],
  );
  return rows.length > 0;
}

/** Deletes the tokens of a family that were issued at a time or later, and those that were made with them; their ids. */
export function deleteTokensSince(tx: Queryable, id: string, since: Date): Promise<string[]> {
  return deleteWithMade(tx, "family_id = ? and created_at >= ?", [id, since]);
}

/** The families of a user that are in force, newest first: not expired, and used since a time. */
export function findFamilies(
  db: Queryable,
  { userId, now, usedSince }: { userId: number; now: Date; usedSince: Date },
): Promise<FamilyRow[]> {
  return runStatement<FamilyRow>(
    db,
    `select ${COLUMNS} from "refresh_family" f where user_id = ? and expires_at > ? and coalesce(last_used_at, created_at) > ? ` +
      'and generation = (select u.generation from "user" u where u.id = f.user_id) order by created_at desc, id',
    [userId, now, usedSince],
  );
}

/** The ids of all families of a user but the `keep` that were used last. */
export async function findLongestUnused(tx: Queryable, userId: number, keep: number): Promise<string[]> {
  const rows = await runStatement<{ id: string }>(
    tx,
    'select id from "refresh_family" where user_id = ? order by coalesce(last_used_at, created_at) desc, id limit 1000 offset ?',
    [userId, keep],
  );
  return rows.map((row) => row.id);
}
