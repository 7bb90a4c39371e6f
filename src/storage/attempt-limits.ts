import type { MikroORM } from "@mikro-orm/sqlite";
import { LRUCache } from "lru-cache";
import { RateLimiterRes, RateLimiterSQLite } from "rate-limiter-flexible";
import {
  ATTEMPT_RULES,
  type Attempt,
  type AttemptCount,
  type AttemptLimits,
  type AttemptPolicy,
  type AttemptRules,
  countsOfAttempt,
  countsOfRegistration,
  countsOfToken,
  TooManyAttempts,
} from "../domain/attempts/attempts.ts";
import { attemptOrigin } from "../domain/attempts/network.ts";
import { seal } from "../domain/secrets/seal.ts";
import type { SecretKeys } from "../domain/secrets/secret-keys.ts";
import { ATTEMPT_TABLE, inTurn, type SqliteHandle } from "./attempt-limits-turn.ts";
import { isFamiliar, makeFamiliar } from "./familiar-addresses.ts";

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

  const name = (count: AttemptCount) => ({ policy: count.policy, key: keyOf(keys, count.policy, count.subject) });
  const fullOf = (counts: readonly AttemptCount[]): Refusal[] => {
    const refusals = counts.map(name).map(({ policy, key }) => ({ policy, until: full.get(key) ?? 0 }));
    return refusals.filter(({ until }) => until > Date.now());
  };

  const spend = async (certain: readonly AttemptCount[], all: readonly AttemptCount[], countsIn: CountsIn) => {
    // What counts in any case refuses without the database, which alone knows whether the rest counts.
    if (fullOf(certain).length > 0) refuse(fullOf(all));
    await inTurn(orm, async (sqlite) => {
      const counts = countsIn(sqlite);
      refuse(fullOf(counts));
      const named = counts.map(name);
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

  const spendAll = (counts: readonly AttemptCount[]) => spend(counts, counts, () => counts);

  const refuse = (refusals: readonly Refusal[]): void => {
    const [longest] = refusals.toSorted((one, other) => other.until - one.until);
    if (longest) throw new TooManyAttempts(longest.policy, rules[longest.policy], longest.until - Date.now());
  };

  const giveBack = async (sqlite: SqliteHandle, counts: readonly AttemptCount[]): Promise<void> => {
    for (const { policy, key } of counts.map(name)) await takeOne(limiter(sqlite, rules, policy), key);
  };
  const forget = (counts: readonly AttemptCount[]): void => {
    for (const { key } of counts.map(name)) full.delete(key);
  };

  const familiarKey = ({ account, address }: Attempt) =>
    keyOf(keys, "familiar-address", [account, attemptOrigin(address)]);
  const countsIn = (sqlite: SqliteHandle, attempt: Attempt) =>
    countsOfAttempt(attempt, attempt.device === null && isFamiliar(sqlite, familiarKey(attempt)));

  return {
    spend: (attempt) =>
      spend(countsOfAttempt(attempt, true), countsOfAttempt(attempt, false), (sqlite) => countsIn(sqlite, attempt)),
    succeed: async (attempt) => {
      await inTurn(orm, async (sqlite) => {
        const [narrowest, ...wider] = countsIn(sqlite, attempt);
        const { policy, key } = name(narrowest);
        await limiter(sqlite, rules, policy).delete(key);
        await giveBack(sqlite, wider);
        makeFamiliar(sqlite, familiarKey(attempt));
      });
      forget(countsOfAttempt(attempt, false));
    },
    giveBack: async (attempt) => {
      await inTurn(orm, (sqlite) => giveBack(sqlite, countsIn(sqlite, attempt)));
      forget(countsOfAttempt(attempt, false));
    },
    register: (address) => spendAll(countsOfRegistration(address)),
    giveBackRegistration: async (address) => {
      await inTurn(orm, (sqlite) => giveBack(sqlite, countsOfRegistration(address)));
      forget(countsOfRegistration(address));
    },
    makeToken: (userId) => spendAll(countsOfToken(userId)),
    welcome: (attempt) => inTurn(orm, async (sqlite) => makeFamiliar(sqlite, familiarKey(attempt))),
  };
}

/** The counts of an attempt, by what the database knows of it. */
type CountsIn = (sqlite: SqliteHandle) => readonly AttemptCount[];

interface Refusal {
  readonly policy: AttemptPolicy;
  /** Milliseconds since 1970. */
  readonly until: number;
}

// Keyed: what somebody types into the field for the address may be a password, and a plain hash of that could be guessed. By the
// oldest key, which stays when a new one is put first: no rotation empties the counts, and servers with either first count together.
function keyOf(keys: SecretKeys, policy: string, subject: readonly string[]): string {
  return seal(keys.at(-1) ?? keys[0], ["attempt", policy, ...subject]);
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
async function takeOne(counter: RateLimiterSQLite, key: string): Promise<void> {
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
