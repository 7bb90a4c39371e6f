import { type Queryable, runStatement } from "../query.ts";
import type { FactorMethod } from "./second-factor.ts";
import { MOST_TRIES } from "./waiting-repository.ts";

/** The row of a second factor. */
export interface FactorRow {
  readonly method: FactorMethod;
  readonly secret: string | null;
  readonly phone: string | null;
  readonly last_step: number;
  readonly created_at: number | string | Date;
}

/** The second factor of a user; undefined when there is none. */
export async function findFactor(db: Queryable, userId: number): Promise<FactorRow | undefined> {
  const [row] = await runStatement<FactorRow>(
    db,
    'select method, secret, phone, last_step, created_at from "second_factor" where user_id = ?',
    [userId],
  );
  return row;
}

/** The kinds of second factor that a sign-in can be finished by: a passkey besides. */
export type OfferedMethod = FactorMethod | "webauthn";

/** The kinds of second factor that a user has: any passkey is one, where a second factor is asked for. */
export async function factorsOf(db: Queryable, userId: number): Promise<OfferedMethod[]> {
  const factor = await findFactor(db, userId);
  const [passkey] = await runStatement(db, 'select id from "passkey" where user_id = ? limit 1', [userId]);
  return [...(factor === undefined ? [] : [factor.method]), ...(passkey === undefined ? [] : ["webauthn" as const])];
}

/**
 * Notes that a code of a time step has passed, in one statement: of all requests with a code, in all processes, one gets true.
 *
 * @param secret the encrypted secret, as it was found
 * @param renewed the same secret, encrypted by the newest key
 */
export async function passStep(
  tx: Queryable,
  { userId, step, secret, renewed }: { userId: number; step: number; secret: string; renewed: string },
): Promise<boolean> {
  const passed = await runStatement(
    tx,
    'update "second_factor" set last_step = ?, secret = ? where user_id = ? and last_step < ? and secret = ? returning id',
    [step, renewed, userId, step, secret],
  );
  return passed.length > 0;
}

/** Stores the telephone number of a factor anew, encrypted by the newest key; one that has replaced it meanwhile stays. */
export async function renewPhone(
  tx: Queryable,
  { userId, phone, renewed }: { userId: number; phone: string; renewed: string },
): Promise<void> {
  const sql = 'update "second_factor" set phone = ? where user_id = ? and phone = ?';
  await runStatement(tx, sql, [renewed, userId, phone]);
}

/** Stores the second factor of a user in place of the one before. */
export async function storeFactor(
  tx: Queryable,
  {
    userId,
    method,
    secret,
    phone,
    step,
    now,
  }: {
    userId: number;
    method: FactorMethod;
    secret: string | null;
    phone: string | null;
    step: number;
    now: Date;
  },
): Promise<void> {
  await runStatement(
    tx,
    'insert into "second_factor" (user_id, method, secret, phone, last_step, created_at) values (?, ?, ?, ?, ?, ?) ' +
      "on conflict (user_id) do update set method = excluded.method, secret = excluded.secret, phone = excluded.phone, " +
      "last_step = excluded.last_step, created_at = excluded.created_at",
    [userId, method, secret, phone, step, now],
  );
}

/** Deletes the second factor of a user; false when there was none. */
export async function deleteFactor(tx: Queryable, userId: number): Promise<boolean> {
  const deleted = await runStatement(tx, 'delete from "second_factor" where user_id = ? returning id', [userId]);
  return deleted.length > 0;
}

/** The row of a factor that is being set up. */
export interface SetUpRow {
  readonly id: string;
  readonly user_id: number;
  readonly generation: number;
  readonly digest: string;
  readonly key_id: string;
  readonly method: FactorMethod;
  readonly secret: string | null;
  readonly phone: string | null;
  readonly credential: string;
  readonly expires_at: number | string | Date;
}

/** What a user is setting up by a credential, in the generation that it was begun in; undefined for nothing. */
export async function findSetUp(
  db: Queryable,
  { userId, credential }: { userId: number; credential: string },
): Promise<SetUpRow | undefined> {
  const [row] = await runStatement<SetUpRow>(
    db,
    "select s.id, s.user_id, s.generation, s.digest, s.key_id, s.method, s.secret, s.phone, s.credential, s.expires_at " +
      'from "factor_setup" s join "user" u on u.id = s.user_id ' +
      "where s.user_id = ? and s.credential = ? and s.generation = u.generation",
    [userId, credential],
  );
  return row;
}

/** Counts a try at a set-up; false when it has none left. */
export async function countSetUpTry(tx: Queryable, id: string): Promise<boolean> {
  const counted = await runStatement(
    tx,
    'update "factor_setup" set tries = tries + 1 where id = ? and tries < ? returning id',
    [id, MOST_TRIES],
  );
  return counted.length > 0;
}

/** Ends what a user is setting up; false when there is nothing, or `id` is given and it is another. */
export async function deleteSetUp(tx: Queryable, { userId, id }: { userId: number; id?: string }): Promise<boolean> {
  const where = id === undefined ? "" : " and id = ?";
  const sql = `delete from "factor_setup" where user_id = ?${where} returning id`;
  return (await runStatement(tx, sql, id === undefined ? [userId] : [userId, id])).length > 0;
}
