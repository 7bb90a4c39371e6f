import { setTimeout as sleep } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import { listEvents } from "../../src/domain/audit-trail/audit-trail.ts";
import { type Parameter, runStatement } from "../../src/domain/query.ts";
import { generateSecretKey, parseSecretKeys } from "../../src/domain/secrets/secret-keys.ts";
import { startPruning } from "../../src/storage/pruning.ts";
import { memoryDatabase } from "../support/memory-database.ts";
import { planOf } from "../support/plan-of.ts";
import { issueSession, issueToken } from "../support/sample-credential.ts";
import { stranger } from "../support/sample-occasion.ts";
import { sampleUser } from "../support/sample-user.ts";

const keys = parseSecretKeys(generateSecretKey());
const start = new Date("2026-05-01T12:00:00.123Z");
const DAY_MS = 24 * 60 * 60 * 1000;
const EVENT_MS = 30 * DAY_MS;

async function setUp(t: ExecutionContext, everyMs?: number) {
  const { orm } = await memoryDatabase(t);
  const clock = { now: start };
  const errors: unknown[] = [];
  const pruning = startPruning({
    fork: () => orm.em.fork(),
    now: () => clock.now,
    eventMs: EVENT_MS,
    onError: (error) => errors.push(error),
    ...(everyMs !== undefined && { everyMs }),
  });
  t.teardown(() => pruning.close());
  const sql = (text: string, ...parameters: Parameter[]) =>
    runStatement<Record<string, unknown>>(orm.em.fork(), text, parameters);
  const count = async (table: string) => (await sql(`select count(*) as rows from "${table}"`))[0]?.rows;
  /** Lets so much time go by since the start. */
  const after = (ms: number) => {
    clock.now = new Date(start.getTime() + ms);
  };
  return { orm, pruning, sql, count, after, errors };
}

test("expired tokens and sessions are deleted, also of a user who never comes back, and no other ones", async (t) => {
  const { orm, pruning, count, after } = await setUp(t);
  const em = orm.em.fork();
  const user = await sampleUser(em);
  const occasion = { name: "", now: start, ...stranger };
  const { entity: token } = await issueToken(em, keys, user, occasion);
  const { entity: session } = await issueSession(em, keys, user, occasion);
  const last = Math.max(token.expiresAt.getTime(), session.expiresAt.getTime()) - start.getTime();
  await pruning.run();
  t.deepEqual([await count("access_token"), await count("session")], [1, 1]);
  after(Math.min(token.expiresAt.getTime(), session.expiresAt.getTime()) - start.getTime() - 1);
  await pruning.run();
  t.deepEqual([await count("access_token"), await count("session")], [1, 1]);
  after(last);
  await pruning.run();
  t.deepEqual([await count("access_token"), await count("session")], [0, 0]);
});

test("answers of requests with an Idempotency-Key are deleted when they expire", async (t) => {
  const { pruning, sql, count, after } = await setUp(t);
  const expiry = start.getTime() + DAY_MS;
  const columns = "key, fingerprint, owner, claimed_at, expires_at, answer";
  const values = "values ('a', '', '', ?, ?, '{}'), ('b', '', '', ?, ?, null)";
  const times = [start, new Date(expiry), start, new Date(expiry + 1)];
  await sql(`insert into idempotency_key (${columns}) ${values}`, ...times);
  after(DAY_MS);
  await pruning.run();
  t.deepEqual(await sql("select key from idempotency_key"), [{ key: "b" }]);
  after(DAY_MS + 1);
  await pruning.run();
  t.is(await count("idempotency_key"), 0);
});

test("events are deleted when they are older than the setting, and their ids are not given again", async (t) => {
  const { orm, pruning, sql, after } = await setUp(t);
  const at = (days: number) => new Date(start.getTime() + days * DAY_MS);
  for (const days of [0, 1, 2]) {
    await sql("insert into event (at, kind, actor) values (?, 'login_failed', 'anonymous')", at(days));
  }
  after(EVENT_MS + DAY_MS);
  await pruning.run();
  t.deepEqual(
    (await listEvents(orm.em.fork())).map(({ id }) => id),
    [3],
  );
  after(EVENT_MS + 3 * DAY_MS);
  await pruning.run();
  await sql("insert into event (at, kind, actor) values (?, 'login_failed', 'anonymous')", at(40));
  t.deepEqual(
    (await listEvents(orm.em.fork())).map(({ id }) => id),
    [4],
  );
});

test("thousands of rows are deleted a few at a time, and others write in between", async (t) => {
  const { orm, pruning, sql, count, after } = await setUp(t);
  const many = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 2000)";
  await sql(`${many} insert into event (at, kind, actor) select ?, 'login_failed', 'anonymous' from n`, start);
  after(2 * EVENT_MS);
  const run = pruning.run();
  await runStatement(orm.em.fork(), "insert into event (at, kind, actor) values (?, 'login', 'cli')", [start]);
  t.true(Number(await count("event")) > 1_000);
  await run;
  t.is(await count("event"), 0);
});

test("an event of a clock that was ahead keeps none of the others", async (t) => {
  const { pruning, sql, count, after } = await setUp(t);
  const at = (days: number) => new Date(start.getTime() + days * DAY_MS);
  await sql("insert into event (at, kind, actor) values (?, 'login', 'cli'), (?, 'login', 'cli')", at(20_000), at(0));
  after(2 * EVENT_MS);
  await pruning.run();
  t.is(await count("event"), 1);
});

test("a run by the timer reports its error, and the next one goes on", async (t) => {
  const { sql, count, errors, after } = await setUp(t, 20);
  await sql('alter table "session" rename to "away"');
  for (let round = 0; round < 200 && errors.length === 0; round += 1) await sleep(10);
  t.regex(String(errors[0]), /session/);
  await sql('alter table "away" rename to "session"');
  await sql("insert into event (at, kind, actor) values (?, 'login', 'cli')", start);
  after(2 * EVENT_MS);
  for (let round = 0; round < 200 && (await count("event")) !== 0; round += 1) await sleep(10);
  t.is(await count("event"), 0);
});

test("expired rows are found by an index, however many others there are", async (t) => {
  const { orm } = await setUp(t);
  for (const table of ["access_token", "session", "idempotency_key"]) {
    const sql = `select id from "${table}" where expires_at <= ? order by expires_at limit 9`;
    t.regex(
      await planOf(orm.em.fork(), sql, [start]),
      new RegExp(`INDEX (Scan (using|on) )?${table}_expires_at_index`, "i"),
    );
  }
});
