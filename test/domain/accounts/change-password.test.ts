import test, { type ExecutionContext } from "ava";
import { authenticateAccount } from "../../../src/domain/accounts/accounts.ts";
import { changePassword, setPassword } from "../../../src/domain/accounts/change-password.ts";
import { registerAccount } from "../../../src/domain/accounts/register.ts";
import { listEvents } from "../../../src/domain/audit-trail/audit-trail.ts";
import { InvalidCredentials, PasswordRefused, WrongPassword } from "../../../src/domain/passwords/errors.ts";
import type { PasswordHasher } from "../../../src/domain/passwords/password-hasher.ts";
import type { Principal } from "../../../src/domain/principal.ts";
import { verifyAgain } from "../../../src/domain/second-factor/codes.ts";
import { generateSecretKey, parseSecretKeys, type SecretKeys } from "../../../src/domain/secrets/secret-keys.ts";
import { UserNotFound } from "../../../src/domain/users/errors.ts";
import { User } from "../../../src/domain/users/user.ts";
import { createPasswordHasher } from "../../../src/hashing/hasher.ts";
import { memoryDatabase } from "../../support/memory-database.ts";
import {
  authenticateSession,
  authenticateToken,
  issueSession,
  issueToken,
  listSessions,
  listTokens,
} from "../../support/sample-credential.ts";
import { operator, stranger } from "../../support/sample-occasion.ts";

const keys = parseSecretKeys(generateSecretKey());
const now = new Date("2026-05-01T12:00:00.123Z");
const later = new Date(now.getTime() + 5_000);
const occasion = { name: "", now, ...stranger };
const [email, password, next] = ["ada@example.org", "correct horse", "battery staple"];

let passwords: PasswordHasher;
test.before(async () => {
  passwords = await createPasswordHasher({ cost: { ln: 4, r: 8, p: 1 } });
});
test.after.always(() => passwords.close());

async function setUp(t: ExecutionContext) {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const user = await registerAccount(em, passwords, { email, password }, occasion);
  const token = await issueToken(em, keys, user, occasion);
  const session = await issueSession(em, keys, user, occasion);
  const byToken = () => authenticateToken(orm.em.fork(), keys, token.token, now);
  const bySession = () => authenticateSession(orm.em.fork(), keys, session.session, now);
  const known = async (found: Promise<Principal | null>): Promise<Principal> => {
    const principal = await found;
    if (principal === null) throw new Error("not signed in");
    return principal;
  };
  return { orm, em, user, token, session, byToken, bySession, known };
}

test("a changed password ends every other token and session, and keeps the caller's of either kind", async (t) => {
  const { orm, user, byToken, bySession, known } = await setUp(t);
  const other = await issueToken(orm.em.fork(), keys, user, occasion);
  const principal = await known(byToken());
  await changePassword(orm.em.fork(), passwords, keys, { principals: [principal], current: password, next }, occasion);
  t.truthy(await byToken());
  t.is(await bySession(), null);
  t.is(await authenticateToken(orm.em.fork(), keys, other.token, now), null);
  t.is((await listTokens(orm.em.fork(), { userId: principal.userId, now })).length, 1);
  t.is((await orm.em.fork().findOneOrFail(User, user.id)).generation, 1);

  const again = await setUp(t);
  const cookie = await again.known(again.bySession());
  const request = { principals: [cookie] as const, current: password, next };
  await changePassword(again.orm.em.fork(), passwords, keys, request, occasion);
  t.truthy(await again.bySession());
  t.is(await again.byToken(), null);
  t.is((await listSessions(again.orm.em.fork(), { userId: cookie.userId, now })).length, 1);
});

test("the new password signs in and the old one does not; a token that is issued then works", async (t) => {
  const { orm, byToken, known } = await setUp(t);
  const principal = await known(byToken());
  await changePassword(orm.em.fork(), passwords, keys, { principals: [principal], current: password, next }, occasion);
  await t.throwsAsync(authenticateAccount(orm.em.fork(), passwords, { email, password }, occasion), {
    instanceOf: InvalidCredentials,
  });
  const user = await authenticateAccount(orm.em.fork(), passwords, { email, password: next }, occasion);
  const { token } = await issueToken(orm.em.fork(), keys, user, occasion);
  t.truthy(await authenticateToken(orm.em.fork(), keys, token, now));
  const [, , changed] = await listEvents(orm.em.fork(), { limit: 3 });
  t.like(changed, { kind: "password_changed", credential: `token:${principal.credential.id}` });
});

test("a kept credential is kept through many changes, a change of key, and no more than its own", async (t) => {
  const { orm, user, token, byToken, known } = await setUp(t);
  const principal = await known(byToken());
  const [newest] = parseSecretKeys(generateSecretKey());
  const ring: SecretKeys = [newest, ...keys];
  const spellings = [password, next, "staple battery", "horse correct"];
  for (const [index, current] of spellings.slice(0, -1).entries()) {
    const request = { principals: [principal] as const, current, next: spellings[index + 1] ?? "" };
    await changePassword(orm.em.fork(), passwords, ring, request, occasion);
    t.truthy(await authenticateToken(orm.em.fork(), ring, token.token, now));
  }
  // Without the key that signed its renewal the credential counts as one of an older generation.
  t.is(await byToken(), null);
  t.is((await orm.em.fork().findOneOrFail(User, user.id)).generation, 3);
});

