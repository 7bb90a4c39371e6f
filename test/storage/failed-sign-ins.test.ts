import test, { type ExecutionContext } from "ava";
import fc from "fast-check";
import { authenticateAccount } from "../../src/domain/accounts/accounts.ts";
import { setPassword } from "../../src/domain/accounts/change-password.ts";
import { registerAccount } from "../../src/domain/accounts/register.ts";
import { type Attempt, TRUSTED } from "../../src/domain/attempts/attempts.ts";
import { listEvents } from "../../src/domain/audit-trail/audit-trail.ts";
import { InvalidCredentials } from "../../src/domain/passwords/errors.ts";
import * as repository from "../../src/domain/passwords/failed-sign-in-repository.ts";
import { recordFailure } from "../../src/domain/passwords/failure.ts";
import { runStatement } from "../../src/domain/query.ts";
import { generateSecretKey, parseSecretKeys } from "../../src/domain/secrets/secret-keys.ts";
import { User } from "../../src/domain/users/user.ts";
import { passwordLeadsOn, passwordProves, settleAttempt } from "../../src/operations/steps/attempt.ts";
import { createAttemptLimits } from "../../src/storage/attempt-limits.ts";
import { openDatabase } from "../../src/storage/open-database.ts";
import { memoryDatabase } from "../support/memory-database.ts";
import { runScript } from "../support/other-process.ts";
import { quickHasher } from "../support/quick-hasher.ts";
import { issueToken } from "../support/sample-credential.ts";
import { operator, stranger } from "../support/sample-occasion.ts";
import { sharedDatabase } from "../support/shared-database.ts";

const KEY = generateSecretKey();
const keys = parseSecretKeys(KEY);
const EMAIL = "ada@example.org";
const PASSWORD = "correct horse battery staple";
const DAY_MS = 24 * 60 * 60 * 1000;
const START = Date.UTC(2026, 10, 28, 12);

/** An account, and limits by a clock that the test sets. */
async function account(t: ExecutionContext<unknown>) {
  const { orm } = await memoryDatabase(t);
  const clock = { ms: START };
  const now = () => new Date(clock.ms);
  const passwords = await quickHasher();
  const user = await registerAccount(
    orm.em.fork(),
    passwords,
    { email: EMAIL, password: PASSWORD },
    { now: now(), ...stranger },
  );
  const limits = createAttemptLimits({ orm, keys, now });
  const failures = async () => {
    const [row] = await orm.em.getConnection().execute("select failures from failed_sign_ins");
    return row === undefined ? null : Number(row.failures);
  };
  return { orm, clock, now, passwords, limits, failures, userId: user.id };
}

let next = 0;
function fromSomewhere(account = EMAIL): Attempt {
  next += 1;
  return { account, address: `2001:db8:${(next >> 16).toString(16)}:${(next & 65_535).toString(16)}::1`, device: null };
}

for (const [owner, days, most] of [
  ["who never comes", 90, 100],
  ["who signs in several times a day", 60, 100 + 60 * 10],
  ["who signs in once a week", 91, 100 + 13 * 10],
] as const) {
  test(`strangers have ${most} guesses in ${days} days at the account of an owner ${owner}`, async (t) => {
    const { clock, limits } = await account(t);
    const known = { account: EMAIL, address: "192.0.2.1", device: "known" };
    let guesses = 0;
    const flood = async () => {
      for (let count = 0; count < 30; count += 1) {
        const { passwordAlone } = await limits.spend(fromSomewhere());
        if (passwordAlone) guesses += 1;
      }
    };
    const signIn = async () => limits.succeed(known, await limits.spend(known));
    for (let day = 0; day < days; day += 1) {
      for (let shift = 0; shift < 3; shift += 1) {
        if (owner.includes("times") || (owner.includes("week") && day % 7 === 6 && shift === 0)) await signIn();
        await flood();
        clock.ms += DAY_MS / 3;
      }
    }
    t.true(guesses <= most && guesses > most - 20, String(guesses));
  });
}

test("of 300 attempts at once from as many places exactly 100 can be opened by the password alone", async (t) => {
  const { orm, failures } = await account(t);
  const open = { attempts: 1_000, windowSeconds: 60 };
  const rules = (await import("../../src/domain/attempts/rules.ts")).ATTEMPT_RULES;
  const limits = createAttemptLimits({ orm, keys, rules: { ...rules, account: open } });
  const standings = await Promise.all(Array.from({ length: 300 }, () => limits.spend(fromSomewhere())));
  t.is(standings.filter(({ passwordAlone }) => passwordAlone).length, 100);
  t.is(await failures(), 100);
});

