import test from "ava";
import { grantRole, revokeRole } from "../../../src/domain/accounts/roles.ts";
import { listEvents } from "../../../src/domain/audit-trail/audit-trail.ts";
import { AccessToken } from "../../../src/domain/credentials/credential.ts";
import { TokenNotFound } from "../../../src/domain/credentials/errors.ts";
import { revokeCredential } from "../../../src/domain/credentials/revoke.ts";
import { insertRows } from "../../../src/domain/query.ts";
import { ScopeUnknown } from "../../../src/domain/scope.ts";
import { generateSecretKey, parseSecretKeys } from "../../../src/domain/secrets/secret-keys.ts";
import { User } from "../../../src/domain/users/user.ts";
import { memoryDatabase } from "../../support/memory-database.ts";
import {
  authenticateSession,
  authenticateToken,
  issueSession,
  issueToken,
  LIFETIMES,
  listTokens,
} from "../../support/sample-credential.ts";
import { operator, stranger } from "../../support/sample-occasion.ts";
import { sampleUser } from "../../support/sample-user.ts";

const keys = parseSecretKeys(generateSecretKey());
const now = new Date("2026-05-01T12:00:00.123Z");

function later(ms: number): Date {
  return new Date(now.getTime() + ms);
}

test("a token stands for its user until the moment it expires", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const user = await sampleUser(em);
  const { token, entity } = await issueToken(em, keys, user, { name: "laptop", now });
  t.deepEqual(await authenticateToken(orm.em.fork(), keys, token, now), {
    userId: user.id,
    email: "ada@example.org",
    credential: { kind: "token", id: entity.id },
    scopes: new Set(["account", "likes:write"]),
    authenticatedAt: now,
    factorAt: null,
    hasFactor: false,
  });
  t.deepEqual(entity.expiresAt, later(LIFETIMES.tokenMs));
  t.truthy(
    await authenticateToken(em, keys, token, later(LIFETIMES.tokenMs - 1), { tokenIdleMs: Number.POSITIVE_INFINITY }),
  );
  t.is(
    await authenticateToken(em, keys, token, later(LIFETIMES.tokenMs), { tokenIdleMs: Number.POSITIVE_INFINITY }),
    null,
  );
});

test("an unused token expires sooner, and each use postpones that", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const { token, entity } = await issueToken(em, keys, await sampleUser(em), { name: "", now });
  t.truthy(await authenticateToken(em, keys, token, later(LIFETIMES.tokenIdleMs - 1)));
  t.is(await authenticateToken(em, keys, token, later(LIFETIMES.tokenIdleMs)), null);
  await em.nativeUpdate(AccessToken, { id: entity.id }, { lastUsedAt: later(5) });
  t.truthy(await authenticateToken(em, keys, token, later(LIFETIMES.tokenIdleMs + 4)));
  t.is(await authenticateToken(em, keys, token, later(LIFETIMES.tokenIdleMs + 5)), null);
  t.is(await authenticateToken(em, keys, token, later(1000), { tokenIdleMs: 995 }), null);
});

test("the database holds neither the token nor its secret", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const { token } = await issueToken(em, keys, await sampleUser(em), { name: "laptop", now });
  const row = JSON.stringify(await em.getConnection().execute('select * from "access_token"'));
  t.false(row.includes(token));
  t.false(row.includes(token.slice(28, 71)));
});

test("a secret with the id of another token is not authenticated", async (t) => {
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
  await em.nativeUpdate(AccessToken, { id: prolonged.entity.id }, { expiresAt: later(2 * LIFETIMES.tokenMs) });
  t.is(await authenticateToken(em, keys, prolonged.token, now), null);
});

test("a revoked token ends at once, cannot be revoked again, and is in the trail", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const user = await sampleUser(em);
  const one = await issueToken(em, keys, user, { name: "", now });
  const other = await issueToken(em, keys, user, { name: "", now });
  await revokeCredential(em, "token", { userId: user.id, id: one.entity.id }, { ...stranger, now });
  await t.throwsAsync(revokeCredential(em, "token", { userId: user.id, id: one.entity.id }, { ...stranger, now }), {
    instanceOf: TokenNotFound,
  });
  t.is(await authenticateToken(em, keys, one.token, now), null);
  t.truthy(await authenticateToken(em, keys, other.token, now));
  const [last, ...before] = await listEvents(em, { userId: user.id });
  t.like(last, { kind: "token_revoked", credential: `token:${one.entity.id}`, at: now, address: "192.0.2.7" });
  t.deepEqual(
    before.map(({ kind, actor, credential }) => ({ kind, actor, credential })),
    [other, one].map(({ entity }) => ({ kind: "login", actor: `user:${user.id}`, credential: `token:${entity.id}` })),
  );
});

test("the token of another user, or an id that no token has, cannot be revoked", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const ada = await issueToken(em, keys, await sampleUser(em), { name: "", now });
  const bob = await sampleUser(em, "bob@example.org");
  for (const id of [ada.entity.id, "", "\0", "' or 1=1 --", "x".repeat(22)]) {
    await t.throwsAsync(
      revokeCredential(em, "token", { userId: bob.id, id }, { ...stranger, now }),
      { instanceOf: TokenNotFound },
      id,
    );
  }
  t.truthy(await authenticateToken(em, keys, ada.token, now));
  t.deepEqual(await listEvents(em, { userId: bob.id }), []);
});

