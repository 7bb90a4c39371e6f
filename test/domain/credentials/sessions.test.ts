import test from "ava";
import fc from "fast-check";
import { listEvents } from "../../../src/domain/audit-trail/audit-trail.ts";
import { SessionNotFound } from "../../../src/domain/credentials/errors.ts";
import {
  authenticateSession,
  csrfToken,
  csrfTokenMatches,
  isPersistent,
  issueSession,
  listSessions,
  revokeSession,
  revokeSessions,
  SESSION_IDLE_MS,
  SESSION_LIFETIME_MS,
} from "../../../src/domain/credentials/sessions.ts";
import { authenticateToken, issueToken } from "../../../src/domain/credentials/tokens.ts";
import { generateSecretKey, parseSecretKeys } from "../../../src/domain/secrets/secret-keys.ts";
import { memoryDatabase } from "../../support/memory-database.ts";
import { stranger } from "../../support/sample-origin.ts";
import { sampleUser } from "../../support/sample-user.ts";

const keys = parseSecretKeys(generateSecretKey());
const now = new Date("2026-05-01T12:00:00.123Z");

test("a session stands for its user until it expires or is revoked", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const user = await sampleUser(em);
  const { session, entity } = await issueSession(em, keys, user, { name: "Firefox", now, origin: stranger });
  t.deepEqual(await authenticateSession(orm.em.fork(), keys, session, now), {
    userId: user.id,
    email: "ada@example.org",
    credential: { kind: "session", id: entity.id },
    scopes: new Set(["account", "likes:write"]),
    authenticatedAt: now,
  });
  const at = (ms: number, idleMs?: number) =>
    authenticateSession(em, keys, session, new Date(now.getTime() + ms), idleMs);
  t.truthy(await at(SESSION_LIFETIME_MS - 1, Number.POSITIVE_INFINITY));
  t.is(await at(SESSION_LIFETIME_MS, Number.POSITIVE_INFINITY), null);
  t.truthy(await at(SESSION_IDLE_MS - 1));
  t.is(await at(SESSION_IDLE_MS), null);
  await revokeSession(em, { userId: user.id, id: entity.id, now, origin: stranger });
  t.is(await authenticateSession(em, keys, session, now), null);
});

test("a session knows whether its cookie outlives the browser, until it has ended", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const user = await sampleUser(em);
  const issue = async (persistent?: boolean) => {
    const how = { name: "Firefox", now, origin: stranger, ...(persistent !== undefined && { persistent }) };
    return (await issueSession(em, keys, user, how)).entity.id;
  };
  const [unasked, persistent] = [await issue(), await issue(true)];
  t.false(await isPersistent(orm.em.fork(), unasked));
  t.true(await isPersistent(orm.em.fork(), persistent));
  await revokeSessions(em, { userId: user.id, now, origin: stranger });
  t.false(await isPersistent(orm.em.fork(), persistent));
});

test("a user sees and ends the own sessions by device, one or all, and nobody else's", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const [ada, bob] = [await sampleUser(em), await sampleUser(em, "bob@example.org")];
  const origin = stranger;
  const phone = await issueSession(em, keys, ada, { name: "Phone", now, origin });
  const laptop = await issueSession(em, keys, ada, { name: "Laptop\n", now: new Date(now.getTime() + 1), origin });
  const token = await issueToken(em, keys, ada, { name: "script", now, origin });
  const other = await issueSession(em, keys, bob, { name: "Bob's", now, origin });
  const principal = { userId: ada.id, credential: { kind: "session", id: phone.entity.id } } as const;
  const listed = await listSessions(em, { userId: principal.userId, current: [principal.credential], now });
  t.deepEqual(
    listed.map(({ name, scopes, current }) => ({ name, scopes, current })),
    [
      { name: "Laptop", scopes: null, current: false },
      { name: "Phone", scopes: null, current: true },
    ],
  );
  for (const id of [other.entity.id, token.entity.id]) {
    const attempt = revokeSession(em, { userId: ada.id, id, now, origin });
    await t.throwsAsync(attempt, { instanceOf: SessionNotFound });
  }
  await revokeSession(em, { userId: ada.id, id: phone.entity.id, now, origin });
  t.is((await listSessions(em, { userId: principal.userId, current: [principal.credential], now })).length, 1);
  await revokeSessions(em, { userId: ada.id, now, origin });
  t.is(await authenticateSession(em, keys, laptop.session, now), null);
  t.truthy(await authenticateToken(em, keys, token.token, now));
  t.truthy(await authenticateSession(em, keys, other.session, now));
  const ended = (await listEvents(em, { userId: ada.id })).filter(({ kind }) => kind === "session_revoked");
  t.deepEqual(
    ended.map(({ credential }) => credential),
    [laptop, phone].map(({ entity }) => `session:${entity.id}`),
  );
});

test("a CSRF token matches its session only, and outlives the change to a newer key", (t) => {
  const token = csrfToken(keys, "one");
  t.regex(token, /^[\w-]{43}$/);
  t.true(csrfTokenMatches(keys, "one", token));
  t.false(csrfTokenMatches(keys, "two", token));
  t.false(csrfTokenMatches(parseSecretKeys(generateSecretKey()), "one", token));
  const [old, next] = [generateSecretKey(), generateSecretKey()];
  const rotated = parseSecretKeys(`${next},${old}`);
  t.true(csrfTokenMatches(rotated, "one", csrfToken(parseSecretKeys(old), "one")));
});

test("no other text is the CSRF token of a session", (t) => {
  const token = csrfToken(keys, "one");
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => t.false(csrfTokenMatches(keys, "one", text))));
  for (const text of ["", `${token}=`, ` ${token}`, token.slice(1), `${token}A`])
    t.false(csrfTokenMatches(keys, "one", text));
});
