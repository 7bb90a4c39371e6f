import { randomBytes } from "node:crypto";
import { chmod, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import test, { type ExecutionContext } from "ava";
import { bcrypt } from "hash-wasm";
import { authenticateAccount } from "../../../src/domain/accounts/accounts.ts";
import { importAccounts } from "../../../src/domain/accounts/import-accounts.ts";
import { registerAccount } from "../../../src/domain/accounts/register.ts";
import { listEvents } from "../../../src/domain/audit-trail/audit-trail.ts";
import { InvalidCredentials } from "../../../src/domain/passwords/errors.ts";
import { createHashSamples, sampleHashes } from "../../../src/domain/passwords/hash-kinds.ts";
import { generateSecretKey, parseSecretKeys } from "../../../src/domain/secrets/secret-keys.ts";
import { User } from "../../../src/domain/users/user.ts";
import { createPasswordHasher, type PasswordHasherOptions } from "../../../src/hashing/hasher.ts";
import { readFlaskSecurityUsers } from "../../../src/storage/foreign/flask-security.ts";
import { DatabaseUnavailable } from "../../../src/storage/sqlite/errors.ts";
import { byArgon2, byBcrypt, foreignDatabase, getHmac, SALT } from "../../support/foreign-database.ts";
import { leastWork } from "../../support/least-work.ts";
import { memoryDatabase } from "../../support/memory-database.ts";
import { operator, stranger } from "../../support/sample-occasion.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const KEYS = parseSecretKeys(generateSecretKey());
const now = new Date("2026-05-01T12:00:00.123Z");
const occasion = { now, ...stranger };

async function hasher(t: ExecutionContext, options: PasswordHasherOptions = {}) {
  const passwords = await createPasswordHasher({ cost: { ln: 4, r: 8, p: 1 }, flaskSecuritySalt: SALT, ...options });
  t.teardown(() => passwords.close());
  return passwords;
}

test("users of a Flask-Security database sign in with their passwords, and are hashed anew at the first time", async (t) => {
  const path = join(await temporaryFolder(t), "app.db");
  foreignDatabase(path, [
    ["Ada@Example.org", await byBcrypt(getHmac("correct horse")), 1, 1, 2],
    ["zoe@example.org", await byArgon2(getHmac("Zo\u00eb's p\u00e4ssword")), 1],
    ["off@example.org", await byArgon2(getHmac("correct horse")), 0],
    ["null@example.org", await byArgon2(getHmac("correct horse")), null],
    ["old@example.org", "$pbkdf2-sha512$25000$abc$def", 1],
    ["none@example.org", null, 1],
    ["ADA@example.org", await byBcrypt(getHmac("second horse")), 1],
    ["no address", await byBcrypt(getHmac("correct horse")), 1],
    [null, null, 1],
  ]);
  const { orm } = await memoryDatabase(t);
  const passwords = await hasher(t);
  const bytes = await readFile(path);
  const accounts = await readFlaskSecurityUsers(path);
  t.deepEqual(await readFile(path), bytes);
  const result = await importAccounts(orm.em.fork(), accounts, { signed: true, keys: KEYS }, { now, ...operator });
  t.deepEqual(result, {
    imported: 6,
    withoutPassword: ["old@example.org", "none@example.org"],
    skipped: [
      { email: "ADA@example.org", reason: "taken" },
      { email: "no address", reason: "unusable" },
      { email: "", reason: "unusable" },
    ],
    skippedRoles: [],
    skippedUsernames: [],
    needSalt: 4,
    dropped: [],
  });

  const stored = async (email: string) => (await orm.em.fork().findOneOrFail(User, { email })).passwordHash ?? "";
  const signIn = (email: string, password: string) =>
    authenticateAccount(orm.em.fork(), passwords, { email, password }, occasion);
  t.regex(await stored("ada@example.org"), /^\$flask-security\$signed\$2b\$05\$/);
  for (const [email, password] of [
    ["ada@example.org", "correct horse"],
    ["zoe@example.org", "Zoe\u0308's pa\u0308ssword"],
  ] as const) {
    await t.throwsAsync(signIn(email, `${password}!`), { instanceOf: InvalidCredentials });
    await t.throwsAsync(signIn(email, ""), { instanceOf: InvalidCredentials });
    t.regex(await stored(email), /^\$flask-security\$/);
    await signIn(email, password);
    t.regex(await stored(email), /^\$scrypt\$ln=4,/);
    await signIn(email, password);
    await t.throwsAsync(signIn(email, `${password}!`), { instanceOf: InvalidCredentials });
  }
  for (const name of ["off", "null", "old", "none"]) {
    await t.throwsAsync(signIn(`${name}@example.org`, "correct horse"), { instanceOf: InvalidCredentials });
  }
  const kinds = (await listEvents(orm.em.fork(), { userId: 1 })).map(
    ({ kind, actor, detail }) => `${kind} ${detail ?? ""} ${actor}`,
  );
  t.deepEqual(kinds.reverse(), [
    "registered  cli",
    "role_granted author cli",
    "role_granted editor cli",
    "login_failed  anonymous",
    "login_failed  anonymous",
    "password_upgraded  user:1",
    "login_failed  anonymous",
  ]);
});

test("roles keep their names; what a new one permits is taken over where it is a scope, and others stay as they are", async (t) => {
  const path = join(await temporaryFolder(t), "app.db");
  foreignDatabase(path, [["ada@example.org", null, 1, 1, 2, 3]]);
  const { orm } = await memoryDatabase(t);
  await importAccounts(
    orm.em.fork(),
    await readFlaskSecurityUsers(path),
    { signed: true, keys: KEYS },
    { now, ...operator },
  );
  const held = await orm.em
    .getConnection()
    .execute(
      'select u.email, r.name, r.permissions from "user_role" ur join "user" u on u.id = user_id join "role" r on r.id = role_id order by r.name',
    );
  t.deepEqual(held, [
    { email: "ada@example.org", name: "author", permissions: "articles:write" },
    { email: "ada@example.org", name: "editor", permissions: "articles:write" },
    { email: "ada@example.org", name: "reader", permissions: "" },
  ]);
});

test("an account that is here stays as it is, and importing twice changes nothing", async (t) => {
  const path = join(await temporaryFolder(t), "app.db");
  foreignDatabase(path, [["ada@example.org", await byBcrypt(getHmac("their horse")), 1]]);
  const { orm } = await memoryDatabase(t);
  const passwords = await hasher(t);
  const mine = { email: "ada@example.org", password: "my own horse" };
  await registerAccount(orm.em.fork(), passwords, mine, occasion);
  const accounts = await readFlaskSecurityUsers(path);
  for (let round = 0; round < 2; round += 1) {
    const result = await importAccounts(orm.em.fork(), accounts, { signed: true, keys: KEYS }, { now, ...operator });
    t.deepEqual(result, {
      imported: 0,
      withoutPassword: [],
      skipped: [{ email: "ada@example.org", reason: "taken" }],
      skippedRoles: [],
      skippedUsernames: [],
      needSalt: 0,
      dropped: [],
    });
  }
  t.truthy(await authenticateAccount(orm.em.fork(), passwords, mine, occasion));
});

test("passwords that were not signed are taken when said so, and signed ones are nothing without their salt", async (t) => {
  const { orm } = await memoryDatabase(t);
  const account = async (name: string, passwordHash: Promise<string>) => ({
    email: `${name}@example.org`,
    passwordHash: await passwordHash,
    active: true,
    roles: [],
  });
  const plain = [
    await account("bcrypt", byBcrypt("correct horse")),
    await account("argon2", byArgon2("correct horse")),
    await account("long", byBcrypt("x".repeat(100))),
  ];
  await importAccounts(orm.em.fork(), plain, { signed: false, keys: KEYS }, { now, ...operator });
  const signed = [await account("signed", byArgon2(getHmac("correct horse")))];
  await importAccounts(orm.em.fork(), signed, { signed: true, keys: KEYS }, { now, ...operator });
  const unsalted = await hasher(t, { flaskSecuritySalt: undefined });
  const other = await hasher(t, { flaskSecuritySalt: "another salt" });
  const signIn = (passwords: typeof unsalted, name: string, password: string) =>
    authenticateAccount(orm.em.fork(), passwords, { email: `${name}@example.org`, password }, occasion);
  for (const passwords of [unsalted, other]) {
    await t.throwsAsync(signIn(passwords, "signed", "correct horse"), { instanceOf: InvalidCredentials });
  }
  for (const name of ["bcrypt", "argon2"]) t.truthy(await signIn(unsalted, name, "correct horse"));
  // As in the other program: bcrypt looks at no more than 72 bytes. Hashed anew, the password counts whole.
  t.truthy(await signIn(unsalted, "long", "x".repeat(100)));
  await t.throwsAsync(signIn(unsalted, "long", "x".repeat(99)), { instanceOf: InvalidCredentials });
});

test.serial(
  "a wrong password takes as long for an imported, an own and no account, while one is imported",
  async (t) => {
    const { orm } = await memoryDatabase(t);
    const hash = await bcrypt({ password: "x", salt: randomBytes(16), costFactor: 8, outputType: "encoded" });
    const account = { email: "ada@example.org", passwordHash: hash, active: true, roles: [] };
    const samples = createHashSamples(() => orm.em.fork());
    t.deepEqual(await samples.find(null), []);
    await importAccounts(orm.em.fork(), [account], { signed: true, keys: KEYS }, { now, ...operator });
    const [sample = ""] = await sampleHashes(orm.em.fork());
    t.regex(sample, /^\$flask-security\$signed\$2a\$08\$/);
    const passwords = await hasher(t, { cost: { ln: 13, r: 8, p: 1 }, samples });
    const cases = { imported: sample, own: await passwords.hash("correct horse"), none: null };
    const works = await leastWork(
      Object.fromEntries(
        Object.entries(cases).map(([name, phc]) => [
          name,
          async () => t.false(await passwords.verify("wrong horse", phc)),
        ]),
      ),
    );
    const times = Object.values(works);
    t.true(Math.max(...times) < 1.5 * Math.min(...times), JSON.stringify(works));
  },
);

test("a file that is not a Flask-Security database is refused with one line, and none is made", async (t) => {
  const folder = await temporaryFolder(t);
  const other = join(folder, "other.db");
  new DatabaseSync(other).exec("create table user (id integer, email text)");
  const text = join(folder, "notes.txt");
  await writeFile(text, "Dear diary, ".repeat(500));
  for (const [path, reason] of [
    [other, /is not one of Flask-Security: there is no user\.password$/],
    [text, /is not a SQLite database; choose another FILE$/],
    [join(folder, "missing.db"), /^there is no file /],
    [join(text, "missing.db"), /^there is no file /],
    [folder, /is not a file$/],
  ] as const) {
    const error = await t.throwsAsync(readFlaskSecurityUsers(path), { instanceOf: DatabaseUnavailable }, path);
    t.true(error.message.includes(path));
    t.regex(error.message, reason);
    t.false(error.message.includes("\n"));
  }
  t.deepEqual((await readdir(folder)).sort(), ["notes.txt", "other.db"]);
});

test("a file in write-ahead mode is read, and nothing is left beside it", async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, "app.db");
  foreignDatabase(path, [["ada@example.org", null, 1]]);
  const other = new DatabaseSync(path);
  other.exec("pragma journal_mode = wal");
  other.close();
  const bytes = await readFile(path);
  t.is((await readFlaskSecurityUsers(path)).length, 1);
  t.deepEqual(await readdir(folder), ["app.db"]);
  t.deepEqual(await readFile(path), bytes);

  await chmod(folder, 0o500);
  t.is((await readFlaskSecurityUsers(path)).length, 1, "in a folder that is only read");
  await chmod(folder, 0o700);

  const busy = new DatabaseSync(path);
  busy.exec(`insert into user (email, active, fs_uniquifier) values ('bob@example.org', 1, 'b')`);
  t.is((await readFlaskSecurityUsers(path)).length, 2, "what another process has in its log is read, too");
  busy.close();
});

