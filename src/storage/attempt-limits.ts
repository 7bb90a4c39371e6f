import {
  type Allowance,
  type Attempt,
  type AttemptLimits,
  type Standing,
  TooManyAttempts,
  TRUSTED,
} from "../domain/attempts/attempts.ts";
import * as counting from "../domain/attempts/counts.ts";
import { attemptNetwork } from "../domain/attempts/network.ts";
import { ATTEMPT_RULES, type AttemptRules } from "../domain/attempts/rules.ts";
import { countAttempt, lowerFailures, uncountAttempt } from "../domain/passwords/failed-sign-in-repository.ts";
import { seal } from "../domain/secrets/seal.ts";
import type { SecretKeys } from "../domain/secrets/secret-keys.ts";
import { write } from "../domain/unit-of-work.ts";
import { addOne, type Counts, clear, isFamiliar, makeFamiliar, sweep, takeOne } from "./attempt-counts.ts";
import { type NamedCount, type Refusal, rememberFullCounts } from "./full-counts.ts";
import type { Orm } from "./orm.ts";

/**
 * Limits that are kept in the database, shared by all processes on it. The table must be there when the first attempt comes.
 *
 * @param rules the numbers, where they are not the usual ones
 * @param now the time; it may be set back, which no wait survives for longer than one window
 */
export function createAttemptLimits({
  orm,
  keys,
  rules = ATTEMPT_RULES,
  now = () => new Date(),
}: {
  orm: Pick<Orm, "em">;
  keys: SecretKeys;
  rules?: AttemptRules;
  now?: () => Date;
}): AttemptLimits {
  const time = () => now().getTime();
  const full = rememberFullCounts(rules, time);
  const transaction = <Result>(work: (counts: Counts) => Promise<Result>) => write(orm.em, work);

  // A keyed digest: a person may type a password into the field for the address, and a plain hash of that could be guessed. The
  // oldest key stays when a new one is put first: no rotation empties the counts, and servers with and without the new key share them.
  const keyOf = (policy: string, subject: readonly string[]) =>
    seal(keys.at(-1) ?? keys[0], ["attempt", policy, ...subject]);
  const named = (identities: readonly counting.CountIdentity[]): NamedCount[] =>
    identities.map(({ policy, subject }) => ({ policy, key: keyOf(policy, subject) }));
  const familiarKey = ({ account, address }: Attempt) => keyOf("familiar-address", [account, attemptNetwork(address)]);
  const isKnown = async (counts: Counts, attempt: Attempt) =>
    attempt.device !== null || (await isFamiliar(counts, familiarKey(attempt), time()));
  const identitiesOf = async (counts: Counts, attempt: Attempt) =>
    counting.countsOfAttempt(attempt, await isKnown(counts, attempt));

  const fullOf = (identities: readonly counting.CountIdentity[]): Refusal[] => full.among(named(identities));
  const refuse = (refusals: readonly Refusal[]): void => {
    const [longest] = refusals.toSorted((one, other) => other.until - one.until);
    if (longest) throw new TooManyAttempts(longest.policy, rules[longest.policy], longest.until - time());
  };

  const spend = async (counts: Counts, identities: readonly counting.CountIdentity[]): Promise<Allowance[]> => {
    refuse(fullOf(identities));
    const reached: Refusal[] = [];
    const left: Allowance[] = [];
    for (const { policy, key } of named(identities)) {
      const { attempts: limit, windowSeconds } = rules[policy];
      const at = time();
      const { points, until } = await addOne(counts, key, windowSeconds, at);
      left.push({ policy, limit, windowSeconds, remaining: limit - points, resetSeconds: (until - at) / 1000 });
      if (points <= limit) continue;
      reached.push({ policy, until });
      full.note(key, until);
    }
    // Thrown within the transaction, the error takes back what the other counts were given.
    refuse(reached);
    // With each attempt, not by a timer: a timer would have to be stopped, and would find much to do at once after a flood.
    await sweep(counts, time());
    return left;
  };
  const spendAll = async (identities: readonly counting.CountIdentity[]): Promise<readonly Allowance[]> => {
    refuse(fullOf(identities));
    return transaction((counts) => spend(counts, identities));
  };

  const giveBack = async (counts: Counts, identities: readonly counting.CountIdentity[]): Promise<void> => {
    for (const { key } of named(identities)) await takeOne(counts, key, time());
  };
  const forget = (identities: readonly counting.CountIdentity[]): void => {
    for (const { key } of named(identities)) full.forget(key);
  };

  return {
    spend: async (attempt) => {
      // The counts that do not depend on the address being familiar, which only the database knows.
      if (fullOf(counting.countsOfAttempt(attempt, true)).length > 0)
        refuse(fullOf(counting.countsOfAttempt(attempt, false)));
      return transaction(async (counts): Promise<Standing> => {
        const known = await isKnown(counts, attempt);
        await spend(counts, counting.countsOfAttempt(attempt, known));
        if (known) return TRUSTED;
        const counted = await countAttempt(counts, attempt.account);
        return { passwordAlone: counted, counted };
      });
    },
    succeed: async (attempt, { counted }) => {
      await transaction(async (counts) => {
        const [narrowest, ...wider] = await identitiesOf(counts, attempt);
        await clear(counts, keyOf(narrowest.policy, narrowest.subject));
        await giveBack(counts, wider);
        if (counted) await uncountAttempt(counts, attempt.account);
        await lowerFailures(counts, attempt.account, now());
        await makeFamiliar(counts, familiarKey(attempt), time());
      });
      forget(counting.countsOfAttempt(attempt, false));
    },
    giveBack: async (attempt, { counted }) => {
      await transaction(async (counts) => {
        await giveBack(counts, await identitiesOf(counts, attempt));
        if (counted) await uncountAttempt(counts, attempt.account);
      });
      forget(counting.countsOfAttempt(attempt, false));
    },
    register: async (address) => void (await spendAll(counting.countsOfRegistration(address))),
    giveBackRegistration: async (address) => {
      await transaction((counts) => giveBack(counts, counting.countsOfRegistration(address)));
      forget(counting.countsOfRegistration(address));
    },
    tryCode: async (attempt) => {
      await transaction(async (counts) =>
        spend(counts, counting.countsOfCode(attempt, await isKnown(counts, attempt))),
      );
    },
    giveBackCode: async (attempt) => {
      await transaction(async (counts) =>
        giveBack(counts, counting.countsOfCode(attempt, await isKnown(counts, attempt))),
      );
      forget([true, false].flatMap((familiar) => counting.countsOfCode(attempt, familiar)));
    },
    rate: async (address) => void (await spendAll(counting.countsOfRating(address))),
    mail: async (attempt) => {
      await transaction(async (counts) =>
        spend(counts, counting.countsOfMail(attempt, await isKnown(counts, attempt))),
      );
    },
    exchangeToken: (userId) => spendAll(counting.countsOfExchange(userId)),
    makeToken: (userId) => spendAll(counting.countsOfToken(userId)),
    askForPasskey: async (asker) => void (await spendAll(counting.countsOfPasskey(asker))),
    welcome: (attempt) => transaction((counts) => makeFamiliar(counts, familiarKey(attempt), time())),
  };
}
