import type { CredentialKind, TokenKind } from "../principal.ts";
import { type Queryable, runStatement, timestamp } from "../query.ts";
import { parseScopes } from "../scope.ts";
import type { SecretKeys } from "../secrets/secret-keys.ts";
import { type CredentialRow, PARENT_JOIN, TABLES, TOKEN_COLUMNS } from "./credential-repository.ts";

// The condition that the session which a token was made with, if there is one, was used since a time.
const PARENT_USED_SINCE: Readonly<Record<CredentialKind, string>> = {
  token: " and (s.id is null or coalesce(s.last_used_at, s.created_at) > ?)",
  session: "",
};

/** A token or session as its owner sees it, without its secret. */
export interface CredentialView {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  /** The last use, known up to a minute late; null for a credential that was not used yet. */
  readonly lastUsedAt: Date | null;
  readonly expiresAt: Date;
  /** The scopes that it is narrowed to; null for all scopes of its owner. */
  readonly scopes: readonly string[] | null;
  /** The kind of a token; null for a session. */
  readonly tokenKind: TokenKind | null;
  /** The session that a token was made with, and ends with. */
  readonly sessionId: string | null;
}

interface ListedRow
  extends Pick<CredentialRow, "created_at" | "last_used_at" | "expires_at" | "scopes" | "token_kind"> {
  readonly id: string;
  readonly name: string;
  readonly parent_session_id: string | null;
}

/**
 * A user's credentials that are valid, newest first: not expired, and used since the given times, as their sessions
 * were. A personal token need not have been used.
 */
export async function findValid(
  db: Queryable,
  kind: CredentialKind,
  { userId, now, usedSince, sessionUsedSince }: { userId: number; now: Date; usedSince: Date; sessionUsedSince: Date },
): Promise<CredentialView[]> {
  const rows = await runStatement<ListedRow>(
    db,
    `select c.id, c.name, c.created_at, c.last_used_at, c.expires_at, ${TOKEN_COLUMNS[kind]} from "${TABLES[kind]}" c ` +
      `join "user" u on u.id = c.user_id ${PARENT_JOIN[kind]} where c.user_id = ? and c.expires_at > ? ` +
      `and (coalesce(c.last_used_at, c.created_at) > ?${kind === "token" ? " or c.kind = 'personal'" : ""})${PARENT_USED_SINCE[kind]} ` +
      "and (c.generation = u.generation or c.renewal like u.generation || '.%') " +
      "order by c.created_at desc, c.id",
    [userId, now, usedSince, ...(kind === "token" ? [sessionUsedSince] : [])],
  );
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    createdAt: timestamp(row.created_at),
    lastUsedAt: row.last_used_at === null ? null : timestamp(row.last_used_at),
    expiresAt: timestamp(row.expires_at),
    scopes: row.scopes === null ? null : parseScopes(row.scopes),
    tokenKind: row.token_kind,
    sessionId: row.parent_session_id,
  }));
}

/** The number of tokens and sessions that have not expired and were signed with none of these keys. */
export async function countUnverifiable(db: Queryable, keys: SecretKeys, now: Date): Promise<number> {
  const signedElsewhere = (table: string) =>
    `select count(*) from "${table}" where expires_at > ? and key_id not in (${keys.map(() => "?").join(", ")})`;
  const parameters = [now, ...keys.map(({ id }) => id)];
  const [row] = await runStatement<{ total: number }>(
    db,
    `select (${signedElsewhere(TABLES.token)}) + (${signedElsewhere(TABLES.session)}) as total`,
    [...parameters, ...parameters],
  );
  return row?.total ?? 0;
}
