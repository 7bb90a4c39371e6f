import type { EntityManager, EntityName } from "@mikro-orm/core";
import { AccessToken } from "./access-token.ts";
import { digestCredential, mintCredential, parseCredential, verifyCredential } from "./credential.ts";
import type { CredentialKind, Principal } from "./principal.ts";
import type { SecretKeys } from "./secret-keys.ts";
import { Session } from "./session.ts";
import { runStatement, timestamp } from "./statement.ts";
import { User } from "./user.ts";

interface CredentialRow {
  user_id: number;
  generation: number;
  digest: string;
  key_id: string;
  expires_at: number | string | Date;
  email: string;
  active: number | boolean;
  user_generation: number;
}

const TABLES: Record<CredentialKind, string> = { token: "access_token", session: "session" };
const ENTITIES: Record<CredentialKind, EntityName<AccessToken | Session>> = { token: AccessToken, session: Session };

/** The fields that a new token or session is stored with, and the text that only its owner gets. */
export function prepareCredential(
  em: EntityManager,
  keys: SecretKeys,
  kind: CredentialKind,
  user: Pick<User, "id" | "generation">,
  { now, lifetimeMs }: { now: Date; lifetimeMs: number },
) {
  const { id, secret, text } = mintCredential(kind);
  const { generation } = user;
  const expiresAt = new Date(now.getTime() + lifetimeMs);
  const stored = digestCredential(keys, kind, secret, { id, userId: user.id, generation, expiresAt });
  return {
    text,
    columns: { id, user: em.getReference(User, user.id), generation, createdAt: now, expiresAt, ...stored },
  };
}

/**
 * Who the text of a credential stands for; null unless its shape and digest are right, it has not expired, its user is active and
 * of the same generation.
 */
export async function authenticateCredential(
  em: EntityManager,
  keys: SecretKeys,
  kind: CredentialKind,
  text: string,
  now: Date,
): Promise<Principal | null> {
  const parsed = parseCredential(kind, text);
  if (parsed === null) return null;
  const { id, secret } = parsed;
  const [row] = await runStatement<CredentialRow>(
    em,
    "select c.user_id, c.generation, c.digest, c.key_id, c.expires_at, u.email, u.active, u.generation as user_generation " +
      `from "${TABLES[kind]}" c join "user" u on u.id = c.user_id where c.id = ?`,
    [id],
  );
  if (row === undefined) return null;
  const fields = { id, userId: row.user_id, generation: row.generation, expiresAt: timestamp(row.expires_at) };
  const valid =
    verifyCredential(keys, kind, secret, fields, { digest: row.digest, keyId: row.key_id }) &&
    now < fields.expiresAt &&
    row.generation === row.user_generation &&
    Boolean(row.active);
  return valid ? { userId: row.user_id, email: row.email, credential: { kind, id } } : null;
}

/**
 * Ends one credential; harmless when it has ended already. The row is deleted rather than marked: what is not there cannot be
 * taken for valid by any query, and nothing secret outlives its use.
 */
export async function revokeCredential(em: EntityManager, kind: CredentialKind, id: string): Promise<void> {
  await em.nativeDelete(ENTITIES[kind], { id });
}

/** Deletes what has expired of a user's, so that a user who keeps signing in does not fill the table. */
export async function deleteExpired(em: EntityManager, kind: CredentialKind, userId: number, now: Date): Promise<void> {
  await em.nativeDelete(ENTITIES[kind], { user: userId, expiresAt: { $lte: now } });
}