test("three processes on one database let 100 attempts through together", async (t) => {
  const databaseUrl = await sharedDatabase(t);
  const database = await openDatabase({ url: databaseUrl });
  t.teardown(() => database.close());
  await database.serve();
  const occasion = { now: new Date(START), ...stranger };
  await registerAccount(database.orm.em.fork(), await quickHasher(), { email: EMAIL, password: PASSWORD }, occasion);
  const url = (file: string) => JSON.stringify(import.meta.resolve(`../../src/${file}`));
  const script = `
    import { ATTEMPT_RULES } from ${url("domain/attempts/rules.ts")};
    import { parseSecretKeys } from ${url("domain/secrets/secret-keys.ts")};
    import { createAttemptLimits } from ${url("storage/attempt-limits.ts")};
    import { openDatabase } from ${url("storage/open-database.ts")};
    const { orm, close } = await openDatabase({ url: ${JSON.stringify(databaseUrl)} });
    const rules = { ...ATTEMPT_RULES, account: { attempts: 1000, windowSeconds: 60 } };
    const limits = createAttemptLimits({ orm, keys: parseSecretKeys(${JSON.stringify(KEY)}), rules });
    const standings = await Promise.all(Array.from({ length: 80 }, (_, index) =>
      limits.spend({ account: ${JSON.stringify(EMAIL)}, address: "10." + (process.pid >> 8 & 255) + "." + (process.pid & 255) + "." + index, device: null })));
    console.log(standings.filter(({ passwordAlone }) => passwordAlone).length);
    await close();
  `;
  const runs = await Promise.all([1, 2, 3].map(() => runScript(script)));
  for (const { code, stderr } of runs) t.is(code, 0, stderr);
  t.is(
    runs.reduce((sum, { stdout }) => sum + Number(stdout), 0),
    100,
  );
});

test("what is taken back was counted: behind a full line of hashes nobody makes the count smaller", async (t) => {
  const { limits, failures, clock } = await account(t);
  for (let count = 0; count < 100; count += 1) {
    await limits.spend(fromSomewhere());
    if (count % 30 === 29) clock.ms += 5 * 60_000;
  }
  clock.ms += 5 * 60_000;
  for (let count = 0; count < 20; count += 1) {
    const attempt = fromSomewhere();
    const standing = await limits.spend(attempt);
    t.deepEqual(standing, { passwordAlone: false, counted: false });
    await limits.giveBack(attempt, standing);
    const known = { ...attempt, device: "known" };
    t.deepEqual(await limits.spend(known), TRUSTED);
    await limits.giveBack(known, TRUSTED);
  }
  t.is(await failures(), 100);
  const [first] = [fromSomewhere("bob@example.org")];
  if (first) t.false((await limits.spend(first)).passwordAlone, "there is no such account");
});

test("strangers at other addresses, known or not, change nothing about an account's count", async (t) => {
  const { orm, limits, failures, clock } = await account(t);
  await limits.spend(fromSomewhere());
  for (let count = 0; count < 200; count += 1) {
    await limits.spend(fromSomewhere(`user${count}@example.org`));
    clock.ms += DAY_MS;
  }
  t.is(await failures(), 1);
  const [row] = await orm.em.getConnection().execute("select count(*) as n from failed_sign_ins");
  t.is(row?.n, 1);
});

test("a password that the operator sets ends the run, and so does the end of the account its row", async (t) => {
  const { orm, limits, failures, passwords, now, userId } = await account(t);
  await limits.spend(fromSomewhere());
  const occasion = { now: now(), ...operator };
  await setPassword(orm.em.fork(), passwords, { email: EMAIL, password: "staple battery horse correct" }, occasion);
  t.is(await failures(), null);
  await limits.spend(fromSomewhere());
  t.is(await failures(), 1);
  await orm.em.getConnection().execute(`delete from "user" where id = ${userId}`);
  t.is(await failures(), null);
});

test("a right password leads to the question for a second factor where the account has one, and no further", async (t) => {
  const { orm, limits, failures, clock, now, passwords, userId } = await account(t);
  for (let count = 0; count < 100; count += 1) {
    await limits.spend(fromSomewhere());
    if (count % 30 === 29) clock.ms += 5 * 60_000;
  }
  const standing = await limits.spend(fromSomewhere());
  const enter = (password: string) => {
    const trial = { ...stranger, now: now(), passwordOpens: passwordLeadsOn(standing, orm.em) };
    return authenticateAccount(orm.em.fork(), passwords, { email: EMAIL, password }, trial);
  };
  await t.throwsAsync(enter(PASSWORD), { instanceOf: InvalidCredentials });
  const columns = "user_id, method, created_at";
  await runStatement(orm.em, `insert into second_factor (${columns}) values (?, 'email', ?)`, [userId, now()]);
  const user = await enter(PASSWORD);
  t.is(user.id, userId);
  await t.throwsAsync(enter("not the password"), { instanceOf: InvalidCredentials });
  t.false(await passwordProves(standing)(userId), "it proves nothing to a session");
  await settleAttempt({ attempts: limits, db: orm.em }, { attempt: fromSomewhere(), standing, userId });
  t.is(await failures(), 100, "the password alone makes the count no smaller");
  await t.throwsAsync(issueToken(orm.em.fork(), keys, user, { now: now() }));
  t.is(await failures(), 100);
  await issueToken(orm.em.fork(), keys, user, { now: now(), methods: ["password", "mailed-code"] });
  t.is(await failures(), null, "with its second factor the sign-in ends the run");
});

