import test, { type ExecutionContext } from "ava";
import fc from "fast-check";
import { authenticateAccount, normaliseEmail, registerAccount } from "../../src/domain/accounts.ts";
import { DomainError, EmailRefused, EmailTaken, InvalidCredentials, PasswordRefused } from "../../src/domain/errors.ts";
import { createPasswordHasher } from "../../src/domain/password-pool.ts";
import { User } from "../../src/domain/user.ts";
import { memoryDatabase } from "../storage/memory-database.ts";
import { sampleUser } from "./sample-user.ts";

const now = new Date("2026-05-01T12:00:00.123Z");
const credentials = { email: "Ada@Example.org", password: "correct horse" };

const setUp = async (t: ExecutionContext) => {
  const { orm } = await memoryDatabase(t);
  const passwords = await createPasswordHasher({ cost: { ln: 4, r: 8, p: 1 } });
  t.teardown(() => passwords.close());
  return { orm, em: orm.em.fork(), passwords };
};

test("who registers can sign in, under any spelling of the address", async (t) => {
  const { orm, em, passwords } = await setUp(t);
  const user = await registerAccount(em, passwords, credentials, { now });
  t.like(user, { id: 1, email: "ada@example.org", active: true, generation: 0, createdAt: now });
  for (const email of ["ada@example.org", " ADA@EXAMPLE.ORG\n", "ａda＠example.org"]) {
    const signedIn = await authenticateAccount(orm.em.fork(), passwords, { ...credentials, email });
    t.is(signedIn.id, user.id, email);
  }
  t.deepEqual((await orm.em.fork().findOneOrFail(User, 1)).createdAt, now);
});

test("an address is taken once, however many ask for it at once", async (t) => {
  const { orm, passwords } = await setUp(t);
  const attempts = await Promise.allSettled(
    Array.from({ length: 20 }, (_, index) =>
      registerAccount(
        orm.em.fork(),
        passwords,
        { email: index % 2 === 0 ? "ada@example.org" : "ADA@EXAMPLE.ORG", password: `correct horse ${index}` },
        { now },
      ),
    ),
  );
  t.is(attempts.filter(({ status }) => status === "fulfilled").length, 1);
  for (const attempt of attempts) t.true(attempt.status === "fulfilled" || attempt.reason instanceof EmailTaken);
  t.is(await orm.em.fork().count(User), 1);
});

test("an entity manager whose registration failed can go on", async (t) => {
  const { em, passwords } = await setUp(t);
  await registerAccount(em, passwords, credentials, { now });
  await t.throwsAsync(registerAccount(em, passwords, credentials, { now }), { instanceOf: EmailTaken });
  const bob = await registerAccount(em, passwords, { ...credentials, email: "bob@example.org" }, { now });
  t.is(bob.email, "bob@example.org");
  t.is(await em.count(User), 2);
});

test("an address that could not be one is refused", async (t) => {
  const { em, passwords } = await setUp(t);
  const refused = [
    "",
    "ada",
    "@example.org",
    "ada@",
    "a@b@c",
    "a b@c",
    "a\0@c",
    "a\u200b@c",
    "a@c\ud800",
    `a@${"c".repeat(254)}`,
  ];
  for (const email of refused) {
    await t.throwsAsync(
      registerAccount(em, passwords, { ...credentials, email }, { now }),
      { instanceOf: EmailRefused },
      email,
    );
    await t.throwsAsync(
      authenticateAccount(em, passwords, { ...credentials, email }),
      { instanceOf: InvalidCredentials },
      email,
    );
  }
  t.is(await em.count(User), 0);
});

test("a password that breaks the policy makes no account", async (t) => {
  const { em, passwords } = await setUp(t);
  const attempt = registerAccount(em, passwords, { ...credentials, password: "x".repeat(14) }, { now, minLength: 15 });
  await t.throwsAsync(attempt, { instanceOf: PasswordRefused });
  t.is(await em.count(User), 0);
});

