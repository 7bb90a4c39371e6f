import { type Kysely, sql } from "kysely";

/** The connection of a transaction. */
export type Counts = Kysely<unknown>;

/** How long an address stays familiar to an account after the last sign-in from there, in milliseconds: 90 days. */
const FAMILIAR_MS = 90 * 24 * 60 * 60 * 1000;

/** More rows than one attempt adds, so that the table shrinks, and few enough that no attempt is slowed down. */
const SWEPT_AT_ONCE = 10;

/** The most rows that one sweep deletes of those that a clock which was ahead has left behind. */
const STRAYS_AT_ONCE = 1;

/** The attempts in a window, and its end in milliseconds since 1970. */
interface Window {
  readonly points: number;
  readonly until: number;
}

/**
 * Adds one attempt to a count. A window that goes on keeps its end; where there is none, or it has ended, a new one starts now. A window
 * that ends later than one that starts now is from before the clock was set back: it has ended.
 *
 * @returns the window with this attempt in it
 */
export async function addOne(counts: Counts, key: string, windowSeconds: number, now: number): Promise<Window> {
  const until = now + windowSeconds * 1000;
  const { rows } = await sql<Record<"points" | "expire", unknown>>`
    insert into attempt_count (key, points, expire) values (${key}, 1, ${until})
    on conflict (key) do update set
      points = case when attempt_count.expire > ${now} and attempt_count.expire <= ${until}
        then attempt_count.points + 1 else 1 end,
      expire = case when attempt_count.expire > ${now} and attempt_count.expire <= ${until}
        then attempt_count.expire else excluded.expire end
    returning points, expire`.execute(counts);
  return { points: Number(rows[0]?.points), until: Number(rows[0]?.expire) };
}

/** Takes one attempt from a count, but none from an empty one or from a window that has ended: no count goes below zero. */
export async function takeOne(counts: Counts, key: string, now: number): Promise<void> {
  await sql`update attempt_count set points = points - 1 where key = ${key} and points > 0 and expire > ${now}`.execute(
    counts,
  );
}

/** Clears a count. */
export async function clear(counts: Counts, key: string): Promise<void> {
  await sql`delete from attempt_count where key = ${key}`.execute(counts);
}

/**
 * Whether the address with this key is familiar to its account. A clock that is set back makes an address familiar for as much longer, up
 * to twice the time; beyond that its row is from a clock that was wrong.
 */
export async function isFamiliar(counts: Counts, key: string, now: number): Promise<boolean> {
  const query = sql`
    select 1 from attempt_count where key = ${key} and expire > ${now} and expire <= ${now + 2 * FAMILIAR_MS}`;
  return (await query.execute(counts)).rows.length > 0;
}

/** Makes the address with this key familiar to its account, for 90 days from now. */
export async function makeFamiliar(counts: Counts, key: string, now: number): Promise<void> {
  await sql`
    insert into attempt_count (key, points, expire) values (${key}, 0, ${now + FAMILIAR_MS})
    on conflict (key) do update set expire = excluded.expire`.execute(counts);
}

/** Deletes a few of the rows whose time is over, the oldest first, and of those that only a clock that was ahead can have made. */
export async function sweep(counts: Counts, now: number): Promise<void> {
  await sql`
    delete from attempt_count where key in (
      select key from (select key from attempt_count where expire <= ${now} order by expire limit ${SWEPT_AT_ONCE}) as ended
      union all
      select key from (
        select key from attempt_count where expire > ${now + 2 * FAMILIAR_MS} order by expire desc limit ${STRAYS_AT_ONCE}) as strays
    )`.execute(counts);
}
