import { type Queryable, runStatement, timestamp } from "../query.ts";
import { seal } from "../secrets/seal.ts";
import type { SecretKeys } from "../secrets/secret-keys.ts";

/** The id of the active user of an address who has not confirmed it; null for none. `email` is normalised. */
export async function findUnconfirmed(db: Queryable, email: string): Promise<number | null> {
  const [row] = await runStatement<{ id: number }>(
    db,
    'select id from "user" where email = ? and active and confirmed_at is null',
    [email],
  );
  return row?.id ?? null;
}

/** Stores that a user reads the mails to the address; false for one who had proved it before. */
export async function storeConfirmation(tx: Queryable, userId: number, now: Date): Promise<boolean> {
  const rows = await runStatement(
    tx,
    'update "user" set confirmed_at = ? where id = ? and confirmed_at is null returning id',
    [now, userId],
  );
  return rows.length > 0;
}

/**
 * Ends what was mailed to a user, but for the ways back from changes of the address: whoever has the account now must not be able to
 * end those of its owner.
 */
export async function endMailedSecrets(tx: Queryable, userId: number): Promise<void> {
  await runStatement(tx, `delete from "mailed_secret" where user_id = ? and purpose <> 'undo-email'`, [userId]);
}

/**
 * Whether an address is kept free for an account that had it until lately: it can be taken back. Whoever has changed the address of an
 * account must not be able to block the way back by another account.
 *
 * @param besides the user for whom it does not count
 */
export async function isKept(
  db: Queryable,
  keys: SecretKeys,
  email: string,
  { now, besides = null }: { now: Date; besides?: number | null },
): Promise<boolean> {
  const digests = keys.map((key) => seal(key, ["mailed-account", "undo-email", email]));
  const rows = await runStatement(
    db,
    `select id from "mailed_secret" where account_digest in (${digests.map(() => "?").join(", ")}) ` +
      "and purpose = 'undo-email' and expires_at > ? and user_id is not null and user_id is distinct from ? limit 1",
    [...digests, now, besides],
  );
  return rows.length > 0;
}

/**
 * Spends a way back, and ends all that was mailed to its user since; older ways back stay good.
 *
 * @returns the time of the change; null, with nothing changed, when the way was spent
 */
export async function spendWayBack(
  tx: Queryable,
  { id, userId }: { id: number; userId: number },
): Promise<Date | null> {
  const [spent] = await runStatement<{ at: number | string | Date }>(
    tx,
    'delete from "mailed_secret" where id = ? and user_id = ? returning created_at as at',
    [id, userId],
  );
  if (spent === undefined) return null;
  await runStatement(tx, 'delete from "mailed_secret" where user_id = ? and id > ?', [userId, id]);
  await endMailedSecrets(tx, userId);
  return timestamp(spent.at);
}

/**
 * Deletes the passkeys and the second factor that a user has got since a time, and all recovery codes: those that were made since cannot
 * be told from older ones.
 */
export async function deleteFactorsSince(tx: Queryable, userId: number, since: Date): Promise<void> {
  for (const table of ["passkey", "second_factor"]) {
    await runStatement(tx, `delete from "${table}" where user_id = ? and created_at >= ?`, [userId, since]);
  }
  await runStatement(tx, 'delete from "recovery_code" where user_id = ?', [userId]);
}

/** Deletes a user, and by its foreign keys all that is the user's; false when there is none. */
export async function deleteUser(tx: Queryable, userId: number): Promise<boolean> {
  return (await runStatement(tx, 'delete from "user" where id = ? returning id', [userId])).length > 0;
}
