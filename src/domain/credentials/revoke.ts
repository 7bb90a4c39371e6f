import type { EntityManager } from "@mikro-orm/core";
import { type Occasion, recorded } from "../audit-trail/audit-trail.ts";
import type { CredentialKind, Principal } from "../principal.ts";
import { runStatement } from "../query.ts";
import type { SecretKeys } from "../secrets/secret-keys.ts";
import { AccountGone } from "../users/errors.ts";
import { deleteCredentials } from "./credential-writes.ts";
import { SessionNotFound, TokenNotFound } from "./errors.ts";
import { beginGeneration } from "./generation.ts";

/** Ends the credential that a request carries, at once; harmless when it has ended. */
export async function signOut(
  em: EntityManager,
  { userId, credential }: Pick<Principal, "userId" | "credential">,
  occasion: Occasion,
): Promise<void> {
  await recorded(em, occasion, async (tx, record) => {
    const { kind } = credential;
    const { ids, tokens } = await deleteCredentials(tx, kind, { userId, id: credential.id });
    for (const id of ids) {
      const isOwn = id === credential.id;
      await record({ kind: isOwn ? "logout" : `${kind}_revoked`, userId, credential: { kind, id }, tokens });
    }
  });
}

/**
 * Ends one token or session of a user, at once; also a family of refresh tokens, which counts as a token.
 *
 * @throws {TokenNotFound} also for a token of another user
 * @throws {SessionNotFound} also for a session of another user
 */
export async function revokeCredential(
  em: EntityManager,
  kind: CredentialKind,
  { userId, id }: { userId: number; id: string },
  occasion: Occasion,
): Promise<void> {
  await recorded(em, occasion, async (tx, record) => {
    const { ids, tokens } = await deleteCredentials(tx, kind, { userId, id });
    if (ids.length === 0) throw kind === "token" ? new TokenNotFound() : new SessionNotFound();
    for (const one of ids) await record({ kind: `${kind}_revoked`, userId, credential: { kind, id: one }, tokens });
  });
}

/** Ends all credentials of a user that are of one kind, at once; also the one that the request carries. */
export async function revokeAllOfKind(
  em: EntityManager,
  kind: CredentialKind,
  userId: number,
  occasion: Occasion,
): Promise<void> {
  await recorded(em, occasion, async (tx, record) => {
    const { ids, tokens } = await deleteCredentials(tx, kind, { userId });
    // Which token was made with which credential is of no interest here: all of them have ended.
    for (const [index, id] of ids.entries()) {
      const made = index === 0 ? { tokens } : {};
      await record({ kind: `${kind}_revoked`, userId, credential: { kind, id }, ...made });
    }
  });
}

/**
 * Ends every token and session of a user by one write, the new generation, which no concurrent request can escape.
 *
 * @throws {AccountGone}
 */
export async function revokeAllAccess(em: EntityManager, userId: number, occasion: Occasion): Promise<void> {
  await recorded(em, occasion, async (tx, record) => {
    if (!(await beginGeneration(tx, { id: userId }))) throw new AccountGone();
    await record({ kind: "access_reset", userId });
  });
}

/**
 * Ends every token and session of every user, as after a restored copy has brought old ones back. A sign-in, set-up or mailed
 * link that was begun is bound to the generation before, and ends with it.
 *
 * @returns the number of users
 */
export function revokeEveryAccess(em: EntityManager, occasion: Occasion): Promise<number> {
  return recorded(em, occasion, async (tx, record) => {
    const users = await runStatement(tx, 'update "user" set generation = generation + 1 returning id', []);
    for (const table of ["access_token", "session", "refresh_family"])
      await runStatement(tx, `delete from "${table}"`, []);
    await record({ kind: "access_reset", userId: null });
    return users.length;
  });
}

/**
 * Ends every token and session of a user but those that the request carries, by one write as {@link revokeAllAccess} does.
 *
 * @param principals those of one request: all of one user
 * @throws {AccountGone}
 */
export async function revokeOtherAccess(
  em: EntityManager,
  keys: SecretKeys,
  principals: readonly [Principal, ...Principal[]],
  occasion: Occasion,
): Promise<void> {
  const [{ userId, credential }] = principals;
  const credentials = principals.map((principal) => principal.credential);
  await recorded(em, occasion, async (tx, record) => {
    if (!(await beginGeneration(tx, { id: userId }, {}, { keys, credentials }))) throw new AccountGone();
    await record({ kind: "access_reset", userId, credential });
  });
}