for (const [methods, ended] of [
  [["password"], false],
  [["mailed-code"], true],
  [["passkey"], true],
  [["verified-passkey"], true],
] as const) {
  test(`a sign-in by ${methods.join()} ${ended ? "ends the run" : "leaves the run as it is"}`, async (t) => {
    const { orm, limits, failures, now, userId } = await account(t);
    await limits.spend(fromSomewhere());
    const user = await orm.em.fork().findOneOrFail(User, { id: userId });
    await issueToken(orm.em.fork(), keys, user, { now: now(), methods });
    t.is(await failures(), ended ? null : 1);
  });
}

test("the owner is told once a run: of the first failure that finds the bound reached, and again when a run has ended", async (t) => {
  const { orm, limits, clock, now, userId } = await account(t);
  const known = { account: EMAIL, address: "192.0.2.1", device: "known" };
  const flood = async () => {
    for (let count = 0; count < 120; count += 1) {
      await limits.spend(fromSomewhere());
      await recordFailure(orm.em.fork(), "login_failed", { userId }, { now: now(), ...stranger });
      if (count % 30 === 29) clock.ms += 5 * 60_000;
    }
  };
  const told = async () =>
    (await listEvents(orm.em, { limit: 10_000 })).filter(({ kind }) => kind === "guessing_blocked").length;
  await flood();
  t.is(await told(), 1);
  // The count falls and is filled again: the same run.
  for (let day = 0; day < 5; day += 1) {
    clock.ms += DAY_MS;
    await limits.succeed(known, await limits.spend(known));
    await flood();
  }
  t.is(await told(), 1);
  for (let day = 0; day < 10; day += 1) {
    clock.ms += DAY_MS;
    await limits.succeed(known, await limits.spend(known));
  }
  await flood();
  t.is(await told(), 2);
  await repository.endFailures(orm.em, userId);
  await flood();
  t.is(await told(), 3);
  await recordFailure(orm.em.fork(), "login_failed", { userId: null }, { now: now(), ...stranger });
  t.is(await told(), 3);
});

test("the count stays between none and 100, and opens an account below the bound alone, whatever comes in whatever order", async (t) => {
  const { orm, userId, failures } = await account(t);
  const steps = fc.array(
    fc.oneof(
      {
        weight: 12,
        arbitrary: fc.record({ kind: fc.constant("count" as const), times: fc.integer({ min: 1, max: 60 }) }),
      },
      fc.record({ kind: fc.constantFrom("uncount" as const, "lower" as const, "end" as const), times: fc.constant(1) }),
    ),
    { maxLength: 12 },
  );
  await t.notThrowsAsync(
    fc.assert(
      fc.asyncProperty(steps, async (chosen) => {
        await repository.endFailures(orm.em, userId);
        let [expected, ms, fell] = [0, START, Number.NEGATIVE_INFINITY];
        for (const { kind, times } of chosen) {
          ms += DAY_MS / 2;
          for (let count = 0; count < times; count += 1) {
            if (kind === "count") {
              const open = await repository.countAttempt(orm.em, EMAIL);
              if (open !== expected < 100) return false;
              expected = Math.min(100, expected + 1);
            } else if (kind === "uncount") {
              await repository.uncountAttempt(orm.em, EMAIL);
              expected = Math.max(0, expected - 1);
            } else if (kind === "lower") {
              await repository.lowerFailures(orm.em, EMAIL, new Date(ms));
              if (expected > 0 && ms - fell >= DAY_MS) {
                expected = Math.max(0, expected - 10);
                fell = ms;
              }
            } else {
              await repository.endFailures(orm.em, userId);
              [expected, fell] = [0, Number.NEGATIVE_INFINITY];
            }
          }
          if (((await failures()) ?? 0) !== expected) return false;
        }
        return true;
      }),
      { numRuns: 60 },
    ),
  );
});

test("a clock that was ahead when the count fell does not keep it from falling", async (t) => {
  const { orm, failures } = await account(t);
  for (let count = 0; count < 50; count += 1) await repository.countAttempt(orm.em, EMAIL);
  for (const ms of [START + 3_000 * DAY_MS, START, START + DAY_MS - 1]) {
    await repository.lowerFailures(orm.em, EMAIL, new Date(ms));
  }
  t.is(await failures(), 30);
});
