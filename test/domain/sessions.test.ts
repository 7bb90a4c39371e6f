import test from "ava";
import fc from "fast-check";
import { generateSecretKey, parseSecretKeys } from "../../src/domain/secret-keys.ts";
import {
  authenticateSession,
  csrfToken,
  csrfTokenMatches,
  issueSession,
  revokeSession,
  SESSION_LIFETIME_MS,
} from "../../src/domain/sessions.ts";
import { memoryDatabase } from "../storage/memory-database.ts";
import { sampleUser } from "./sample-user.ts";

const keys = parseSecretKeys(generateSecretKey());
const now = new Date("2026-05-01T12:00:00.123Z");

test("a session stands for its user until it expires or is revoked", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const user = await sampleUser(em);
  const { session, entity } = await issueSession(em, keys, user, { now });
  t.deepEqual(await authenticateSession(orm.em.fork(), keys, session, now), {
    userId: user.id,
    email: "ada@example.org",
    credential: { kind: "session", id: entity.id },
  });
  t.is(await authenticateSession(em, keys, session, new Date(now.getTime() + SESSION_LIFETIME_MS)), null);
  await revokeSession(em, entity.id);
  t.is(await authenticateSession(em, keys, session, now), null);
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
