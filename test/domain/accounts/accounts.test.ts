import test, { type ExecutionContext } from "ava";
import fc from "fast-check";
import { activateAccount, authenticateAccount, deactivateAccount } from "../../../src/domain/accounts/accounts.ts";
import { EmailRefused, EmailTaken } from "../../../src/domain/accounts/errors.ts";
import { registerAccount } from "../../../src/domain/accounts/register.ts";
import { listEvents } from "../../../src/domain/audit-trail/audit-trail.ts";
import { DomainError } from "../../../src/domain/domain-error.ts";
import { InvalidCredentials, PasswordRefused } from "../../../src/domain/passwords/errors.ts";
import type { PasswordHasher } from "../../../src/domain/passwords/password-hasher.ts";
import { generateSecretKey, parseSecretKeys } from "../../../src/domain/secrets/secret-keys.ts";
import { isUsableEmail, normaliseEmail } from "../../../src/domain/users/email.ts";
import { UserNotFound } from "../../../src/domain/users/errors.ts";
import { User } from "../../../src/domain/users/user.ts";
import { createPasswordHasher } from "../../../src/hashing/hasher.ts";
import { memoryDatabase } from "../../support/memory-database.ts";
import { authenticateToken, issueToken } from "../../support/sample-credential.ts";
import { heardStranger, operator, stranger } from "../../support/sample-occasion.ts";
import { sampleUser } from "../../support/sample-user.ts";

const now = new Date("2026-05-01T12:00:00.123Z");
const credentials = { email: "Ada@Example.org", password: "correct horse" };

let passwords: PasswordHasher;
test.before(async () => {
  passwords = await createPasswordHasher({ cost: { ln: 4, r: 8, p: 1 } });
});
test.after.always(() => passwords.close());

async function setUp(t: ExecutionContext) {
  const { orm } = await memoryDatabase(t);
  return { orm, em: orm.em.fork() };
}

test("a registered user can sign in, under any spelling of the address", async (t) => {
  const { orm, em } = await setUp(t);
  const user = await registerAccount(em, passwords, credentials, { now, ...stranger });
  t.like(user, { id: 1, email: "ada@example.org", active: true, generation: 0, createdAt: now });
  for (const email of ["ada@example.org", " ADA@EXAMPLE.ORG\n", "ａda＠example.org"]) {
    const signedIn = await authenticateAccount(
      orm.em.fork(),
      passwords,
      { ...credentials, email },
      { now, ...stranger },
    );
    t.is(signedIn.id, user.id, email);
  }
  t.deepEqual((await orm.em.fork().findOneOrFail(User, 1)).createdAt, now);
});

test("an address is taken once, however many ask for it at once", async (t) => {
  const { orm } = await setUp(t);
  const attempts = await Promise.allSettled(
    Array.from({ length: 20 }, (_, index) =>
      registerAccount(
        orm.em.fork(),
        passwords,
        { email: index % 2 === 0 ? "ada@example.org" : "ADA@EXAMPLE.ORG", password: `correct horse ${index}` },
        { now, ...stranger },
      ),
    ),
  );
  t.is(attempts.filter(({ status }) => status === "fulfilled").length, 1);
  for (const attempt of attempts) t.true(attempt.status === "fulfilled" || attempt.reason instanceof EmailTaken);
  t.is(await orm.em.fork().count(User), 1);
});

test("an entity manager whose registration failed can go on", async (t) => {
  const { em } = await setUp(t);
  await registerAccount(em, passwords, credentials, { now, ...stranger });
  await t.throwsAsync(registerAccount(em, passwords, credentials, { now, ...stranger }), { instanceOf: EmailTaken });
  const bob = await registerAccount(em, passwords, { ...credentials, email: "bob@example.org" }, { now, ...stranger });
  t.is(bob.email, "bob@example.org");
  t.is(await em.count(User), 2);
});

test("an address that could not be one is refused", async (t) => {
  const { em } = await setUp(t);
  const refused = [
    "",
    "ada",
    "@example.org",
    "ada@",
    "a@b@c",
    "a b@c",
    "a\0@c",
    "a\u200b@c",
    "a\ufe0f@c",
    "a@c\u034f",
    "\u3164a@c",
    "a@c\u{e0100}",
    "a@c\ud800",
    `a@${"c".repeat(254)}`,
  ];
  for (const email of refused) {
    await t.throwsAsync(
      registerAccount(em, passwords, { ...credentials, email }, { now, ...stranger }),
      { instanceOf: EmailRefused },
      email,
    );
    await t.throwsAsync(
      authenticateAccount(em, passwords, { ...credentials, email }, { now, ...stranger }),
      { instanceOf: InvalidCredentials },
      email,
    );
  }
  t.is(await em.count(User), 0);
});