test("a role without a name is nobody's, and named", async (t) => {
  const path = join(await temporaryFolder(t), "app.db");
  foreignDatabase(path, [["ada@example.org", null, 1, 1]]);
  const other = new DatabaseSync(path);
  other.exec("pragma foreign_keys = off; drop table role; create table role (id integer primary key, name text)");
  other.exec("insert into role values (1, null)");
  other.close();
  const { orm } = await memoryDatabase(t);
  const accounts = await readFlaskSecurityUsers(path);
  const result = await importAccounts(orm.em.fork(), accounts, { signed: true, keys: KEYS }, { now, ...operator });
  t.deepEqual(result.skippedRoles, [{ email: "ada@example.org", role: "" }]);
});

test("thousands come in, each with its roles and its events", async (t) => {
  const { orm } = await memoryDatabase(t);
  const roles = [
    { name: "author", permissions: [] },
    { name: "press", permissions: ["likes:write"] },
  ];
  const accounts = Array.from({ length: 3_000 }, (_, index) => ({
    email: `user${index}@example.org`,
    passwordHash: null,
    active: true,
    roles: roles.slice(0, index % 3),
  }));
  const told: (number | null)[] = [];
  const tell = ({ userId }: { userId: number | null }) => void told.push(userId);
  const { imported } = await importAccounts(
    orm.em.fork(),
    accounts,
    { signed: true, keys: KEYS },
    { ...operator, now, tell },
  );
  t.is(imported, 3_000);
  const rows = await orm.em.getConnection().execute(`
    select u.email, string_agg(r.name, ',' order by r.id) as roles,
      (select string_agg(kind || coalesce(' ' || detail, ''), ',' order by e.id) from event e where e.user_id = u.id) as events
    from "user" u left join "user_role" ur on ur.user_id = u.id left join "role" r on r.id = ur.role_id
    group by u.id order by u.id`);
  t.deepEqual(
    rows,
    accounts.map(({ email, roles: held }) => ({
      email,
      roles: held.map(({ name }) => name).join(",") || null,
      events: ["registered", ...held.map(({ name }) => `role_granted ${name}`)].join(","),
    })),
  );
  t.is(told.length, 6_000);
});
