import { createHmac } from "node:crypto";
import type { MikroORM } from "@mikro-orm/sqlite";
import { LRUCache } from "lru-cache";
import { RateLimiterRes, RateLimiterSQLite } from "rate-limiter-flexible";
import {
  ATTEMPT_RULES,
  type AttemptCount,
  type AttemptLimits,
  type AttemptPolicy,
  type AttemptRules,
  countsOfAttempt,
  countsOfRegistration,
  TooManyAttempts,
} from "../domain/attempts.ts";
import type { SecretKeys } from "../domain/secret-keys.ts";
import { inTurn, type SqliteHandle } from "./attempt-limits-turn.ts";

/** The table of the counts. Only rate-limiter-flexible knows its columns; it is no entity. */
export const ATTEMPT_TABLE = "attempt_count";

/** How many counts that have reached their limit are remembered without asking the database, and for how many milliseconds. */
const MAX_REMEMBERED = 5_000;
const REMEMBERED_MS = 5_000;

/** More than one attempt adds, so that the table shrinks, and few enough that nobody waits for it. */
const SWEPT_AT_ONCE = 10;

/**
 * Limits that are kept in the database, shared by all processes on it. The table must be there when the first attempt comes.
 *
 * @param rules the numbers, where they are not the usual ones
 */
export function createAttemptLimits({
  orm,
  keys,
  rules = ATTEMPT_RULES,
}: {
  orm: MikroORM;
  keys: SecretKeys;
  rules?: AttemptRules;
}): AttemptLimits {
  // Until when a count is known to be at its limit: what memory alone refuses costs the database nothing. Only for a short time,
  // since a sign-in in another process can give an attempt back.
  const full = new LRUCache<string, number>({ max: MAX_REMEMBERED, ttl: REMEMBERED_MS });

  const spend = async (counts: readonly AttemptCount[]): Promise<void> => {
    const named = counts.map((count) => ({ policy: count.policy, key: keyOf(keys, count) }));
    const now = Date.now();
    const refusals = named.map(({ policy, key }) => ({ policy, until: full.get(key) ?? 0 }));
    refuse(refusals.filter(({ until }) => until > now));
    await inTurn(orm, async (sqlite) => {
      const reached: Refusal[] = [];
      for (const { policy, key } of named) {
        const { consumedPoints, msBeforeNext } = await consume(limiter(sqlite, rules, policy), key);
        if (consumedPoints <= rules[policy].attempts) continue;
        reached.push({ policy, until: Date.now() + msBeforeNext });
        full.set(key, Date.now() + msBeforeNext);
      }
      // Thrown in here, it takes back what the other counts were given.
      refuse(reached);
      sweep(sqlite);
    });
  };

  const refuse = (refusals: readonly Refusal[]): void => {
    const [longest] = refusals.toSorted((one, other) => other.until - one.until);
    if (longest) throw new TooManyAttempts(longest.policy, rules[longest.policy], longest.until - Date.now());
  };

  return {
    spend: (attempt) => spend(countsOfAttempt(attempt)),
    succeed: async (attempt) => {
      const [narrowest, ...wider] = countsOfAttempt(attempt);
      await inTurn(orm, async (sqlite) => {
        await limiter(sqlite, rules, narrowest.policy).delete(keyOf(keys, narrowest));
        for (const count of wider) await giveBack(limiter(sqlite, rules, count.policy), keyOf(keys, count));
      });
      for (const count of [narrowest, ...wider]) full.delete(keyOf(keys, count));
    },
    register: (address) => spend(countsOfRegistration(address)),
  };
}

interface Refusal {
  readonly policy: AttemptPolicy;
  /** Milliseconds since 1970. */
  readonly until: number;
}

// Keyed: what somebody types into the field for the address may be a password, and a plain hash of that could be guessed.
function keyOf(keys: SecretKeys, { policy, subject }: AttemptCount): string {
  return createHmac("sha256", keys[0].key)
    .update(JSON.stringify(["attempt", policy, ...subject]))
    .digest("base64url");
}

function limiter(storeClient: SqliteHandle, rules: AttemptRules, policy: AttemptPolicy): RateLimiterSQLite {
  return new RateLimiterSQLite({
    storeClient,
    storeType: "better-sqlite3",
    tableName: ATTEMPT_TABLE,
    tableCreated: true,
    keyPrefix: "",
    points: rules[policy].attempts,
    duration: rules[policy].windowSeconds,
  });
}

/** Adds one to a count. The library refuses with what is no error, and tells as much by it as by its answer. */
async function consume(counter: RateLimiterSQLite, key: string): Promise<RateLimiterRes> {
  try {
    return await counter.consume(key);
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return refusal;
    throw refusal;
  }
}

/** Takes one from a count. Not below zero: a window that has ended meanwhile must not leave room for more in the next one. */
async function giveBack(counter: RateLimiterSQLite, key: string): Promise<void> {
  const counted = await counter.get(key);
  if (counted !== null && counted.consumedPoints > 0) await counter.reward(key, 1);
}

// With each attempt, not by a timer: a timer would be one more thing to stop, and would find much to do at once after a flood.
function sweep(sqlite: SqliteHandle): void {
  sqlite
    .prepare(
      `delete from ${ATTEMPT_TABLE} where key in ` +
        `(select key from ${ATTEMPT_TABLE} where expire <= ? order by expire limit ${SWEPT_AT_ONCE})`,
    )
    .run(Date.now());
}
