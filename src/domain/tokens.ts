import type { EntityManager } from "@mikro-orm/core";
import { AccessToken } from "./access-token.ts";
import { authenticateCredential, deleteExpired, prepareCredential, revokeCredential } from "./issued-credential.ts";
import type { Principal } from "./principal.ts";
import type { SecretKeys } from "./secret-keys.ts";
import { runStatement } from "./statement.ts";
import type { User } from "./user.ts";

/** How long a token lives unless told otherwise: 30 days, in milliseconds. */
export const TOKEN_LIFETIME_MS = 30 * 24 * 60 * 60 * 1000;

const NAME_LENGTH = 100;

// A name comes from the client: SQL has no spelling for NUL, and a list of tokens none for line breaks.
function printable(name: string): string {
  return [
    ...name
      .toWellFormed()
      .replace(/\p{Cc}/gu, " ")
      .trim(),
  ]
    .slice(0, NAME_LENGTH)
    .join("");
}

/**
 * Issues a token.
 *
 * @param name what its owner knows it by; cut to 100 characters
 * @param lifetimeMs milliseconds from `now` until it expires
 * @returns the token, which can never be had again, and its row
 */
export function issueToken(
  em: EntityManager,
  keys: SecretKeys,
  user: Pick<User, "id" | "generation">,
  { name, now, lifetimeMs = TOKEN_LIFETIME_MS }: { name: string; now: Date; lifetimeMs?: number },
): Promise<{ token: string; entity: AccessToken }> {
  return em.transactional(async (tx) => {
    await deleteExpired(tx, "token", user.id, now);
    const { text, columns } = prepareCredential(tx, keys, "token", user, { now, lifetimeMs });
    return { token: text, entity: tx.create(AccessToken, { ...columns, name: printable(name) }) };
  });
}

/** Who a token stands for, or null. Nobody is told why a token is not valid. */
export function authenticateToken(
  em: EntityManager,
  keys: SecretKeys,
  text: string,
  now: Date,
): Promise<Principal | null> {
  return authenticateCredential(em, keys, "token", text, now);
}

/** Ends a token at once; harmless when it has ended. */
export function revokeToken(em: EntityManager, id: string): Promise<void> {
  return revokeCredential(em, "token", id);
}

/** Ends every token and session of a user, in one write that no request can slip past. */
export async function revokeAllAccess(em: EntityManager, userId: number): Promise<void> {
  await runStatement(em, 'update "user" set generation = generation + 1 where id = ?', [userId]);
}
