import { type Queryable, runStatement } from "../query.ts";

/**
 * The failures in a row, from unknown places, after which a password alone opens its account from there no more: the most that
 * NIST SP 800-63B-4 §3.2.2 lets through.
 */
export const FAILURES_IN_A_ROW = 100;

/** By how much the count falls when the owner signs in with the password, and the least time from one fall to the next: a day. */
const FALL = 10;
const FALL_EVERY_MS = 24 * 60 * 60 * 1000;

/**
 * Counts an attempt at an account from an unknown place, before its password is looked at. One statement, so that of attempts at once,
 * in however many processes, no more are counted than the bound lets through.
 *
 * @param email as `normaliseEmail` gives it; one without an account is counted nowhere, since no password opens it
 * @returns false when the bound has been reached: the password alone is not enough, whatever it is
 */
export async function countAttempt(db: Queryable, email: string): Promise<boolean> {
  const sql =
    'insert into failed_sign_ins (user_id, failures) select id, 1 from "user" where email = ? ' +
    `on conflict (user_id) do update set failures = failed_sign_ins.failures + 1 ` +
    `where failed_sign_ins.failures < ${FAILURES_IN_A_ROW} returning failures`;
  return (await runStatement(db, sql, [email])).length > 0;
}

/** Takes back an attempt that {@link countAttempt} has counted. */
export async function uncountAttempt(db: Queryable, email: string): Promise<void> {
  const sql =
    "update failed_sign_ins set failures = failures - 1 " +
    'where user_id = (select id from "user" where email = ?) and failures > 0';
  await runStatement(db, sql, [email]);
}

/**
 * Notes that the owner has signed in with the password: the count falls by 10, at most once a day. It does not end, because a program of
 * the owner may sign in every minute: strangers could then guess without a bound in the long run.
 */
export async function lowerFailures(db: Queryable, email: string, now: Date): Promise<void> {
  // A fall in the future was stored before the clock was set back: it must not hold up the next one.
  const sql =
    `update failed_sign_ins set failures = case when failures > ${FALL} then failures - ${FALL} else 0 end, fell_at = ?, ` +
    `blocked_at = case when failures <= ${FALL} then null else blocked_at end ` +
    'where user_id = (select id from "user" where email = ?) and failures > 0 ' +
    "and (fell_at is null or fell_at <= ? or fell_at > ?)";
  await runStatement(db, sql, [now, email, new Date(now.getTime() - FALL_EVERY_MS), now]);
}

/**
 * Notes that the run has reached its bound, in the transaction of an attempt that has failed.
 *
 * @returns true for the first attempt of the run that finds it so: the owner is to be told
 */
export async function noteBlocked(db: Queryable, userId: number, now: Date): Promise<boolean> {
  const sql =
    "update failed_sign_ins set blocked_at = ? " +
    `where user_id = ? and failures >= ${FAILURES_IN_A_ROW} and blocked_at is null returning user_id`;
  return (await runStatement(db, sql, [now, userId])).length > 0;
}

/** Ends the run: the owner has signed in by a mailed code or link, a passkey or a second factor, or has a new password. */
export async function endFailures(db: Queryable, userId: number): Promise<void> {
  await runStatement(db, "delete from failed_sign_ins where user_id = ?", [userId]);
}
