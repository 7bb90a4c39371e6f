import { type EntityManager, raw } from "@mikro-orm/core";
import { renewCredential } from "./credential.ts";
import { credentialTable } from "./credential-table.ts";
import type { Principal } from "./principal.ts";
import type { SecretKeys } from "./secret-keys.ts";
import { runStatement } from "./statement.ts";
import { User } from "./user.ts";

interface State {
  readonly passwordHash?: string;
  readonly active?: boolean;
}

/** The one credential that goes on, and the keys to say so with. */
export interface Kept {
  readonly keys: SecretKeys;
  readonly credential: Principal["credential"];
}

/**
 * Begins a new generation of a user, in the transaction of the change that asks for it: every token and session of the one before
 * is dead by that one write, which no request can slip past, also what is stored meanwhile from what was known before. The rows go
 * with it. The one that is kept goes on by the server's own word, and only if it was alive in the generation before.
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
  for (const kind of ["token", "session"] as const) {
    const id = kept?.credential.kind === kind ? kept.credential.id : "";
    await runStatement(tx, `delete from "${credentialTable(kind)}" where user_id = ? and id <> ?`, [where.id, id]);
  }
  if (kept !== null) await keep(tx, where.id, kept);
  return true;
}

async function keep(tx: EntityManager, userId: number, { keys, credential: { kind, id } }: Kept): Promise<void> {
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
