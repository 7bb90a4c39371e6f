import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import { type Attempt, TooManyAttempts, TRUSTED } from "../../src/domain/attempts/attempts.ts";
import { ATTEMPT_RULES, type AttemptRules } from "../../src/domain/attempts/rules.ts";
import { generateSecretKey, parseSecretKeys } from "../../src/domain/secrets/secret-keys.ts";
import { User } from "../../src/domain/users/user.ts";
import { createAttemptLimits } from "../../src/storage/attempt-limits.ts";
import type { Database } from "../../src/storage/database.ts";
import { openDatabase } from "../../src/storage/open-database.ts";
import { memoryDatabase } from "../support/memory-database.ts";
import { holdDatabase, runScript } from "../support/other-process.ts";
import { sharedDatabase } from "../support/shared-database.ts";
import { sqliteTest, testsOfSqlite } from "../support/sqlite.ts";

const KEY = generateSecretKey();
const keys = parseSecretKeys(KEY);
const ADA: Attempt = { account: "ada@example.org", address: "192.0.2.1", device: null };

const serialSqliteTest = testsOfSqlite("is about SQLite", test.serial);

async function memoryLimits(t: ExecutionContext<unknown>, rules?: Partial<AttemptRules>) {
  const { orm } = await memoryDatabase(t);
  return createAttemptLimits({ orm, keys, rules: { ...ATTEMPT_RULES, ...rules } });
}

/** A database by its URL that serves, as another process or an earlier one may do, too. */
async function servingDatabase(t: ExecutionContext<unknown>, url: string): Promise<Database> {
  const database = await openDatabase({ url });
  t.teardown(() => database.close());
  await database.serve();
  return database;
}

function rows({ orm }: Pick<Database, "orm">, sql: string): Promise<Record<string, unknown>[]> {
  return orm.em.getConnection().execute(sql);
}

/** The number of attempts that get through, and the errors of the others. */
async function outcome(spending: readonly Promise<unknown>[]): Promise<{ passed: number; refused: TooManyAttempts[] }> {
  const results = await Promise.allSettled(spending);
  const reasons = results.filter((result) => result.status === "rejected").map(({ reason }) => reason);
  for (const reason of reasons) if (!(reason instanceof TooManyAttempts)) throw reason;
  return { passed: results.length - reasons.length, refused: reasons };
}