test("a password that breaks the policy makes no account", async (t) => {
  const { em } = await setUp(t);
  const attempt = registerAccount(
    em,
    passwords,
    { ...credentials, password: "x".repeat(14) },
    { now, ...stranger, minLength: 15 },
  );
  await t.throwsAsync(attempt, { instanceOf: PasswordRefused });
  t.is(await em.count(User), 0);
});

test("a wrong password, an unknown, an inactive and a passwordless user fail alike", async (t) => {
  const { em, orm } = await setUp(t);
  await registerAccount(em, passwords, credentials, { now, ...stranger });
  await registerAccount(em, passwords, { ...credentials, email: "bob@example.org" }, { now, ...stranger });
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
    const error = await t.throwsAsync(authenticateAccount(orm.em.fork(), passwords, attempt, { now, ...stranger }), {
      instanceOf: InvalidCredentials,
    });
    messages.add(`${error.name}: ${error.message}`);
  }
  t.is(messages.size, 1);
});

test("a hash of lower cost is replaced at the next sign-in, a stronger one is left", async (t) => {
  const { em, orm } = await setUp(t);
  await registerAccount(em, passwords, credentials, { now, ...stranger });
  const stronger = await createPasswordHasher({ cost: { ln: 6, r: 8, p: 1 } });
  t.teardown(() => stronger.close());
  const stored = async () => (await orm.em.fork().findOneOrFail(User, 1)).passwordHash;
  await authenticateAccount(orm.em.fork(), stronger, credentials, { now, ...stranger });
  const upgraded = await stored();
  t.regex(upgraded ?? "", /^\$scrypt\$ln=6,r=8,p=1\$/);
  await authenticateAccount(orm.em.fork(), passwords, credentials, { now, ...stranger });
  t.is(await stored(), upgraded);
  t.truthy(await authenticateAccount(orm.em.fork(), stronger, credentials, { now, ...stranger }));
});

test("a password that was changed during a sign-in is not changed back by it", async (t) => {
  const { em, orm } = await setUp(t);
  await registerAccount(em, passwords, credentials, { now, ...stranger });
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
  await authenticateAccount(orm.em.fork(), interrupted, credentials, { now, ...stranger });
  t.is((await orm.em.fork().findOneOrFail(User, 1)).passwordHash, changed);
});

test("a full queue fails no sign-in whose hash would be replaced", async (t) => {
  const { em, orm } = await setUp(t);
  await registerAccount(em, passwords, credentials, { now, ...stranger });
  const busy = await createPasswordHasher({ cost: { ln: 12, r: 8, p: 1 }, threads: 1, maxWaiting: 1 });
  t.teardown(() => busy.close());
  const others: Promise<string>[] = [];
  const verify: typeof busy.verify = async (...parameters) => {
    const valid = await busy.verify(...parameters);
    others.push(busy.hash("in the place"), busy.hash("in the line"));
    return valid;
  };
  t.truthy(await authenticateAccount(orm.em.fork(), { ...busy, verify }, credentials, { now, ...stranger }));
  t.regex((await orm.em.fork().findOneOrFail(User, 1)).passwordHash ?? "", /ln=4/);
  t.is((await Promise.all(others)).length, 2);
});

test("an aborted signal ends a registration before anything is stored", async (t) => {
  const { em } = await setUp(t);
  const signal = AbortSignal.abort(new Error("gone"));
  await t.throwsAsync(registerAccount(em, passwords, credentials, { now, ...stranger, signal }), { message: "gone" });
  await t.throwsAsync(authenticateAccount(em, passwords, credentials, { now, ...stranger, signal }), {
    message: "gone",
  });
  t.is(await em.count(User), 0);
});

