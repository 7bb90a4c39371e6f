import type { EntityManager } from "@mikro-orm/core";
import { type Occasion, recorded } from "../audit-trail/audit-trail.ts";
import type { ListedCredential } from "../credentials/authenticate.ts";
import { deleteFamilies } from "../credentials/credential-repository.ts";
import { type Queryable, timestamp } from "../query.ts";
import { parseScopes } from "../scope.ts";
import type { SecretKeys } from "../secrets/secret-keys.ts";
import { findFamilies, findFamilyOwner } from "./family-repository.ts";
import { parseRefresh } from "./refresh-text.ts";

/** A family of refresh tokens in the list of tokens. */
export type ListedFamily = Omit<ListedCredential, "tokenKind" | "sessionId">;

/** The families of a user that are in force, newest first. */
export async function listFamilies(
  db: Queryable,
  { userId, now, refreshIdleMs }: { userId: number; now: Date; refreshIdleMs: number },
): Promise<ListedFamily[]> {
  const rows = await findFamilies(db, { userId, now, usedSince: new Date(now.getTime() - refreshIdleMs) });
  return rows.map(({ id, name, created_at, last_used_at, expires_at, scopes }) => ({
    id,
    name,
    createdAt: timestamp(created_at),
    lastUsedAt: last_used_at === null ? null : timestamp(last_used_at),
    expiresAt: timestamp(expires_at),
    scopes: scopes === null ? null : parseScopes(scopes),
    current: false,
  }));
}

/** Ends the family of a refresh token, the newest or an older one, with its tokens; harmless when it has ended, or there is none. */
export async function endFamilyOf(
  em: EntityManager,
  keys: SecretKeys,
  text: string,
  occasion: Occasion,
): Promise<void> {
  const parsed = parseRefresh(keys, text);
  if (parsed === null) return;
  await recorded(em, occasion, async (tx, record) => {
    const userId = await findFamilyOwner(tx, parsed.id);
    if (userId === undefined) return;
    for (const id of await deleteFamilies(tx, { userId, id: parsed.id })) {
      await record({ kind: "logout", userId, credential: { kind: "token", id }, actor: `user:${userId}` });
    }
  });
}
