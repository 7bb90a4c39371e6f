import test from "ava";
import { listEvents } from "../../../src/domain/audit-trail/audit-trail.ts";
import { Session } from "../../../src/domain/credentials/credential.ts";
import { deriveToken } from "../../../src/domain/credentials/derive-token.ts";
import { insertRows } from "../../../src/domain/query.ts";
import { generateSecretKey, parseSecretKeys } from "../../../src/domain/secrets/secret-keys.ts";
import { createUsageRecorder } from "../../../src/domain/usage/usage-recorder.ts";
import { memoryDatabase } from "../../support/memory-database.ts";
import {
  authenticateSession,
  authenticateToken,
  issueSession,
  issueToken,
  LIFETIMES,
  listTokens,
} from "../../support/sample-credential.ts";
import { stranger } from "../../support/sample-occasion.ts";
import { sampleUser } from "../../support/sample-user.ts";

const keys = parseSecretKeys(generateSecretKey());
const DAY = 24 * 60 * 60 * 1000;
const start = new Date("2026-05-01T12:00:00.123Z");

function day(number: number): Date {
  return new Date(start.getTime() + number * DAY);
}

test("a use of a token counts as use of the session that it was made with, and both expire unused at the same time", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const user = await sampleUser(em);
  const { session, entity } = await issueSession(em, keys, user, { name: "", now: start });
  const { token, view } = await deriveToken(
    orm.em.fork(),
    keys,
    { userId: user.id, credential: { kind: "session", id: entity.id } },
    { name: "", scopes: null, lifetimeMs: LIFETIMES.tokenMs },
    { now: start, ...stranger },
  );
  t.is(view.sessionId, entity.id);
  let now = start;
  const usage = createUsageRecorder({ fork: () => orm.em.fork(), now: () => now, onError: t.log });
  t.teardown(() => usage.close());
  for (now of [day(2), day(4), day(6)]) {
    const principal = await authenticateToken(orm.em.fork(), keys, token, now);
    t.is(principal?.userId, user.id, `${now}`);
    if (principal) usage.note(principal);
    await usage.flush();
  }
  t.deepEqual((await orm.em.fork().findOneOrFail(Session, entity.id)).lastUsedAt, day(6));
  const idle = day(6).getTime() + LIFETIMES.sessionIdleMs;
  for (const [at, alive] of [
    [new Date(idle - 1), true],
    [new Date(idle), false],
  ] as const) {
    t.is((await authenticateSession(orm.em.fork(), keys, session, at)) !== null, alive);
    t.is((await authenticateToken(orm.em.fork(), keys, token, at)) !== null, alive);
    t.is((await listTokens(orm.em.fork(), { userId: user.id, now: at })).length, alive ? 1 : 0);
  }
});

test("the sign-in for the 1,001st token ends the token that lay unused for longest, and the trail has it", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const user = await sampleUser(em);
  const issue = (at: Date) => issueToken(orm.em.fork(), keys, user, { name: "", now: at });
  const first = await issue(start);
  const sign = new Date(start.getTime() + 1);
  const others = Array.from({ length: 999 }, (_, index) => [
    String(index).padStart(22, "0"),
    user.id,
    0,
    "",
    "",
    sign,
    day(9),
    "",
    start,
  ]);
  const columns = "id, user_id, generation, digest, key_id, created_at, expires_at, name, authenticated_at";
  await insertRows(em, { into: `access_token (${columns})`, ending: "" }, others);
  t.is((await listTokens(orm.em.fork(), { userId: user.id, now: sign })).length, 1_000);
  await issue(sign);
  t.is(await authenticateToken(orm.em.fork(), keys, first.token, sign), null);
  t.is((await listTokens(orm.em.fork(), { userId: user.id, now: sign })).length, 1_000);
  const revoked = (await listEvents(orm.em)).filter(({ kind }) => kind === "token_revoked");
  t.deepEqual(
    revoked.map(({ credential, actor }) => [credential, actor]),
    [[`token:${first.entity.id}`, `user:${user.id}`]],
  );
});