test("an error of the database during a registration is not reported as a taken address", async (t) => {
  const { em, orm } = await setUp(t);
  await orm.em.getConnection().execute('drop table "user_role"');
  await orm.em.getConnection().execute('alter table "user" rename to "former_user"');
  const error = await t.throwsAsync(registerAccount(em, passwords, credentials, { now, ...stranger }));
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
  const label = fc.oneof(fc.string({ unit: "binary", maxLength: 5 }), fc.stringMatching(/^xn--[a-z0-9-]{1,8}$/));
  fc.assert(
    fc.property(fc.array(label, { maxLength: 3 }), fc.constantFrom(".", "\u3002", "\uff61"), (labels, dot) => {
      const once = normaliseEmail(`ada@${labels.join(dot)}`);
      t.is(normaliseEmail(once), once);
    }),
    { numRuns: 2000 },
  );
  t.is(normaliseEmail("H\u0331@example.org"), "\u1e96@example.org");
  for (const email of ["σας@example.org", "ΣΑΣ@example.org", "Σας@EXAMPLE.org", "\u{1d6d3}α\u03f2@example.org"]) {
    t.is(normaliseEmail(email), "σασ@example.org", email);
  }
});

// The spellings of one address on different keyboards and phones, and look-alikes that a stranger could register.
function spelling(address: string): fc.Arbitrary<string> {
  const letters = [...address].map((letter) => {
    const code = letter.charCodeAt(0);
    const wide = code > 0x20 && code < 0x7f ? String.fromCharCode(code + 0xfee0) : letter;
    return fc.constantFrom(letter, letter.toUpperCase(), wide, wide.toUpperCase(), letter.normalize("NFD"));
  });
  const space = fc.constantFrom("", " ", "\t", "\u3000");
  return fc.tuple(space, fc.tuple(...letters), space).map(([before, text, after]) => before + text.join("") + after);
}

test("every spelling of an address is one identity: case, normal form, full width, white space around it", (t) => {
  for (const address of ["ada.lovelace+k@example.org", "zoë@exämple.org", "x_y-z@a1.io"]) {
    fc.assert(fc.property(spelling(address), (spelled) => t.is(normaliseEmail(spelled), address)));
  }
});

test("a domain is one identity in its own script and in the ASCII form of it, with every full stop", (t) => {
  for (const domain of [
    "b\u00fccher.example",
    "xn--bcher-kva.example",
    "XN--BCHER-KVA.Example",
    "xn--bcher-kva\u3002example",
    "\uff58n--bcher-kva\uff61example",
  ]) {
    t.is(normaliseEmail(`Ada@${domain}`), "ada@b\u00fccher.example", domain);
  }
  // Two letters of one name in Greek, whose small sigmas are one here.
  t.is(normaliseEmail("ada@xn--3xab.gr"), normaliseEmail("ada@\u03a3\u03a3.gr"));
  // Only the part after the last @ is a domain.
  t.is(normaliseEmail("xn--bcher-kva@example.org"), "xn--bcher-kva@example.org");
  t.is(normaliseEmail("a\u3002b@example.org"), "a\u3002b@example.org");
});

test("no account has an address whose domain is none, or another spelling of one", (t) => {
  const unusable = [
    "",
    ".",
    "a..b",
    ".a",
    "a.",
    "-a.b",
    "a-.b",
    "a.b-",
    "a/b.c",
    "a%41.b",
    "a?b",
    "a#b",
    "a:80",
    "a!b",
    "a'b",
  ];
  for (const domain of [...unusable, "xn--.example", "xn--a.example", `${"x".repeat(64)}.example`]) {
    t.false(isUsableEmail(normaliseEmail(`ada@${domain}`)), domain);
  }
  for (const domain of [
    "localhost",
    "a-b.c",
    "a--b.c",
    "a_b.c",
    "1.2.3.4",
    "3com.example",
    "\u4f8b\u5b50.\u5e7f\u544a",
  ]) {
    t.true(isUsableEmail(normaliseEmail(`ada@${domain}`)), domain);
  }
});

test("addresses of plain letters that differ in more than case are different identities", (t) => {
  const local = fc.stringMatching(/^[a-z0-9.+_-]{1,20}$/);
  fc.assert(
    fc.property(local, local, (one, other) => {
      const same = normaliseEmail(`${one}@example.org`) === normaliseEmail(`${other}@example.org`);
      t.is(same, one === other);
    }),
  );
});

