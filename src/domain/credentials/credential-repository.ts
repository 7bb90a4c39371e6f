import type { CredentialKind, Principal, TokenKind } from "../principal.ts";
import { marks, type Parameter, type Queryable, runStatement } from "../query.ts";
import { HAS_FACTOR } from "../users/user-repository.ts";

type Timestamp = number | string | Date;
type ByKind = Readonly<Record<CredentialKind, string>>;

/** The table of each kind of credential. */
export const TABLES: ByKind = { token: "access_token", session: "session" };

// The columns that only tokens have, of the table `c` with PARENT_JOIN. A session is never narrowed and is made with no
// other credential. `parent_used_at` is the last use of the session that a token was made with; a use of the token
// counts as one.
export const TOKEN_COLUMNS: ByKind = {
  token:
    "c.scopes, c.kind as token_kind, c.parent_session_id, c.parent_token_id, coalesce(s.last_used_at, s.created_at) as parent_used_at",
  session:
    "null as scopes, null as token_kind, null as parent_session_id, null as parent_token_id, null as parent_used_at",
};

// Joins the session that a token was made with, as `s`.
export const PARENT_JOIN: ByKind = { token: 'left join "session" s on s.id = c.parent_session_id', session: "" };

export interface CredentialRow {
  readonly id: string;
  readonly user_id: number;
  readonly generation: number;
  readonly digest: string;
  readonly key_id: string;
  readonly created_at: Timestamp;
  readonly expires_at: Timestamp;
  readonly last_used_at: Timestamp | null;
  readonly authenticated_at: Timestamp;
  readonly amr: string;
  readonly factor_at: Timestamp | null;
  readonly renewal: string | null;
  readonly scopes: string | null;
  readonly token_kind: TokenKind | null;
  readonly parent_used_at: Timestamp | null;
  readonly email: string;
  readonly active: number | boolean;
  readonly user_generation: number;
  readonly permissions: string | null;
  readonly has_factor: number | boolean;
}

/** Finds the row of a credential by its id. */
export type FindCredential = (kind: CredentialKind, id: string) => Promise<CredentialRow | undefined>;

/** The credential of an id: see {@link findCredentials}; undefined when there is none. */
export async function findCredential(
  db: Queryable,
  kind: CredentialKind,
  id: string,
): Promise<CredentialRow | undefined> {
  return (await findCredentials(db, kind, [id]))[0];
}

/**
 * The credentials of some ids with their users and the permissions of the users' roles, in no order; none for an id that is unknown. One
 * statement reads all of it, so that no revocation and no change of roles comes between two reads.
 */
export function findCredentials(db: Queryable, kind: CredentialKind, ids: readonly string[]): Promise<CredentialRow[]> {
  return runStatement<CredentialRow>(
    db,
    "select c.id, c.user_id, c.generation, c.digest, c.key_id, c.created_at, c.expires_at, c.last_used_at, c.authenticated_at, c.amr, c.factor_at, " +
      `c.renewal, ${TOKEN_COLUMNS[kind]}, u.email, u.active, u.generation as user_generation, ${HAS_FACTOR} as has_factor, ` +
      `(select string_agg(r.permissions, ' ') from "user_role" ur join "role" r on r.id = ur.role_id ` +
      "where ur.user_id = u.id) as permissions " +
      `from "${TABLES[kind]}" c join "user" u on u.id = c.user_id ${PARENT_JOIN[kind]} where c.id in (${marks(ids)})`,
    ids,
  );
}

/** The columns of a credential that decide what a token made with it may be. */
type ParentColumns = "expires_at" | "authenticated_at" | "amr" | "factor_at" | "scopes" | "token_kind";

interface ParentRow extends Pick<CredentialRow, ParentColumns> {
  /** The generation of the user. */
  readonly generation: number;
  readonly parent_session_id: string | null;
  readonly parent_token_id: string | null;
  /** The number of tokens of the user, of those that were made with this credential, and of personal ones. */
  readonly tokens: number;
  readonly own: number;
  readonly personal: number;
}

/** A user's credential as the parent of a new token; undefined when there is none. */
export async function findParent(
  db: Queryable,
  { userId, credential: { kind, id } }: Pick<Principal, "userId" | "credential">,
): Promise<ParentRow | undefined> {
  const [row] = await runStatement<ParentRow>(
    db,
    `select u.generation, c.expires_at, c.authenticated_at, c.amr, c.factor_at, ${TOKEN_COLUMNS[kind]}, ` +
      '(select count(*) from "access_token" t where t.user_id = u.id) as tokens, ' +
      `(select count(*) from "access_token" t where t.parent_${kind}_id = c.id) as own, ` +
      `(select count(*) from "access_token" t where t.user_id = u.id and t.kind = 'personal') as personal ` +
      `from "${TABLES[kind]}" c join "user" u on u.id = c.user_id ${PARENT_JOIN[kind]} where c.id = ? and u.id = ?`,
    [id, userId],
  );
  return row;
}

/**
 * Deletes families of refresh tokens with their tokens, and those that were made with these: one by its id, or that of one of its tokens, or
 * all; all their ids.
 */
export async function deleteFamilies(
  tx: Queryable,
  { userId, id }: { userId: number; id?: string | undefined },
): Promise<string[]> {
  const chosen = id === undefined ? "" : ' and (id = ? or id in (select family_id from "access_token" where id = ?))';
  const found = await runStatement<{ id: string }>(
    tx,
    `select id from "refresh_family" where user_id = ?${chosen}`,
    id === undefined ? [userId] : [userId, id, id],
  );
  if (found.length === 0) return [];
  const ids = found.map((family) => family.id);
  const ofFamily = `family_id in (${marks(ids)})`;
  const tokens = await deleteWithMade(tx, ofFamily, ids);
  await runStatement(tx, `delete from "refresh_family" where id in (${marks(ids)})`, ids);
  return [...tokens, ...ids];
}

/** Deletes the tokens that a condition chooses, and those that were made with them; all their ids. */
export async function deleteWithMade(
  tx: Queryable,
  condition: string,
  parameters: readonly Parameter[],
): Promise<string[]> {
  const chosen = `select id from "access_token" where ${condition}`;
  const made = await runStatement<{ id: string }>(
    tx,
    `delete from "access_token" where parent_token_id in (${chosen}) returning id`,
    parameters,
  );
  const tokens = await runStatement<{ id: string }>(
    tx,
    `delete from "access_token" where ${condition} returning id`,
    parameters,
  );
  return [...made, ...tokens].map((token) => token.id);
}