function times<Result>(count: number, make: (index: number) => Result): Result[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

test("of 100 attempts at once from one address on one account exactly ten get through", async (t) => {
  const limits = await memoryLimits(t);
  const { passed, refused } = await outcome(times(100, () => limits.spend(ADA)));
  t.is(passed, 10);
  for (const error of refused) {
    t.like(error, { policy: "account-address", limit: 10, windowSeconds: 900, remaining: 0 });
    t.true(error.retryAfterSeconds > 890 && error.retryAfterSeconds <= 900);
  }
});

test("of 100 attempts at once from 100 addresses on one account exactly 30 get through", async (t) => {
  const limits = await memoryLimits(t);
  const spending = times(100, (index) => limits.spend({ ...ADA, address: `192.0.2.${index}` }));
  const { passed, refused } = await outcome(spending);
  t.is(passed, 30);
  t.true(
    refused.every(({ policy, limit, windowSeconds }) => policy === "account" && limit === 30 && windowSeconds === 300),
  );
});

test("of 150 attempts at once from one IPv6 network on 150 accounts exactly 100 get through", async (t) => {
  const limits = await memoryLimits(t);
  const spending = times(150, (index) =>
    limits.spend({ account: `${index}@example.org`, address: `2001:db8::${index.toString(16)}`, device: null }),
  );
  const { passed, refused } = await outcome(spending);
  t.is(passed, 100);
  t.true(refused.every(({ policy, limit }) => policy === "address" && limit === 100));
});

test("of 150 registrations at once from one address exactly 100 get through, and signing in is another matter", async (t) => {
  const limits = await memoryLimits(t);
  t.is((await outcome(times(150, () => limits.register("192.0.2.1")))).passed, 100);
  await t.notThrowsAsync(limits.spend(ADA));
  await t.notThrowsAsync(limits.register("192.0.2.2"));
});

test("an attempt that is refused counts nowhere", async (t) => {
  const limits = await memoryLimits(t, { account: { attempts: 12, windowSeconds: 300 } });
  // 10 of 100 by this address, 10 of 12 by this account, however often it goes on.
  await outcome(times(300, () => limits.spend(ADA)));
  const others = times(150, (index) => limits.spend({ ...ADA, account: `${index}@example.org` }));
  t.is((await outcome(others)).passed, 90);
  // Now the address is full too: its refused attempts must not fill the account.
  await outcome(times(50, () => limits.spend(ADA)));
  const elsewhere = times(5, (index) => limits.spend({ ...ADA, address: `198.51.100.${index}` }));
  t.is((await outcome(elsewhere)).passed, 2);
});

test("of several limits the one with the longest wait is told", async (t) => {
  const limits = await memoryLimits(t, {
    "account-address": { attempts: 1, windowSeconds: 5 },
    account: { attempts: 1, windowSeconds: 50 },
    address: { attempts: 1, windowSeconds: 20 },
  });
  await limits.spend(ADA);
  // First by the database, then by memory.
  for (const _ of [1, 2]) {
    const error = await t.throwsAsync(limits.spend(ADA), { instanceOf: TooManyAttempts });
    t.like(error, { policy: "account", retryAfterSeconds: 50 });
  }
});

test.serial("a window ends when it ends, however hard it is hammered in between", async (t) => {
  const limits = await memoryLimits(t, { "account-address": { attempts: 2, windowSeconds: 1 } });
  const start = performance.now();
  await limits.spend(ADA);
  await limits.spend(ADA);
  let refused = 0;
  for (;;) {
    const { passed } = await outcome(times(20, () => limits.spend(ADA)));
    if (passed > 0) break;
    refused += 20;
    await sleep(10);
  }
  const elapsed = performance.now() - start;
  t.true(refused > 100);
  t.true(elapsed > 900 && elapsed < 2_000, `${elapsed} ms`);
});

test("a known browser can sign in while attempts of strangers keep the account full", async (t) => {
  const limits = await memoryLimits(t);
  await outcome(times(200, (index) => limits.spend({ ...ADA, address: `198.51.100.${index}` })));
  await t.throwsAsync(limits.spend(ADA), { instanceOf: TooManyAttempts });
  const known = { ...ADA, device: "known" };
  const { passed, refused } = await outcome(times(50, () => limits.spend(known)));
  t.is(passed, 10);
  t.true(refused.every(({ policy }) => policy === "account-device"));
  t.is((await outcome(times(50, () => limits.spend({ ...ADA, device: "other" })))).passed, 10);
  t.is((await outcome(times(50, () => limits.spend({ ...known, account: "bob@example.org" })))).passed, 10);
});

test("attempts of a known browser do not count for its address, and those from its address do not count for the browser", async (t) => {
  const limits = await memoryLimits(t, { address: { attempts: 15, windowSeconds: 900 } });
  const known = { ...ADA, device: "known" };
  t.is((await outcome(times(8, () => limits.spend(known)))).passed, 8);
  const others = times(50, (index) => limits.spend({ ...ADA, account: `${index}@example.org` }));
  t.is((await outcome(others)).passed, 15);
  t.is((await outcome(times(20, () => limits.spend(known)))).passed, 2);
});

test("signing in forgives the attempts from that address at that account, and of the account's only its own", async (t) => {
  const limits = await memoryLimits(t, { account: { attempts: 25, windowSeconds: 300 } });
  const bob = { ...ADA, account: "bob@example.org" };
  await outcome(times(20, () => limits.spend(ADA)));
  await outcome(times(20, () => limits.spend(bob)));
  await limits.succeed(ADA, TRUSTED);
  t.is((await outcome(times(20, () => limits.spend(ADA)))).passed, 10);
  t.is((await outcome(times(20, () => limits.spend(bob)))).passed, 0);
  // The account has had ten of its 25, and got one back.
  const elsewhere = times(40, (index) => limits.spend({ ...ADA, address: `198.51.100.${index}` }));
  t.is((await outcome(elsewhere)).passed, 16);
});

for (const [how, meet] of [
  ["signed in", "succeed"],
  ["was made", "welcome"],
] as const) {
  test(`an address from which the account ${how} can try ten times while attempts of strangers keep the account full`, async (t) => {
    const limits = await memoryLimits(t);
    await limits[meet]({ ...ADA, address: "2001:db8:1:2::1" }, TRUSTED);
    await limits[meet]({ ...ADA, account: "bob@example.org" }, TRUSTED);
    const flood = times(100, (index) => limits.spend({ ...ADA, address: `198.51.100.${index}` }));
    t.is((await outcome(flood)).passed, 30);
    await t.throwsAsync(limits.spend(ADA), { instanceOf: TooManyAttempts, message: /try again/ });
    const { passed, refused } = await outcome(times(50, () => limits.spend({ ...ADA, address: "2001:db8:1:2:3::4" })));
    t.is(passed, 10);
    t.true(refused.every(({ policy }) => policy === "account-address"));
  });
}

test("an address is familiar for 90 days, and does not count", async (t) => {
  const database = await memoryDatabase(t);
  const limits = createAttemptLimits({ orm: database.orm, keys });
  await limits.welcome(ADA);
  const [{ points, expire } = {}] = await rows(database, "select points, expire from attempt_count");
  t.is(points, 0);
  const days = (Number(expire) - Date.now()) / (24 * 60 * 60 * 1000);
  t.true(days > 89.9 && days <= 90, String(days));
  await rows(database, "update attempt_count set expire = 1");
  await outcome(times(100, (index) => limits.spend({ ...ADA, address: `198.51.100.${index}` })));
  await t.throwsAsync(limits.spend(ADA), { instanceOf: TooManyAttempts });
});

test("an attempt that was not checked is given back to each of its counts, no more than was spent, and at once", async (t) => {
  const limits = await memoryLimits(t);
  await outcome(times(20, () => limits.spend(ADA)));
  for (const _ of times(3, String)) await limits.giveBack(ADA, TRUSTED);
  t.is((await outcome(times(20, () => limits.spend(ADA)))).passed, 3);
  for (const _ of times(200, String)) await limits.giveBack(ADA, TRUSTED);
  t.is((await outcome(times(20, () => limits.spend(ADA)))).passed, 10);
  const known = { ...ADA, device: "known" };
  await outcome(times(20, () => limits.spend(known)));
  await limits.giveBack(known, TRUSTED);
  t.is((await outcome(times(20, () => limits.spend(known)))).passed, 1);
  await outcome(times(150, () => limits.register(ADA.address)));
  await limits.giveBackRegistration(ADA.address);
  t.is((await outcome(times(20, () => limits.register(ADA.address)))).passed, 1);
});

test("a new key in front empties no count, and servers with and without it count together", async (t) => {
  const { orm } = await memoryDatabase(t);
  const before = createAttemptLimits({ orm, keys });
  const after = createAttemptLimits({ orm, keys: parseSecretKeys(`${generateSecretKey()},${KEY}`) });
  t.is((await outcome(times(6, () => before.spend(ADA)))).passed, 6);
  t.is((await outcome(times(6, () => after.spend(ADA)))).passed, 4);
});

for (const device of [null, "known"]) {
  test(`signing in ${device ? "with a known browser " : ""}again and again is never limited`, async (t) => {
    const limits = await memoryLimits(t);
    for (let round = 0; round < 500; round += 1) {
      await limits.spend({ ...ADA, device });
      await limits.succeed({ ...ADA, device }, TRUSTED);
    }
    t.is((await outcome(times(20, () => limits.spend({ ...ADA, device })))).passed, 10);
  });

  test(`signing in ${device ? "with a known browser " : ""}pays for no wrong guess at another account`, async (t) => {
    const limits = await memoryLimits(t, { address: { attempts: 30, windowSeconds: 900 } });
    const own = { ...ADA, device };
    let guesses = 0;
    for (let round = 0; round < 100; round += 1) {
      await limits.spend(own);
      await limits.succeed(own, TRUSTED);
      guesses += (await outcome([limits.spend({ ...ADA, account: `${round}@example.org` })])).passed;
      if (guesses === 30) break;
    }
    t.is(guesses, 30);
    const refused = await t.throwsAsync(limits.spend({ ...ADA, account: "one@example.org" }), {
      instanceOf: TooManyAttempts,
    });
    t.is(refused?.policy, "address");
  });
}

test("signing in from many places pays for no wrong guess at that account", async (t) => {
  const limits = await memoryLimits(t);
  let guesses = 0;
  for (let round = 0; round < 40; round += 1) {
    guesses += (await outcome([limits.spend({ ...ADA, address: `198.51.100.${round}` })])).passed;
    const right = { ...ADA, address: `203.0.113.${round}` };
    if ((await outcome([limits.spend(right)])).passed > 0) await limits.succeed(right, TRUSTED);
  }
  t.is(guesses, 30);
});

test("a full address can sign in as soon as one of its attempts under way turns out right", async (t) => {
  const limits = await memoryLimits(t, { address: { attempts: 3, windowSeconds: 900 } });
  const people = times(4, (index) => ({ ...ADA, account: `${index}@example.org` }));
  const [first = ADA, ...others] = people;
  t.is((await outcome(people.map((person) => limits.spend(person)))).passed, 3);
  const last = others.at(-1) ?? ADA;
  await t.throwsAsync(limits.spend(last), { instanceOf: TooManyAttempts });
  await limits.succeed(first, TRUSTED);
  await t.notThrowsAsync(limits.spend(last));
});

test.serial(
  "an attempt that is given back after its window has ended leaves no room for more in the next one",
  async (t) => {
    const limits = await memoryLimits(t, {
      address: { attempts: 5, windowSeconds: 1 },
      account: { attempts: 5, windowSeconds: 1 },
    });
    await outcome(times(5, () => limits.spend(ADA)));
    await sleep(1_100);
    for (const _ of times(5, String)) await limits.succeed(ADA, TRUSTED);
    t.is((await outcome(times(20, () => limits.spend(ADA)))).passed, 5);
  },
);

test.serial("an attempt that another process gives back counts here too, a few seconds later", async (t) => {
  const url = await sharedDatabase(t);
  const rules = { ...ATTEMPT_RULES, address: { attempts: 1, windowSeconds: 900 } };
  const [here, there] = [await servingDatabase(t, url), await servingDatabase(t, url)].map(({ orm }) =>
    createAttemptLimits({ orm, keys, rules }),
  );
  const bob = { ...ADA, account: "bob@example.org" };
  await there?.spend(ADA);
  await t.throwsAsync(async () => here?.spend(bob), { instanceOf: TooManyAttempts });
  await there?.succeed(ADA, TRUSTED);
  await sleep(5_100);
  await t.notThrowsAsync(async () => here?.spend(bob));
});

test("signing in with a known browser forgives that browser's attempts", async (t) => {
  const limits = await memoryLimits(t);
  const known = { ...ADA, device: "known" };
  await outcome(times(20, () => limits.spend(known)));
  await limits.succeed(known, TRUSTED);
  t.is((await outcome(times(20, () => limits.spend(known)))).passed, 10);
  await t.notThrowsAsync(limits.succeed({ ...ADA, account: "nobody@example.org" }, TRUSTED));
});

test("no spelling of one attempt is counted as another", async (t) => {
  const limits = await memoryLimits(t, { "account-device": { attempts: 1, windowSeconds: 900 } });
  for (const [account, device] of [
    ["a", "bc"],
    ["ab", "c"],
    ['a","b', "c"],
    ["a", 'b","c'],
    ["a,b", "c"],
    ["a\0b", "c"],
    ["a", "b\0c"],
  ] as const) {
    await t.notThrowsAsync(limits.spend({ account, device, address: "192.0.2.1" }), `${account} ${device}`);
  }
});

test("counts go on after a restart", async (t) => {
  const url = await sharedDatabase(t);
  for (const expected of [7, 3, 0]) {
    const database = await servingDatabase(t, url);
    const limits = createAttemptLimits({ orm: database.orm, keys });
    t.is((await outcome(times(7, () => limits.spend(ADA)))).passed, expected);
    await database.close();
  }
});

test("processes on one database share the counts", async (t) => {
  const url = await sharedDatabase(t);
  await servingDatabase(t, url);
  const script = `
    import { parseSecretKeys } from ${JSON.stringify(import.meta.resolve("../../src/domain/secrets/secret-keys.ts"))};
    import { createAttemptLimits } from ${JSON.stringify(import.meta.resolve("../../src/storage/attempt-limits.ts"))};
    import { openDatabase } from ${JSON.stringify(import.meta.resolve("../../src/storage/open-database.ts"))};
    const { orm, close } = await openDatabase({ url: ${JSON.stringify(url)} });
    const limits = createAttemptLimits({ orm, keys: parseSecretKeys(${JSON.stringify(KEY)}) });
    const results = await Promise.allSettled(
      Array.from({ length: 150 }, (_, index) =>
        limits.spend({ account: index + process.pid + "@example.org", address: "192.0.2.1", device: null })),
    );
    console.log(JSON.stringify(results.map((result) => result.reason?.name ?? "passed")));
    await close();
  `;
  const runs = await Promise.all(times(3, () => runScript(script)));
  const names = runs.flatMap(({ code, stdout, stderr }): string[] => {
    t.is(code, 0, stderr);
    return JSON.parse(stdout);
  });
  t.is(names.filter((name) => name === "passed").length, 100);
  t.is(names.filter((name) => name === "TooManyAttempts").length, 350);
});

test("200 sign-ins at once and what they write do not get in each other's way", async (t) => {
  const url = await sharedDatabase(t);
  const { orm } = await servingDatabase(t, url);
  const limits = createAttemptLimits({ orm, keys });
  const signIn = async (index: number): Promise<void> => {
    const attempt = { account: `${index}@example.org`, address: `192.0.2.${index}`, device: null };
    await limits.spend(attempt);
    // A read before a write, which SQLite refuses when another connection has written in between.
    await orm.em.fork().transactional(async (tx) => {
      const count = await tx.count(User);
      if (index % 10 === 0) await sleep(2);
      tx.create(User, { email: attempt.account, createdAt: new Date(count) });
    });
    await limits.succeed(attempt, TRUSTED);
  };
  await t.notThrowsAsync(Promise.all(times(200, signIn)));
  t.is(await orm.em.fork().count(User), 200);
  t.deepEqual(await rows({ orm }, "select count(*) as count from attempt_count"), [{ count: 600 }]);
});

sqliteTest(
  "the counts are written as durably as all else, and after a failure the connection is free again",
  async (t) => {
    const { orm } = await servingDatabase(t, await sharedDatabase(t));
    const limits = createAttemptLimits({ orm, keys });
    await outcome(times(20, () => limits.spend(ADA)));
    t.deepEqual(await rows({ orm }, "pragma synchronous"), [{ synchronous: 2 }]);
    await limits.succeed(ADA, TRUSTED);
    t.deepEqual(await rows({ orm }, "pragma synchronous"), [{ synchronous: 2 }]);
    await rows({ orm }, "drop table attempt_count");
    await t.throwsAsync(limits.spend(ADA), { message: /no such table/ });
    t.deepEqual(await rows({ orm }, "pragma synchronous"), [{ synchronous: 2 }]);
    await t.notThrowsAsync(orm.em.fork().transactional((tx) => tx.count(User)));
  },
);

/** Limits on a database in memory by a clock that the test sets. */
async function clockedLimits(t: ExecutionContext<unknown>) {
  const { orm } = await memoryDatabase(t);
  const clock = { ms: Date.UTC(2026, 10, 28, 12) };
  const make = () => createAttemptLimits({ orm, keys, now: () => new Date(clock.ms) });
  return { orm, clock, limits: make(), make };
}

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

test("a clock that is set back makes nobody wait for longer than one window", async (t) => {
  for (const back of [1_000, 10 * MINUTE_MS, 20 * MINUTE_MS, 3 * DAY_MS, 20_000 * DAY_MS]) {
    const { clock, limits, make } = await clockedLimits(t);
    t.is((await outcome(times(20, () => limits.spend(ADA)))).passed, 10);
    clock.ms -= back;
    // By memory, and by the database alone.
    for (const each of [limits, make()]) {
      const { refused } = await outcome(times(20, () => each.spend(ADA)));
      t.true(refused.length >= 10);
      for (const { retryAfterSeconds } of refused) t.true(retryAfterSeconds <= 900, String(retryAfterSeconds));
    }
    clock.ms += 15 * MINUTE_MS;
    t.is((await outcome(times(20, () => make().spend(ADA)))).passed, 10);
  }
});

test("a clock that is set forward ends windows, and none lasts longer when it is set right again", async (t) => {
  const { clock, make } = await clockedLimits(t);
  for (const jump of [0, 20_000 * DAY_MS, -20_000 * DAY_MS, 0]) {
    clock.ms += jump;
    const { refused } = await outcome(times(20, () => make().register("192.0.2.1")));
    t.true(refused.every(({ retryAfterSeconds }) => retryAfterSeconds <= 3_600));
    const { refused: attempts } = await outcome(times(20, () => make().spend(ADA)));
    t.true(attempts.every(({ retryAfterSeconds }) => retryAfterSeconds <= 900));
  }
});

test("a familiar address stays so when the clock is set back, but not for years after a clock that was wrong", async (t) => {
  const { clock, limits, make } = await clockedLimits(t);
  const flood = () => outcome(times(60, (index) => make().spend({ ...ADA, address: `198.51.100.${index}` })));
  await limits.welcome(ADA);
  clock.ms -= 3 * DAY_MS;
  t.is((await flood()).passed, 30);
  await t.notThrowsAsync(make().spend(ADA));
  clock.ms += 20_000 * DAY_MS;
  await make().welcome(ADA);
  clock.ms -= 20_000 * DAY_MS;
  t.is((await flood()).passed, 0);
  await t.throwsAsync(make().spend({ ...ADA, address: "192.0.2.1" }), { instanceOf: TooManyAttempts });
});

test("rows that a clock made which was years ahead go away, too", async (t) => {
  const { orm, clock, limits } = await clockedLimits(t);
  clock.ms += 20_000 * DAY_MS;
  await limits.register("192.0.2.1");
  await limits.register("192.0.2.2");
  clock.ms -= 20_000 * DAY_MS;
  for (const _ of times(3, String)) await limits.register("198.51.100.1");
  t.deepEqual(await rows({ orm }, "select count(*) as count from attempt_count"), [{ count: 1 }]);
});

serialSqliteTest("full counts refuse without the database; without it, no other attempt gets through", async (t) => {
  const url = await sharedDatabase(t);
  const { orm } = await servingDatabase(t, url);
  const limits = createAttemptLimits({ orm, keys });
  await outcome(times(20, () => limits.spend(ADA)));
  await holdDatabase(t, url.slice("sqlite:".length), "begin immediate", 3_000);
  const start = performance.now();
  t.is((await outcome(times(1000, () => limits.spend(ADA)))).passed, 0);
  t.true(performance.now() - start < 500);
  const bob = { ...ADA, account: "bob@example.org" };
  await t.throwsAsync(limits.spend(bob), { code: "SQLITE_BUSY" });
  await sleep(3_000);
  t.is((await outcome(times(20, () => limits.spend(bob)))).passed, 10);
});

test("a copy of the counts tells no account and no address, not even by guessing", async (t) => {
  const { orm } = await memoryDatabase(t);
  const limits = createAttemptLimits({ orm, keys });
  await limits.spend({ account: "hunter2 instead of my address", address: "192.0.2.1", device: "known" });
  await limits.register("192.0.2.1");
  const elsewhere = await memoryDatabase(t);
  const other = createAttemptLimits({ orm: elsewhere.orm, keys: parseSecretKeys(generateSecretKey()) });
  await other.register("192.0.2.1");
  const select = "select key from attempt_count";
  const [mine, theirs] = [await rows({ orm }, select), await rows(elsewhere, select)];
  t.is(mine.length, 2);
  for (const { key } of [...mine, ...theirs]) t.regex(String(key), /^[\w-]{43}$/);
  t.false(mine.some(({ key }) => key === theirs[0]?.key));
});

test("rows that have expired go away, a few with each attempt", async (t) => {
  const { orm, clock } = await clockedLimits(t);
  const registration = { attempts: 1, windowSeconds: 1 };
  const rules = { ...ATTEMPT_RULES, registration };
  const limits = createAttemptLimits({ orm, keys, rules, now: () => new Date(clock.ms) });
  await Promise.all(times(95, (index) => limits.register(`192.0.2.${index}`)));
  clock.ms += 1_001;
  const count = "select count(*) as count from attempt_count";
  await limits.spend(ADA);
  t.deepEqual(await rows({ orm }, count), [{ count: 95 + 3 - 10 }]);
  for (const _ of times(9, String)) await limits.spend(ADA);
  t.deepEqual(await rows({ orm }, count), [{ count: 3 }]);
});

serialSqliteTest("a flood of distinct addresses does not fill the memory", async (t) => {
  const url = (path: string) => JSON.stringify(import.meta.resolve(path));
  const { code, stdout, stderr } = await runScript(
    `
    import { setTimeout } from "node:timers/promises";
    import { ATTEMPT_RULES } from ${url("../../src/domain/attempts/rules.ts")};
    import { parseSecretKeys } from ${url("../../src/domain/secrets/secret-keys.ts")};
    import { createAttemptLimits } from ${url("../../src/storage/attempt-limits.ts")};
    import { openDatabase } from ${url("../../src/storage/open-database.ts")};
    const { orm, migrate, close } = await openDatabase({ url: "sqlite::memory:" });
    await migrate();
    const rules = { ...ATTEMPT_RULES, registration: { attempts: 1, windowSeconds: 900 } };
    const limits = createAttemptLimits({ orm, keys: parseSecretKeys(${JSON.stringify(KEY)}), rules });
    let next = 0;
    const flood = async (count) => {
      for (const end = next + count; next < end; next += 1) {
        const address = "2001:db8:" + (next >> 16).toString(16) + ":" + (next & 65535).toString(16) + "::1";
        await limits.register(address);
        await limits.register(address).then(() => process.exit(3), () => undefined);
      }
      // The driver lets go of its statements in a later turn of the event loop.
      for (let turn = 0; turn < 3; turn += 1) {
        gc();
        await setTimeout(20);
      }
      return process.memoryUsage().heapUsed;
    };
    const before = await flood(9_000);
    const after = await flood(6_000);
    console.log(after - before);
    await close();
  `,
    ["--expose-gc"],
  );
  t.is(code, 0, stderr);
  // Remembering them all would take twice as much.
  t.true(Number(stdout) < 350_000, stdout);
});