test("a user's list of tokens has the valid ones, newest first, and nothing of a secret", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const user = await sampleUser(em);
  await issueToken(em, keys, user, { name: "short", now, lifetimeMs: 1000 });
  const idle = await issueToken(em, keys, user, { name: "idle", now });
  const used = await issueToken(em, keys, user, { name: "used", now });
  await em.nativeUpdate(AccessToken, { id: used.entity.id }, { lastUsedAt: later(9_000) });
  await issueToken(em, keys, await sampleUser(em, "bob@example.org"), { name: "bob", now: later(1000) });
  const narrow = await issueToken(em, keys, user, { name: "narrow", scopes: ["account"], now: later(2000) });
  const asked = {
    userId: user.id,
    current: [{ kind: "token", id: used.entity.id }],
    now: later(10_000),
  } as const;
  t.deepEqual(await listTokens(em, { ...asked, tokenIdleMs: 9_500 }), [
    {
      id: narrow.entity.id,
      name: "narrow",
      createdAt: later(2000),
      lastUsedAt: null,
      expiresAt: later(2000 + LIFETIMES.tokenMs),
      scopes: ["account"],
      sessionId: null,
      tokenKind: "access",
      current: false,
    },
    {
      id: used.entity.id,
      name: "used",
      createdAt: now,
      lastUsedAt: later(9_000),
      expiresAt: later(LIFETIMES.tokenMs),
      scopes: null,
      sessionId: null,
      tokenKind: "access",
      current: true,
    },
  ]);
  t.true((await listTokens(em, asked)).some(({ id }) => id === idle.entity.id));
  await em.nativeUpdate(User, { id: user.id }, { generation: 1 });
  t.deepEqual(await listTokens(em, asked), []);
});

test("a narrowed token may do only what it names and its owner may", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const user = await sampleUser(em);
  const scopesOf = async (scopes: string[] | null) => {
    const { token } = await issueToken(em, keys, user, { name: "", scopes, now });
    return [...((await authenticateToken(em, keys, token, now))?.scopes ?? ["nobody"])].sort();
  };
  t.deepEqual(await scopesOf(null), ["account", "likes:write"]);
  t.deepEqual(await scopesOf(["likes:write"]), ["likes:write"]);
  t.deepEqual(await scopesOf(["articles:write", "account"]), ["account"]);
  t.deepEqual(await scopesOf([]), []);
  await grantRole(em, { email: user.email, role: "author" }, { now, ...operator });
  t.deepEqual(await scopesOf(null), ["account", "articles:write", "likes:write"]);
  t.deepEqual(await scopesOf(["articles:write", "account"]), ["account", "articles:write"]);
  await t.throwsAsync(issueToken(em, keys, user, { name: "", scopes: ["admin"], now }), {
    instanceOf: ScopeUnknown,
  });
});

test("a role counts for a token from the next request on, and no longer than it is held", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const user = await sampleUser(em);
  const { token } = await issueToken(em, keys, user, { name: "", now });
  const mayWrite = async () => (await authenticateToken(em, keys, token, now))?.scopes.has("articles:write");
  t.false(await mayWrite());
  await grantRole(em, { email: user.email, role: "author" }, { now, ...operator });
  t.true(await mayWrite());
  await revokeRole(em, { email: user.email, role: "author" }, { now, ...operator });
  t.false(await mayWrite());
});

test("a token whose scopes were widened in the database is not authenticated", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const user = await sampleUser(em);
  for (const scopes of [null, "", "account likes:write"]) {
    const { token, entity } = await issueToken(em, keys, user, { name: "", scopes: ["account"], now });
    await em.nativeUpdate(AccessToken, { id: entity.id }, { scopes });
    t.is(await authenticateToken(em, keys, token, now), null);
  }
});

test("endless sign-ins keep the thousand tokens that were used last", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const user = await sampleUser(em);
  const unused = await issueToken(em, keys, user, { name: "", now });
  const used = await issueToken(em, keys, user, { name: "", now });
  await em.nativeUpdate(AccessToken, { id: used.entity.id }, { lastUsedAt: later(1999) });
  const others = Array.from({ length: 998 }, (_, index) => [
    String(index).padStart(22, "0"),
    user.id,
    0,
    "d",
    "k",
    new Date(now.getTime() + 1 + index),
    later(1e9),
    "",
    now,
  ]);
  const columns = "id, user_id, generation, digest, key_id, created_at, expires_at, name, authenticated_at";
  await insertRows(em, { into: `"access_token" (${columns})`, ending: "" }, others);
  t.is(await em.count(AccessToken), 1000);
  const last = await issueToken(em, keys, user, { name: "", now: later(2000) });
  t.is(await em.count(AccessToken), 1000);
  t.is(await authenticateToken(em, keys, unused.token, later(2000)), null);
  t.truthy(await authenticateToken(em, keys, used.token, later(2000)));
  t.truthy(await authenticateToken(em, keys, last.token, later(2000)));
});

test("an inactive user's token is not authenticated", async (t) => {
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
  const { session } = await issueSession(em, keys, user, { name: "", now });
  t.is(await authenticateToken(em, keys, session, now), null);
  t.is(await authenticateSession(em, keys, token, now), null);
});

test("issuing a token deletes the expired ones of the same user", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const user = await sampleUser(em);
  await issueToken(em, keys, user, { name: "old", now, lifetimeMs: 1000 });
  await issueToken(em, keys, await sampleUser(em, "bob@example.org"), { name: "bob", now, lifetimeMs: 1000 });
  await issueToken(em, keys, user, { name: "new", now: later(1000) });
  const names = (await orm.em.fork().findAll(AccessToken)).map(({ name }) => name);
  t.deepEqual(names.sort(), ["bob", "new"]);
});

test("a token's name is cut to one line of 100 characters of well-formed text", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const { entity } = await issueToken(em, keys, await sampleUser(em), {
    name: `a\0b\r\n${"💡".repeat(200)}\ud800`,
    now,
  });
  const stored = await orm.em.fork().findOneOrFail(AccessToken, entity.id);
  t.is(stored.name, `a b  ${"💡".repeat(95)}`);
});
