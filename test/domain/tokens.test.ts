import test from "ava";
import { AccessToken } from "../../src/domain/access-token.ts";
import { generateSecretKey, parseSecretKeys } from "../../src/domain/secret-keys.ts";
import { authenticateSession, issueSession } from "../../src/domain/sessions.ts";
import {
  authenticateToken,
  issueToken,
  revokeAllAccess,
  revokeToken,
  TOKEN_LIFETIME_MS,
} from "../../src/domain/tokens.ts";
import { User } from "../../src/domain/user.ts";
import { memoryDatabase } from "../storage/memory-database.ts";
import { sampleUser } from "./sample-user.ts";

const keys = parseSecretKeys(generateSecretKey());
const now = new Date("2026-05-01T12:00:00.123Z");
const later = (ms: number) => new Date(now.getTime() + ms);

test("a token stands for its user until the moment it expires", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const user = await sampleUser(em);
  const { token, entity } = await issueToken(em, keys, user, { name: "laptop", now });
  t.deepEqual(await authenticateToken(orm.em.fork(), keys, token, now), {
    userId: user.id,
    email: "ada@example.org",
    credential: { kind: "token", id: entity.id },
  });
  t.deepEqual(entity.expiresAt, later(TOKEN_LIFETIME_MS));
  t.truthy(await authenticateToken(em, keys, token, later(TOKEN_LIFETIME_MS - 1)));
  t.is(await authenticateToken(em, keys, token, later(TOKEN_LIFETIME_MS)), null);
});

test("the database holds neither the token nor its secret", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const { token } = await issueToken(em, keys, await sampleUser(em), { name: "laptop", now });
  const row = JSON.stringify(await em.getConnection().execute('select * from "access_token"'));
  t.false(row.includes(token));
  t.false(row.includes(token.slice(28, 71)));
});

test("a secret with the id of another token stands for nobody", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const ada = await issueToken(em, keys, await sampleUser(em), { name: "", now });
  const bob = await issueToken(em, keys, await sampleUser(em, "bob@example.org"), { name: "", now });
  await em.nativeUpdate(AccessToken, { id: ada.entity.id }, { digest: bob.entity.digest });
  t.is(await authenticateToken(em, keys, ada.token, now), null);
  t.truthy(await authenticateToken(em, keys, bob.token, now));
});

test("a row that was changed in the database gives no token another user or a longer life", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const ada = await sampleUser(em);
  const { id } = await sampleUser(em, "bob@example.org");
  const given = await issueToken(em, keys, ada, { name: "", now });
  await em.nativeUpdate(AccessToken, { id: given.entity.id }, { user: id });
  t.is(await authenticateToken(em, keys, given.token, now), null);

  const prolonged = await issueToken(em, keys, ada, { name: "", now });
  await em.nativeUpdate(AccessToken, { id: prolonged.entity.id }, { expiresAt: later(2 * TOKEN_LIFETIME_MS) });
  t.is(await authenticateToken(em, keys, prolonged.token, now), null);
});

test("a revoked token is dead at once, and revoking it again is harmless", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const user = await sampleUser(em);
  const one = await issueToken(em, keys, user, { name: "", now });
  const other = await issueToken(em, keys, user, { name: "", now });
  await revokeToken(em, one.entity.id);
  await revokeToken(em, one.entity.id);
  t.is(await authenticateToken(em, keys, one.token, now), null);
  t.truthy(await authenticateToken(em, keys, other.token, now));
});

test("revoking all access ends every token and session of that user only, also one issued from what was known before", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const ada = await sampleUser(em);
  const token = await issueToken(em, keys, ada, { name: "", now });
  const session = await issueSession(em, keys, ada, { now });
  const bob = await issueToken(em, keys, await sampleUser(em, "bob@example.org"), { name: "", now });
  await revokeAllAccess(em, ada.id);
  const late = await issueToken(em, keys, { id: ada.id, generation: 0 }, { name: "", now });
  t.is(await authenticateToken(em, keys, token.token, now), null);
  t.is(await authenticateSession(em, keys, session.session, now), null);
  t.is(await authenticateToken(em, keys, late.token, now), null);
  t.truthy(await authenticateToken(em, keys, bob.token, now));
  const fresh = await orm.em.fork().findOneOrFail(User, ada.id);
  t.is(fresh.generation, 1);
  t.truthy(await authenticateToken(em, keys, (await issueToken(em, keys, fresh, { name: "", now })).token, now));
});

test("an inactive user's token stands for nobody", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const user = await sampleUser(em);
  const { token } = await issueToken(em, keys, user, { name: "", now });
  await em.nativeUpdate(User, { id: user.id }, { active: false });
  t.is(await authenticateToken(em, keys, token, now), null);
});

test("a token outlives the change to a newer key, until the old key is taken away", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const [old, next] = [generateSecretKey(), generateSecretKey()];
  const { token } = await issueToken(em, parseSecretKeys(old), await sampleUser(em), { name: "", now });
  t.truthy(await authenticateToken(em, parseSecretKeys(`${next},${old}`), token, now));
  t.is(await authenticateToken(em, parseSecretKeys(next), token, now), null);
});

test("a session's text is no token, and the other way round", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const user = await sampleUser(em);
  const { token } = await issueToken(em, keys, user, { name: "", now });
  const { session } = await issueSession(em, keys, user, { now });
  t.is(await authenticateToken(em, keys, session, now), null);
  t.is(await authenticateSession(em, keys, token, now), null);
});

test("issuing a token clears away what has expired of the same user", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const user = await sampleUser(em);
  await issueToken(em, keys, user, { name: "old", now, lifetimeMs: 1000 });
  await issueToken(em, keys, await sampleUser(em, "bob@example.org"), { name: "bob", now, lifetimeMs: 1000 });
  await issueToken(em, keys, user, { name: "new", now: later(1000) });
  const names = (await orm.em.fork().findAll(AccessToken)).map(({ name }) => name);
  t.deepEqual(names.sort(), ["bob", "new"]);
});

test("a token's name is made fit to be stored and shown", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const { entity } = await issueToken(em, keys, await sampleUser(em), {
    name: `a\0b\r\n${"💡".repeat(200)}\ud800`,
    now,
  });
  const stored = await orm.em.fork().findOneOrFail(AccessToken, entity.id);
  t.is(stored.name, `a b  ${"💡".repeat(95)}`);
});