test("a renewal cannot be written by hand, nor moved to another row or generation", async (t) => {
  const { orm, em, user, token, byToken, known } = await setUp(t);
  const principal = await known(byToken());
  await changePassword(orm.em.fork(), passwords, keys, { principals: [principal], current: password, next }, occasion);
  const run = (sql: string): Promise<{ renewal: string }[]> => em.getConnection().execute(sql);
  const [row] = await run("select renewal from access_token");
  t.regex(row?.renewal ?? "", /^1\.[0-9a-f]{8}\.[\w-]{43}$/);
  const late = await issueToken(em, keys, await orm.em.fork().findOneOrFail(User, user.id), occasion);
  await run(`update access_token set generation = 0 where id = '${late.entity.id}'`);
  await run(`update access_token set renewal = '${row?.renewal}'`);
  t.is(await authenticateToken(em, keys, late.token, now), null);
  t.truthy(await byToken());
  await run('update "user" set generation = 2');
  t.is(await byToken(), null);
  for (const renewal of [row?.renewal.replace("1.", "2."), "2", "2.", ""]) {
    await run(`update access_token set renewal = '${renewal}' where id = '${token.entity.id}'`);
    t.is(await byToken(), null);
  }
});

test("a change of password does not bring back a credential that ended while the change was under way", async (t) => {
  const { orm, em, token, byToken, known } = await setUp(t);
  const principal = await known(byToken());
  await em.getConnection().execute('update "user" set generation = 5');
  await changePassword(orm.em.fork(), passwords, keys, { principals: [principal], current: password, next }, occasion);
  t.is(await authenticateToken(orm.em.fork(), keys, token.token, now), null);
});

test("a wrong current password changes nothing and is in the trail", async (t) => {
  const { orm, byToken, bySession, known } = await setUp(t);
  const principal = await known(byToken());
  for (const current of ["wrong horse", "", "\ud800"]) {
    const attempt = changePassword(
      orm.em.fork(),
      passwords,
      keys,
      { principals: [principal], current, next },
      occasion,
    );
    await t.throwsAsync(attempt, { instanceOf: WrongPassword, message: "The password is wrong." });
  }
  t.truthy(await byToken());
  t.truthy(await bySession());
  const [last] = await listEvents(orm.em.fork());
  t.like(last, { kind: "verify_failed", userId: principal.userId, credential: `token:${principal.credential.id}` });
});

test("a new password must meet the policy, and must not be the current one", async (t) => {
  const { orm, byToken, known } = await setUp(t);
  const principal = await known(byToken());
  for (const weak of ["password1", "short", "ada@example.org", password, "ｃorrect horse"]) {
    const attempt = changePassword(
      orm.em.fork(),
      passwords,
      keys,
      { principals: [principal], current: password, next: weak },
      occasion,
    );
    await t.throwsAsync(attempt, { instanceOf: PasswordRefused }, weak);
  }
  t.truthy(await authenticateAccount(orm.em.fork(), passwords, { email, password }, occasion));
});

test("of two changes at once one wins, and its password is the one that signs in", async (t) => {
  const { orm, byToken, bySession, known } = await setUp(t);
  const askers = [await known(byToken()), await known(bySession())];
  const attempts = await Promise.allSettled(
    askers.map((principal, index) =>
      changePassword(
        orm.em.fork(),
        passwords,
        keys,
        { principals: [principal], current: password, next: `${next} ${index}` },
        occasion,
      ),
    ),
  );
  const won = attempts.findIndex(({ status }) => status === "fulfilled");
  t.is(attempts.filter(({ status }) => status === "fulfilled").length, 1);
  for (const attempt of attempts) t.true(attempt.status === "fulfilled" || attempt.reason instanceof WrongPassword);
  t.truthy(await authenticateAccount(orm.em.fork(), passwords, { email, password: `${next} ${won}` }, occasion));
  t.is((await byToken()) !== null, won === 0);
  t.is((await bySession()) !== null, won === 1);
});

test("proving the password makes the credential of the request fresh, and no other", async (t) => {
  const { orm, byToken, bySession, known } = await setUp(t);
  const principal = await known(byToken());
  const at = { ...occasion, now: later };
  await t.throwsAsync(
    verifyAgain(orm.em.fork(), passwords, { principals: [principal], password: "wrong horse", code: null }, at),
    {
      instanceOf: WrongPassword,
    },
  );
  t.deepEqual((await known(byToken())).authenticatedAt, now);
  await verifyAgain(orm.em.fork(), passwords, { principals: [principal], password, code: null }, at);
  t.deepEqual((await known(byToken())).authenticatedAt, later);
  t.deepEqual((await known(bySession())).authenticatedAt, now);
  const kinds = (await listEvents(orm.em.fork())).map(({ kind }) => kind);
  t.deepEqual(kinds.slice(0, 2), ["verified", "verify_failed"]);
});

test("an inactive user cannot prove the password", async (t) => {
  const { orm, em, byToken, known } = await setUp(t);
  const principal = await known(byToken());
  await em.getConnection().execute('update "user" set active = false');
  await t.throwsAsync(
    verifyAgain(orm.em.fork(), passwords, { principals: [principal], password, code: null }, occasion),
    {
      instanceOf: WrongPassword,
    },
  );
});

test("a password that the operator sets ends all tokens and sessions", async (t) => {
  const { orm, byToken, bySession } = await setUp(t);
  const at = { now, ...operator };
  await setPassword(orm.em.fork(), passwords, { email: "ADA@example.org", password: next }, at);
  t.is(await byToken(), null);
  t.is(await bySession(), null);
  t.truthy(await authenticateAccount(orm.em.fork(), passwords, { email, password: next }, occasion));
  t.like((await listEvents(orm.em.fork()))[0], { kind: "password_changed", actor: "cli", credential: null });
  await t.throwsAsync(setPassword(orm.em.fork(), passwords, { email, password: "password1" }, at), {
    instanceOf: PasswordRefused,
  });
  await t.throwsAsync(setPassword(orm.em.fork(), passwords, { email: "bob@example.org", password: next }, at), {
    instanceOf: UserNotFound,
  });
});
