import { type Queryable, runStatement } from "../query.ts";

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
 * Spends a way back, and ends all that was mailed to its user since; older ways back stay good.
 *
 * @returns false, having changed nothing, when it was spent
 */
export async function spendWayBack(tx: Queryable, { id, userId }: { id: number; userId: number }): Promise<boolean> {
  const spent = await runStatement(tx, 'delete from "mailed_secret" where id = ? and user_id = ? returning id', [
    id,
    userId,
  ]);
  if (spent.length === 0) return false;
  await runStatement(tx, 'delete from "mailed_secret" where user_id = ? and id > ?', [userId, id]);
  await endMailedSecrets(tx, userId);
  return true;
}

/** Deletes a user, and by its foreign keys all that is the user's; false when there is none. */
export async function deleteUser(tx: Queryable, userId: number): Promise<boolean> {
  return (await runStatement(tx, 'delete from "user" where id = ? returning id', [userId])).length > 0;
}
