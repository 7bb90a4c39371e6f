import { ALL, type Queryable, runStatement } from "../query.ts";

type Timestamp = number | string | Date;

/** The row of a sign-in that waits, with its user. */
export interface WaitingRow {
  readonly user_id: number;
  readonly email: string;
  readonly generation: number;
  readonly digest: string;
  readonly key_id: string;
  readonly expires_at: Timestamp;
  readonly methods: string;
  readonly wanted: string;
  readonly step: string;
}

/** The most codes that are tried for one sign-in, or one set-up. */
export const MOST_TRIES = 5;

/** The most sign-ins of one user that wait at once; the oldest give way. */
const MOST_WAITING = 100;

/** The waiting sign-in of an id, of an active user whose generation is still the same; undefined when there is none. */
export async function findWaiting(db: Queryable, id: string): Promise<WaitingRow | undefined> {
  const [row] = await runStatement<WaitingRow>(
    db,
    "select p.user_id, u.email, p.generation, p.digest, p.key_id, p.expires_at, p.methods, p.wanted, p.step " +
      'from "pending_sign_in" p join "user" u on u.id = p.user_id ' +
      "where p.id = ? and u.active and u.generation = p.generation and p.tries < ?",
    [id, MOST_TRIES],
  );
  return row;
}

/** Makes room for one more waiting sign-in of a user: the expired ones and the oldest end. */
export async function makeRoom(tx: Queryable, userId: number, now: Date): Promise<void> {
  await runStatement(
    tx,
    'delete from "pending_sign_in" where user_id = ? and (expires_at <= ? or id in ' +
      `(select id from "pending_sign_in" where user_id = ? order by created_at desc, id limit ${ALL} offset ?))`,
    [userId, now, userId, MOST_WAITING - 1],
  );
}

/** Counts a try at a waiting sign-in; false when it has none left. */
export async function countTry(tx: Queryable, id: string): Promise<boolean> {
  const counted = await runStatement(
    tx,
    'update "pending_sign_in" set tries = tries + 1 where id = ? and tries < ? returning id',
    [id, MOST_TRIES],
  );
  return counted.length > 0;
}

/** Ends a waiting sign-in; false when another request has ended it. */
export async function deleteWaiting(tx: Queryable, id: string): Promise<boolean> {
  const deleted = await runStatement(tx, 'delete from "pending_sign_in" where id = ? returning id', [id]);
  return deleted.length > 0;
}
