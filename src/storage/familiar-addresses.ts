import { ATTEMPT_TABLE, type SqliteHandle } from "./attempt-limits-turn.ts";

/** How long an address stays familiar to an account after the last sign-in from there, in milliseconds: 90 days. */
const FAMILIAR_MS = 90 * 24 * 60 * 60 * 1000;

/** Whether an account has been signed in to from an address. It stands among the counts, as a count of nothing that goes when its time is over. */
export function isFamiliar(sqlite: SqliteHandle, key: string): boolean {
  const found = sqlite.prepare(`select 1 from ${ATTEMPT_TABLE} where key = ? and expire > ?`).get(key, Date.now());
  return found !== undefined;
}

/** Notes that an account was signed in to from an address. */
export function makeFamiliar(sqlite: SqliteHandle, key: string): void {
  sqlite
    .prepare(
      `insert into ${ATTEMPT_TABLE} (key, points, expire) values (?, 0, ?) ` +
        "on conflict (key) do update set expire = excluded.expire",
    )
    .run(key, Date.now() + FAMILIAR_MS);
}
