import { setTimeout as sleep } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import { AccessToken, Session } from "../../../src/domain/credentials/credential.ts";
import { generateSecretKey, parseSecretKeys } from "../../../src/domain/secrets/secret-keys.ts";
import { createUsageRecorder, type UsageRecorder } from "../../../src/domain/usage/usage-recorder.ts";
import { memoryDatabase } from "../../support/memory-database.ts";
import { issueSession, issueToken } from "../../support/sample-credential.ts";
import { stranger } from "../../support/sample-occasion.ts";
import { sampleUser } from "../../support/sample-user.ts";

const keys = parseSecretKeys(generateSecretKey());
const start = new Date("2026-05-01T12:00:00.123Z");

async function setUp(t: ExecutionContext, everyMs?: number) {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const occasion = { name: "", now: start, ...stranger };
  const user = await sampleUser(em);
  const token = (await issueToken(em, keys, user, occasion)).entity.id;
  const other = (await issueToken(em, keys, user, occasion)).entity.id;
  const session = (await issueSession(em, keys, user, occasion)).entity.id;
  const clock = { now: start };
  const errors: unknown[] = [];
  const recorder = createUsageRecorder({
    fork: () => orm.em.fork(),
    everyMs,
    now: () => clock.now,
    onError: (error) => errors.push(error),
  });
  t.teardown(() => recorder.close());
  const used = async () => ({
    token: (await orm.em.fork().findOneOrFail(AccessToken, token)).lastUsedAt,
    other: (await orm.em.fork().findOneOrFail(AccessToken, other)).lastUsedAt,
    session: (await orm.em.fork().findOneOrFail(Session, session)).lastUsedAt,
  });
  return { orm, token, session, clock, errors, recorder, used };
}

function note(recorder: UsageRecorder, kind: "token" | "session", id: string): void {
  recorder.note({ credential: { kind, id } });
}

test("the last use of each credential is written together, and nothing before that", async (t) => {
  const { token, session, clock, recorder, used } = await setUp(t);
  note(recorder, "token", token);
  clock.now = new Date(start.getTime() + 10);
  note(recorder, "token", token);
  note(recorder, "session", session);
  t.deepEqual(await used(), { token: null, other: null, session: null });
  await recorder.flush();
  t.deepEqual(await used(), { token: clock.now, other: null, session: clock.now });
});

test("an older use does not replace a newer one that another process has written", async (t) => {
  const { orm, token, recorder, used } = await setUp(t);
  const newer = new Date(start.getTime() + 10);
  await orm.em.fork().nativeUpdate(AccessToken, { id: token }, { lastUsedAt: newer });
  note(recorder, "token", token);
  await recorder.flush();
  t.deepEqual((await used()).token, newer);
});

test("a use that a clock has stored which was hours ahead gives way to one of now", async (t) => {
  const { token, session, clock, recorder, used } = await setUp(t);
  clock.now = new Date(start.getTime() + 3 * 24 * 60 * 60 * 1000);
  note(recorder, "token", token);
  note(recorder, "session", session);
  await recorder.flush();
  clock.now = start;
  note(recorder, "token", token);
  await recorder.flush();
  t.deepEqual((await used()).token, start);
});

test("uses are stored by the timer, and the last ones on closing", async (t) => {
  const { token, session, recorder, used } = await setUp(t, 20);
  note(recorder, "token", token);
  for (let round = 0; round < 200 && (await used()).token === null; round += 1) await sleep(10);
  t.deepEqual((await used()).token, start);
  note(recorder, "session", session);
  await recorder.close();
  t.deepEqual((await used()).session, start);
});

test("a closed recorder notes nothing more", async (t) => {
  const { token, recorder, used } = await setUp(t);
  await recorder.close();
  note(recorder, "token", token);
  await recorder.flush();
  t.is((await used()).token, null);
});

test("notes are kept for the next time after a failure, and the timer reports the error", async (t) => {
  const { orm, token, errors, recorder, used } = await setUp(t, 20);
  const run = (sql: string) => orm.em.getConnection().execute(sql);
  await run('alter table "access_token" rename to "away"');
  note(recorder, "token", token);
  await t.throwsAsync(recorder.flush(), { message: /access_token/ });
  for (let round = 0; round < 200 && errors.length === 0; round += 1) await sleep(10);
  t.regex(String(errors[0]), /access_token/);
  await run('alter table "away" rename to "access_token"');
  await recorder.flush();
  t.deepEqual((await used()).token, start);
});

test("notes of thousands of deleted credentials do no harm", async (t) => {
  const { token, recorder, used } = await setUp(t);
  for (let index = 0; index < 1000; index += 1) note(recorder, "token", `gone-${index}`);
  note(recorder, "token", token);
  await recorder.flush();
  t.deepEqual((await used()).token, start);
});

test("ten thousand uses are stored without waiting for the timer", async (t) => {
  const { token, recorder, used } = await setUp(t);
  note(recorder, "token", token);
  for (let index = 1; index < 10_000; index += 1) note(recorder, "token", `gone-${index}`);
  for (let round = 0; round < 500 && (await used()).token === null; round += 1) await sleep(10);
  t.deepEqual((await used()).token, start);
});

test("notes that come faster than they can be written are forgotten rather than piled up", async (t) => {
  const { token, session, recorder, used } = await setUp(t);
  note(recorder, "token", token);
  note(recorder, "session", session);
  // All in one turn of the event loop, so that none is stored in between.
  for (let index = 0; index < 20_000; index += 1) note(recorder, "token", `gone-${index}`);
  await recorder.flush();
  t.deepEqual(await used(), { token: null, other: null, session: start });
});
