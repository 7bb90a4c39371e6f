import test from "ava";
import fc from "fast-check";
import { listEvents } from "../../../src/domain/audit-trail/audit-trail.ts";
import { isPersistent } from "../../../src/domain/credentials/credential.ts";
import { SessionNotFound } from "../../../src/domain/credentials/errors.ts";
import { revokeAllOfKind, revokeCredential } from "../../../src/domain/credentials/revoke.ts";
import { csrfToken, csrfTokenMatches } from "../../../src/domain/credentials/text.ts";
import { generateSecretKey, parseSecretKeys } from "../../../src/domain/secrets/secret-keys.ts";
import { memoryDatabase } from "../../support/memory-database.ts";
import {
  authenticateSession,
  authenticateToken,
  issueSession,
  issueToken,
  LIFETIMES,
  listSessions,
} from "../../support/sample-credential.ts";
import { stranger } from "../../support/sample-occasion.ts";
import { sampleUser } from "../../support/sample-user.ts";

const keys = parseSecretKeys(generateSecretKey());
const now = new Date("2026-05-01T12:00:00.123Z");

test("a session stands for its user until it expires or is revoked", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const user = await sampleUser(em);
  const { session, entity } = await issueSession(em, keys, user, { name: "Firefox", now });
  t.deepEqual(await authenticateSession(orm.em.fork(), keys, session, now), {
    userId: user.id,
    email: "ada@example.org",
    credential: { kind: "session", id: entity.id },
    scopes: new Set(["account", "likes:write"]),
    authenticatedAt: now,
    factorAt: null,
    hasFactor: false,
  });
  const at = (ms: number, lifetimes?: { sessionIdleMs: number }) =>
    authenticateSession(em, keys, session, new Date(now.getTime() + ms), lifetimes);
  t.truthy(await at(LIFETIMES.sessionMs - 1, { sessionIdleMs: Number.POSITIVE_INFINITY }));
  t.is(await at(LIFETIMES.sessionMs, { sessionIdleMs: Number.POSITIVE_INFINITY }), null);
  t.truthy(await at(LIFETIMES.sessionIdleMs - 1));
  t.is(await at(LIFETIMES.sessionIdleMs), null);
  await revokeCredential(em, "session", { userId: user.id, id: entity.id }, { ...stranger, now });
  t.is(await authenticateSession(em, keys, session, now), null);
});

test("a session is persistent as it was issued, until it has ended", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const user = await sampleUser(em);
  const issue = async (persistent?: boolean) => {
    const how = { name: "Firefox", now, ...(persistent !== undefined && { persistent }) };
    return (await issueSession(em, keys, user, how)).entity.id;
  };
  const [unasked, persistent] = [await issue(), await issue(true)];
  t.false(await isPersistent(orm.em.fork(), unasked));
  t.true(await isPersistent(orm.em.fork(), persistent));
  await revokeAllOfKind(em, "session", user.id, { ...stranger, now });
  t.false(await isPersistent(orm.em.fork(), persistent));
});

test("a user sees and ends the own sessions by device, one or all, and nobody else's", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const [ada, bob] = [await sampleUser(em), await sampleUser(em, "bob@example.org")];
  const phone = await issueSession(em, keys, ada, { name: "Phone", now });
  const laptop = await issueSession(em, keys, ada, { name: "Laptop\n", now: new Date(now.getTime() + 1) });
  const token = await issueToken(em, keys, ada, { name: "script", now });
  const other = await issueSession(em, keys, bob, { name: "Bob's", now });
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
    const attempt = revokeCredential(em, "session", { userId: ada.id, id }, { ...stranger, now });
    await t.throwsAsync(attempt, { instanceOf: SessionNotFound });
  }
  await revokeCredential(em, "session", { userId: ada.id, id: phone.entity.id }, { ...stranger, now });
  t.is((await listSessions(em, { userId: principal.userId, current: [principal.credential], now })).length, 1);
  await revokeAllOfKind(em, "session", ada.id, { ...stranger, now });
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
