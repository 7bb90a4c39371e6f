import type { CredentialKind } from "../principal.ts";

const TABLES: Record<CredentialKind, string> = { token: "access_token", session: "session" };

/** The table of a kind of credential. */
export function credentialTable(kind: CredentialKind): string {
  return TABLES[kind];
}

/**
 * What a statement that calls the table `c` selects for the columns that only tokens have, after {@link parentJoin}: a session is as
 * its user signed in, never narrowed and made with no other. `parent_used_at` is when the session that a token was made with was
 * used, be it by that token.
 */
export function tokenColumns(kind: CredentialKind): string {
  return kind === "token"
    ? "c.scopes, c.parent_session_id, c.parent_token_id, coalesce(s.last_used_at, s.created_at) as parent_used_at"
    : "null as scopes, null as parent_session_id, null as parent_token_id, null as parent_used_at";
}

/** Joins the session that a token of the table `c` was made with, as `s`. */
export function parentJoin(kind: CredentialKind): string {
  return kind === "token" ? 'left join "session" s on s.id = c.parent_session_id' : "";
}