test("registrations of many spellings of one address at once make one account, and any of them signs in", async (t) => {
  const { orm } = await setUp(t);
  const spellings = fc.sample(spelling("ada@example.org"), 12);
  const attempts = await Promise.allSettled(
    spellings.map((email) =>
      registerAccount(orm.em.fork(), passwords, { ...credentials, email }, { now, ...stranger }),
    ),
  );
  t.is(attempts.filter(({ status }) => status === "fulfilled").length, 1);
  t.is(await orm.em.fork().count(User), 1);
  for (const email of spellings) {
    t.is((await authenticateAccount(orm.em.fork(), passwords, { ...credentials, email }, { now, ...stranger })).id, 1);
  }
});

test("a registration and a failed sign-in are in the trail, without e-mail address or password, and logged once stored", async (t) => {
  const { em, orm } = await setUp(t);
  const someone = heardStranger(now);
  await registerAccount(em, passwords, credentials, someone);
  await t.throwsAsync(registerAccount(em, passwords, credentials, someone));
  for (const email of [credentials.email, "nobody@example.org", "no address"]) {
    const wrong = { email, password: "wrong horse" };
    await t.throwsAsync(authenticateAccount(orm.em.fork(), passwords, wrong, someone));
  }
  const trail = (await listEvents(em)).reverse();
  t.deepEqual(
    trail.map(({ kind, userId, actor, address, credential }) => [kind, userId, actor, address, credential]),
    [
      ["registered", 1, "anonymous", "192.0.2.7", null],
      ["login_failed", 1, "anonymous", "192.0.2.7", null],
      ["login_failed", null, "anonymous", "192.0.2.7", null],
      ["login_failed", null, "anonymous", "192.0.2.7", null],
    ],
  );
  t.deepEqual(someone.heard, trail);
  t.notRegex(JSON.stringify(trail), /horse|@/);
});

test("a hash that was replaced is in the trail once", async (t) => {
  const { em, orm } = await setUp(t);
  await registerAccount(em, passwords, credentials, { now, ...stranger });
  const stronger = await createPasswordHasher({ cost: { ln: 5, r: 8, p: 1 } });
  t.teardown(() => stronger.close());
  await authenticateAccount(orm.em.fork(), stronger, credentials, { now, ...stranger });
  await authenticateAccount(orm.em.fork(), stronger, credentials, { now, ...stranger });
  const kinds = (await listEvents(em)).map(({ kind, actor }) => `${kind} ${actor}`);
  t.deepEqual(kinds, ["password_upgraded user:1", "registered anonymous"]);
});

test("deactivation ends all access at once, and activation brings back none of the credentials from before", async (t) => {
  const { em, orm } = await setUp(t);
  const keys = parseSecretKeys(generateSecretKey());
  const user = await registerAccount(em, passwords, credentials, { now, ...stranger });
  const { token } = await issueToken(em, keys, user, { name: "", now });
  const occasion = { now, ...operator };
  await deactivateAccount(orm.em.fork(), "ADA@example.org", occasion);
  await deactivateAccount(orm.em.fork(), "ada@example.org", occasion);
  t.is(await authenticateToken(orm.em.fork(), keys, token, now), null);
  await t.throwsAsync(authenticateAccount(orm.em.fork(), passwords, credentials, { now, ...stranger }), {
    instanceOf: InvalidCredentials,
  });
  await activateAccount(orm.em.fork(), "ada@example.org", occasion);
  await activateAccount(orm.em.fork(), "ada@example.org", occasion);
  t.is(await authenticateToken(orm.em.fork(), keys, token, now), null);
  const back = await authenticateAccount(orm.em.fork(), passwords, credentials, { now, ...stranger });
  const again = await issueToken(orm.em.fork(), keys, back, { name: "", now });
  t.truthy(await authenticateToken(orm.em.fork(), keys, again.token, now));
  const kinds = (await listEvents(em, { userId: user.id })).map(({ kind }) => kind);
  t.deepEqual(kinds, ["login", "activated", "login_failed", "deactivated", "login", "registered"]);
});

test("activation and deactivation of an unknown account are refused", async (t) => {
  const { em } = await setUp(t);
  for (const email of ["nobody@example.org", "\0", ""]) {
    for (const change of [activateAccount, deactivateAccount]) {
      await t.throwsAsync(change(em, email, { now, ...operator }), { instanceOf: UserNotFound });
    }
  }
});