test("a wrong password, an unknown, an inactive and a passwordless user fail alike", async (t) => {
  const { em, orm, passwords } = await setUp(t);
  await registerAccount(em, passwords, credentials, { now });
  await registerAccount(em, passwords, { ...credentials, email: "bob@example.org" }, { now });
  await em.nativeUpdate(User, { email: "bob@example.org" }, { active: false });
  await sampleUser(em, "cleo@example.org");
  const attempts = [
    { ...credentials, password: "wrong horse" },
    { ...credentials, password: "" },
    { ...credentials, password: "\ud800" },
    ...["nobody", "bob", "cleo"].map((name) => ({ ...credentials, email: `${name}@example.org` })),
  ];
  const messages = new Set<string>();
  for (const attempt of attempts) {
    const error = await t.throwsAsync(authenticateAccount(orm.em.fork(), passwords, attempt), {
      instanceOf: InvalidCredentials,
    });
    messages.add(`${error.name}: ${error.message}`);
  }
  t.is(messages.size, 1);
});

test("a hash of lower cost is replaced at the next sign-in, a stronger one is left", async (t) => {
  const { em, orm, passwords } = await setUp(t);
  await registerAccount(em, passwords, credentials, { now });
  const stronger = await createPasswordHasher({ cost: { ln: 6, r: 8, p: 1 } });
  t.teardown(() => stronger.close());
  const stored = async () => (await orm.em.fork().findOneOrFail(User, 1)).passwordHash;
  await authenticateAccount(orm.em.fork(), stronger, credentials);
  const upgraded = await stored();
  t.regex(upgraded ?? "", /^\$scrypt\$ln=6,r=8,p=1\$/);
  await authenticateAccount(orm.em.fork(), passwords, credentials);
  t.is(await stored(), upgraded);
  t.truthy(await authenticateAccount(orm.em.fork(), stronger, credentials));
});

test("a password that was changed during a sign-in is not changed back by it", async (t) => {
  const { em, orm, passwords } = await setUp(t);
  await registerAccount(em, passwords, credentials, { now });
  const changed = await passwords.hash("another horse");
  const stronger = await createPasswordHasher({ cost: { ln: 6, r: 8, p: 1 } });
  t.teardown(() => stronger.close());
  const interrupted = {
    ...stronger,
    hash: async (password: string) => {
      await orm.em.fork().nativeUpdate(User, { id: 1 }, { passwordHash: changed });
      return stronger.hash(password);
    },
  };
  await authenticateAccount(orm.em.fork(), interrupted, credentials);
  t.is((await orm.em.fork().findOneOrFail(User, 1)).passwordHash, changed);
});

test("a full queue does not keep out who has signed in with an old hash", async (t) => {
  const { em, orm, passwords } = await setUp(t);
  await registerAccount(em, passwords, credentials, { now });
  const busy = await createPasswordHasher({ cost: { ln: 12, r: 8, p: 1 }, threads: 1, maxWaiting: 1 });
  t.teardown(() => busy.close());
  const others: Promise<string>[] = [];
  const verify: typeof busy.verify = async (...parameters) => {
    const valid = await busy.verify(...parameters);
    others.push(busy.hash("in the place"), busy.hash("in the line"));
    return valid;
  };
  t.truthy(await authenticateAccount(orm.em.fork(), { ...busy, verify }, credentials));
  t.regex((await orm.em.fork().findOneOrFail(User, 1)).passwordHash ?? "", /ln=4/);
  t.is((await Promise.all(others)).length, 2);
});

test("an aborted signal ends a registration before anything is stored", async (t) => {
  const { em, passwords } = await setUp(t);
  const signal = AbortSignal.abort(new Error("gone"));
  await t.throwsAsync(registerAccount(em, passwords, credentials, { now, signal }), { message: "gone" });
  await t.throwsAsync(authenticateAccount(em, passwords, credentials, signal), { message: "gone" });
  t.is(await em.count(User), 0);
});

test("a registration that the database fails is not called a taken address", async (t) => {
  const { em, orm, passwords } = await setUp(t);
  await orm.em.getConnection().execute('drop table "user_role"');
  await orm.em.getConnection().execute('alter table "user" rename to "former_user"');
  const error = await t.throwsAsync(registerAccount(em, passwords, credentials, { now }));
  t.false(error instanceof DomainError);
});

test("a normalised address stays as it is", (t) => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const once = normaliseEmail(text);
      t.is(normaliseEmail(once), once);
    }),
    { numRuns: 2000 },
  );
  t.is(normaliseEmail("H\u0331@example.org"), "\u1e96@example.org");
});
