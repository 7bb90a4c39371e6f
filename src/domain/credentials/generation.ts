import { type EntityManager, raw } from "@mikro-orm/core";
import { endFailures } from "../passwords/failed-sign-in-repository.ts";
import type { CredentialKind, Principal } from "../principal.ts";
import { type Queryable, runStatement } from "../query.ts";
import { seal, sealMatches } from "../secrets/seal.ts";
import type { SecretKey, SecretKeys } from "../secrets/secret-keys.ts";
import { User } from "../users/user.ts";
import { TABLES } from "./credential-repository.ts";
import { deleteAllBut } from "./credential-writes.ts";

interface State {
  /** Null for none: nobody signs in by a password then. */
  readonly passwordHash?: string | null;
  readonly active?: boolean;
  readonly email?: string;
  readonly confirmedAt?: Date;
}

/** The credentials that stay valid in the new generation, and the keys that sign their renewals. */
export interface Kept {
  readonly keys: SecretKeys;
  readonly credentials: readonly Principal["credential"][];
}

/**
 * Begins a new generation of a user, in the transaction of the change that asks for it. That one write ends every token
 * and session of the generation before, also one that is being issued at the same time for the state before. Their rows
 * are deleted. Kept credentials are renewed, if they were valid in the generation before. A new password ends the run of failures at the
 * one before.
 *
 * @param where the user, and the state that the user must be in
 * @param changes the new state
 * @returns false, having changed nothing, when no user is in that state
 */
export async function beginGeneration(
  tx: EntityManager,
  where: { readonly id: number } & State,
  changes: State = {},
  kept: Kept | null = null,
): Promise<boolean> {
  const generation = raw("generation + 1");
  const changed = await tx.nativeUpdate(User, where, { ...changes, generation });
  if (changed === 0) return false;
  if (changes.passwordHash !== undefined) await endFailures(tx, where.id);
  await deleteAllBut(tx, where.id, kept?.credentials ?? []);
  if (kept !== null) for (const credential of kept.credentials) await renew(tx, where.id, kept.keys, credential);
  return true;
}

async function renew(
  tx: EntityManager,
  userId: number,
  keys: SecretKeys,
  credential: Principal["credential"],
): Promise<void> {
  const renewable = await findRenewable(tx, userId, credential);
  if (renewable === undefined) return;
  const renewal = renewCredential(keys, credential.kind, renewable.digest, renewable.generation);
  await storeRenewal(tx, credential, renewal);
}

/**
 * The renewal to store when a credential stays valid in a later generation of its user: the server's signature on the
 * credential's digest and the generation. It covers the digest, so it is of no use to another row; it needs no secret
 * of the credential, so that the server keeps none while a request runs.
 */
export function renewCredential(keys: SecretKeys, kind: CredentialKind, digest: string, generation: number): string {
  return renewalHead(keys[0], generation) + seal(keys[0], ["renewal", kind, digest, generation]);
}

/**
 * Whether a stored text is the renewal of this credential for this generation, by any of the keys, in constant time.
 */
export function verifyRenewal(
  keys: SecretKeys,
  kind: CredentialKind,
  digest: string,
  generation: number,
  stored: string,
): boolean {
  const key = keys.find((candidate) => stored.startsWith(renewalHead(candidate, generation)));
  if (key === undefined) return false;
  return sealMatches([key], ["renewal", kind, digest, generation], stored.slice(renewalHead(key, generation).length));
}

/** The readable part of a renewal: the generation, by which queries find what is renewed, and the id of the key. */
function renewalHead({ id }: SecretKey, generation: number): string {
  return `${generation}.${id}.`;
}

/**
 * The digest of a credential that was valid in the generation before its user's current one, and the current
 * generation; undefined when there is none.
 */
async function findRenewable(
  tx: Queryable,
  userId: number,
  { kind, id }: Principal["credential"],
): Promise<{ digest: string; generation: number } | undefined> {
  const [row] = await runStatement<{ digest: string; generation: number }>(
    tx,
    `select c.digest, u.generation from "${TABLES[kind]}" c join "user" u on u.id = c.user_id where c.id = ? and u.id = ? ` +
      "and (c.generation = u.generation - 1 or c.renewal like (u.generation - 1) || '.%')",
    [id, userId],
  );
  return row;
}

/** Stores the renewal of a credential. */
async function storeRenewal(tx: Queryable, { kind, id }: Principal["credential"], renewal: string): Promise<void> {
  await runStatement(tx, `update "${TABLES[kind]}" set renewal = ? where id = ?`, [renewal, id]);
}
