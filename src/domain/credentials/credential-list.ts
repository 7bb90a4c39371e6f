import type { EntityManager } from "@mikro-orm/core";
import type { CredentialKind, Principal } from "../principal.ts";
import { runStatement, timestamp } from "../query.ts";
import { parseScopes } from "../scope.ts";
import { credentialTable, parentJoin, tokenColumns } from "./credential-table.ts";

/** A token or session as its owner sees it: nothing of its secret. */
export interface CredentialView {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  /** When it was last used, up to a minute late; null when it was not. */
  readonly lastUsedAt: Date | null;
  readonly expiresAt: Date;
  /** What it is narrowed to; null for all that its owner may do. */
  readonly scopes: readonly string[] | null;
  /** The session that a token was made with, and ends with. */
  readonly sessionId: string | null;
  /** Whether the list was asked for with it. */
  readonly current: boolean;
}

interface ListedRow {
  id: string;
  name: string;
  created_at: number | string | Date;
  last_used_at: number | string | Date | null;
  expires_at: number | string | Date;
  scopes: string | null;
  parent_session_id: string | null;
}

/** What still works of a user's, newest first. */
export async function listCredentials(
  em: EntityManager,
  kind: CredentialKind,
  {
    userId,
    current,
    now,
    idleMs,
    parentIdleMs,
  }: {
    userId: number;
    current: readonly Principal["credential"][];
    now: Date;
    idleMs: number;
    parentIdleMs: number;
  },
): Promise<CredentialView[]> {
  const rows = await runStatement<ListedRow>(
    em,
    `select c.id, c.name, c.created_at, c.last_used_at, c.expires_at, ${tokenColumns(kind)} from "${credentialTable(kind)}" c ` +
      `join "user" u on u.id = c.user_id ${parentJoin(kind)} where c.user_id = ? and c.expires_at > ? ` +
      "and coalesce(c.last_used_at, c.created_at) > ? and coalesce(parent_used_at, ?) > ? " +
      "and (c.generation = u.generation or c.renewal like u.generation || '.%') " +
      "order by c.created_at desc, c.id",
    [userId, now, new Date(now.getTime() - idleMs), now, new Date(now.getTime() - parentIdleMs)],
  );
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    createdAt: timestamp(row.created_at),
    lastUsedAt: row.last_used_at === null ? null : timestamp(row.last_used_at),
    expiresAt: timestamp(row.expires_at),
    scopes: row.scopes === null ? null : parseScopes(row.scopes),
    sessionId: row.parent_session_id,
    current: current.some((credential) => credential.kind === kind && credential.id === row.id),
  }));
}
