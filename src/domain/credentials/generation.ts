import { type EntityManager, raw } from "@mikro-orm/core";
import type { CredentialKind, Principal } from "../principal.ts";
import { runStatement } from "../query.ts";
import type { SecretKeys } from "../secrets/secret-keys.ts";
import { User } from "../users/user.ts";
import { credentialTable } from "./credential-table.ts";
import { renewCredential } from "./text.ts";

interface State {
  readonly passwordHash?: string;
  readonly active?: boolean;
}

/** The credentials that go on, and the keys to say so with. */
export interface Kept {
  readonly keys: SecretKeys;
  readonly credentials: readonly Principal["credential"][];
}

/**
 * Begins a new generation of a user, in the transaction of the change that asks for it: every token and session of the one before
 * is dead by that one write, which no request can slip past, also what is stored meanwhile from what was known before. The rows go
 * with it. Those that are kept go on by the server's own word, and only if they were alive in the generation before.
 *
 * @param where which user, and as it must be
 * @param changes what changes with it
 * @returns false, having done nothing, when there is no such user
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
  const credentials = kept?.credentials ?? [];
  await outliveParents(tx, credentials);
  for (const kind of ["token", "session"] as const) {
    const ids = idsOf(kind, credentials);
    await runStatement(
      tx,
      `delete from "${credentialTable(kind)}" where user_id = ? and id not in (${ids.map(() => "?").join(", ")})`,
      [where.id, ...ids],
    );
  }
  if (kept !== null) for (const credential of kept.credentials) await keep(tx, where.id, kept.keys, credential);
  return true;
}

function idsOf(kind: CredentialKind, credentials: Kept["credentials"]): string[] {
  return credentials.filter((credential) => credential.kind === kind).map(({ id }) => id);
}

/** Has a token that is kept without what it was made with go on by itself. */
async function outliveParents(tx: EntityManager, credentials: Kept["credentials"]): Promise<void> {
  const ids = idsOf("token", credentials);
  for (const kind of ["token", "session"] as const) {
    const column = `parent_${kind}_id`;
    const parents = idsOf(kind, credentials);
    await runStatement(
      tx,
      `update "access_token" set ${column} = null where id in (${ids.map(() => "?").join(", ")}) ` +
        `and ${column} not in (${parents.map(() => "?").join(", ")})`,
      [...ids, ...parents],
    );
  }
}

async function keep(
  tx: EntityManager,
  userId: number,
  keys: SecretKeys,
  { kind, id }: Principal["credential"],
): Promise<void> {
  const table = credentialTable(kind);
  const [row] = await runStatement<{ digest: string; generation: number }>(
    tx,
    `select c.digest, u.generation from "${table}" c join "user" u on u.id = c.user_id where c.id = ? and u.id = ? ` +
      "and (c.generation = u.generation - 1 or c.renewal like (u.generation - 1) || '.%')",
    [id, userId],
  );
  if (row === undefined) return;
  const renewal = renewCredential(keys, kind, row.digest, row.generation);
  await runStatement(tx, `update "${table}" set renewal = ? where id = ?`, [renewal, id]);
}
