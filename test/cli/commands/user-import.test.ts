import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import test, { type ExecutionContext } from "ava";
import { codeAt } from "../../support/authenticator.ts";
import { endSharedProcess } from "../../support/command-process.ts";
import {
  byArgon2,
  byBcrypt,
  changeDatabase,
  foreignDatabase,
  foreignStatements,
  getHmac,
  SALT,
} from "../../support/foreign-database.ts";
import { createUser, eventLines, openShop, type Shop } from "../../support/kudos.ts";
import { placeMigratedDatabase } from "../../support/migrated-database.ts";
import { mySqlDatabase, mySqlTest, runMySql } from "../../support/mysql.ts";
import { onPostgreSql, postgreSqlDatabase, postgreSqlTest, runPostgreSql } from "../../support/postgresql.ts";
import { startServer } from "../../support/server.ts";

test.after.always(endSharedProcess);

const IMPORT = ["users", "import", "--from", "flask-security", "app.db"];

/** A server in this process, on the database of a {@link Shop}. */
async function serve(t: ExecutionContext, { database }: Shop, environment: Record<string, string>) {
  const { request, log, stop } = await startServer(t, {
    environment: { ...database, ...environment },
  });
  const post = async (path: string, content: unknown, headers: Record<string, string> = {}) => {
    const response = await request(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body: JSON.stringify(content),
    });
    return { status: response.status, content: JSON.parse(await response.text()) };
  };
  const signIn = async (email: string, password: string): Promise<string | null> => {
    const { status, content } = await post("/login?include_auth_token", { email, password });
    t.is(status, content.meta.code);
    return content.response.user?.authentication_token ?? null;
  };
  const write = async (token: string | null): Promise<number> =>
    (await post("/api/articles", { title: "Tides", author: "Ada" }, { "Authentication-Token": token ?? "" })).status;
  return { signIn, write, post, request, stop, log };
}

async function hashOf({ query }: Shop, email: string): Promise<string> {
  return String((await query(`select password_hash from "user" where email = '${email}'`))[0]?.password_hash);
}

test("users import: users sign in with their old passwords, each hashed anew at the first time", async (t) => {
  t.timeout(120_000);
  const shop = await openShop(t);
  const path = join(shop.folder, "app.db");
  foreignDatabase(path, [
    ["Ada@Example.com", await byBcrypt(getHmac("correct horse")), 1, 1, 3],
    ["zoe@example.com", await byArgon2(getHmac("Zo\u00eb's p\u00e4ssword")), 1, 2],
    ["off@example.com", await byArgon2(getHmac("correct horse")), 0],
    ["old@example.com", "$pbkdf2-sha512$25000$abc$def", 1],
  ]);
  const bytes = await readFile(path);
  t.deepEqual(await shop.json(IMPORT), {
    imported: 4,
    without_password: ["old@example.com"],
    need_salt: 3,
    skipped: [],
    skipped_roles: [],
    skipped_usernames: [],
    dropped: [],
  });
  t.deepEqual(await readFile(path), bytes, "the file is only read");

  const unsalted = await serve(t, shop, {});
  t.is(await unsalted.signIn("ada@example.com", "correct horse"), null);
  const warning = unsalted
    .log()
    .split("\n")
    .find((line) => line.includes("FLASK_SECURITY_PASSWORD_SALT"));
  t.like(JSON.parse(warning ?? "{}"), { level: 40, users: 3 });
  await unsalted.stop();

  const server = await serve(t, shop, { FLASK_SECURITY_PASSWORD_SALT: SALT });
  t.notRegex(server.log(), /FLASK_SECURITY_PASSWORD_SALT/);
  for (const [email, password, scheme] of [
    ["ada@example.com", "correct horse", /^\$flask-security\$signed\$2b\$05\$/],
    ["zoe@example.com", "Zoe\u0308's pa\u0308ssword", /^\$flask-security\$signed\$argon2id\$/],
  ] as const) {
    t.is(await server.signIn(email, `${password}!`), null);
    t.regex(await hashOf(shop, email), scheme);
    t.truthy(await server.signIn(email, password));
    t.regex(await hashOf(shop, email), /^\$scrypt\$ln=4,r=8,p=1\$/);
    t.truthy(await server.signIn(email, password));
    t.is(await server.signIn(email, `${password}!`), null);
  }
  for (const name of ["off", "old"]) t.is(await server.signIn(`${name}@example.com`, "correct horse"), null);
  // `author` permits what it does here, `editor` what it did in the imported database.
  for (const [email, password] of [
    ["ada@example.com", "correct horse"],
    ["zoe@example.com", "Zo\u00eb's p\u00e4ssword"],
  ] as const) {
    t.is(await server.write(await server.signIn(email, password)), 201);
  }
  await server.stop();
  for (const secret of [SALT, "correct horse", getHmac("correct horse")]) t.false(server.log().includes(secret));

  // The hash is scrypt since the sign-in, so that the salt is not needed any more.
  const later = await serve(t, shop, {});
  t.truthy(await later.signIn("ada@example.com", "correct horse"));
});

test("users import: says who stays out and why, and run again it changes nothing", async (t) => {
  const shop = await openShop(t);
  await createUser(shop, "bob@example.com");
  foreignDatabase(join(shop.folder, "app.db"), [
    ["ada@example.com", await byBcrypt(getHmac("correct horse")), 1, 3],
    ["BOB@example.com", await byBcrypt(getHmac("correct horse")), 1, 1],
    ["\u001b[2Jno address", null, 1],
    [null, null, 1],
  ]);
  const skipped = [
    { email: "BOB@example.com", reason: "taken" },
    { email: "\u001b[2Jno address", reason: "unusable" },
    { email: "", reason: "unusable" },
  ];
  const users = 'select * from "user" order by id';
  const [bob] = await shop.query(users);
  t.like(await shop.json(IMPORT), { imported: 1, without_password: [], skipped, skipped_roles: [] });
  const state = [
    await shop.query(users),
    await shop.query("select * from user_role"),
    await shop.query("select * from event"),
  ];
  t.deepEqual(state[0]?.[0], bob);
  t.deepEqual(await shop.json(["roles", "list"]), {
    items: [
      { name: "author", permissions: ["articles:write"], requires_factor: false, users: 0 },
      { name: "reader", permissions: [], requires_factor: false, users: 1 },
      { name: "resource-server", permissions: ["tokens:introspect"], requires_factor: false, users: 0 },
    ],
  });

  const { code, stdout, stderr } = await shop.kudos(IMPORT);
  t.deepEqual({ code, stderr }, { code: 0, stderr: "" });
  t.deepEqual(stdout.split("\n"), [
    "0 imported, 4 skipped.",
    "  skipped: ada@example.com has an account here",
    "  skipped: BOB@example.com has an account here",
    "  skipped: \ufffd[2Jno address is no address that an account can have",
    "  skipped: (no address) is no address that an account can have",
    "",
  ]);
  t.deepEqual(
    [await shop.query(users), await shop.query("select * from user_role"), await shop.query("select * from event")],
    state,
  );
});

test("users import: passwords that were hashed once need no salt", async (t) => {
  const shop = await openShop(t);
  foreignDatabase(join(shop.folder, "app.db"), [["ada@example.com", await byBcrypt("correct horse"), 1]]);
  t.like(await shop.json([...IMPORT, "--single-hash"]), { imported: 1 });
  const server = await serve(t, shop, {});
  t.is(await server.signIn("ada@example.com", "correct horse!"), null);
  t.truthy(await server.signIn("ada@example.com", "correct horse"));
  t.regex(await hashOf(shop, "ada@example.com"), /^\$scrypt\$/);
});

test("users import: what is no such database is refused with one line, and nobody comes in", async (t) => {
  const shop = await openShop(t);
  if (onPostgreSql) await placeMigratedDatabase(shop.folder);
  await writeFile(join(shop.folder, "notes.txt"), "Dear diary, ".repeat(500));
  for (const [file, reason] of [
    ["missing.db", /^there is no file \/.*missing\.db$/],
    ["notes.txt", /notes\.txt is not a SQLite database/],
    ["kudos.sqlite", /kudos\.sqlite is not one of Flask-Security/],
    [":memory:", /^there is no file \/.*:memory:$/],
  ] as const) {
    t.regex(await shop.refused(["users", "import", "--from", "flask-security", file]), reason);
  }
  t.regex(await shop.refused(["users", "import", "app.db"], { code: 2 }), /^users import needs --from flask-security/);
  t.regex(await shop.refused(["users", "import", "--from", "django", "app.db"], { code: 2 }), /flask-security only/);
  t.deepEqual(await shop.query('select * from "user"'), []);
});

test("users import: roles whose names cannot be one here are named, and nobody gets them", async (t) => {
  const shop = await openShop(t);
  const path = join(shop.folder, "app.db");
  foreignDatabase(path, [["ada@example.com", null, 1, 1]]);
  const long = "x".repeat(51);
  const database = new DatabaseSync(path);
  database.exec(`
    insert into role (id, name) values (8, '${long}'), (9, 'bell' || char(7));
    insert into roles_users (user_id, role_id) select id, role.column1 from user, (values (8), (9)) as role;
  `);
  database.close();
  const { code, stdout, stderr } = await shop.kudos(IMPORT);
  t.is(code, 0, stderr);
  const [, first, second] = stdout.split("\n");
  t.is(first, `  skipped: the role ${long} of ada@example.com has a name that no role can have`);
  t.is(second, "  skipped: the role bell\ufffd of ada@example.com has a name that no role can have");
  t.deepEqual(
    eventLines(stderr)?.map(({ kind, detail }) => `${kind} ${detail}`),
    ["registered null", "role_granted author"],
  );
  await shop.json(["users", "deactivate", "ada@example.com"]);
  await shop.query('delete from "user"');
  const again = await shop.json<{ skipped_roles: unknown }>(IMPORT);
  t.deepEqual(again.skipped_roles, [
    { email: "ada@example.com", role: long },
    { email: "ada@example.com", role: "bell\u0007" },
  ]);
});

test("users import: who has a second factor there stays out, whatever its kind, and is named", async (t) => {
  const shop = await openShop(t);
  const path = join(shop.folder, "app.db");
  const hash = await byBcrypt("correct horse");
  const guarded = ["tf", "secret", "codes", "old", "key"].map((name) => `${name}@example.com`);
  foreignDatabase(
    path,
    [...guarded, "ada@example.com", "phone@example.com", "passkey@example.com"].map(
      (email) => [email, hash, 1] as const,
    ),
  );
  changeDatabase(
    path,
    `alter table user add tf_primary_method text; alter table user add tf_totp_secret text; alter table user add tf_phone_number text;
    alter table user add mf_recovery_codes text; alter table user add two_factor_primary_method text; alter table user add us_totp_secrets text;
    update user set tf_primary_method = 'email' where email like 'tf@%';
    update user set tf_totp_secret = '{"enckey": "…"}' where email like 'secret@%';
    update user set mf_recovery_codes = 'a,b' where email like 'codes@%';
    update user set two_factor_primary_method = 'sms' where email like 'old@%';
    update user set mf_recovery_codes = '[]', tf_primary_method = '' where email like 'ada@%';
    update user set tf_phone_number = '+49', us_totp_secrets = '{"email": "…"}' where email like 'phone@%';
    create table web_authn (id integer primary key, user_id integer, credential_id blob, usage text);
    insert into web_authn (user_id, usage) select id, 'secondary' from user where email like 'key@%';
    insert into web_authn (user_id, usage) select id, 'first' from user where email like 'passkey@%';`,
  );
  const skipped = guarded.map((email) => ({ email, reason: "second_factor" }));
  t.deepEqual(await shop.json([...IMPORT, "--single-hash"]), {
    imported: 3,
    without_password: [],
    need_salt: 0,
    skipped,
    skipped_roles: [],
    skipped_usernames: [],
    dropped: [
      { name: "user.tf_phone_number", users: 1 },
      { name: "user.us_totp_secrets", users: 1 },
      { name: "web_authn", users: 1 },
    ],
  });
  t.deepEqual(
    (await shop.query('select email from "user" order by id')).map(({ email }) => email),
    ["ada@example.com", "phone@example.com", "passkey@example.com"],
  );
  const server = await serve(t, shop, {});
  for (const email of guarded) t.is(await server.signIn(email, "correct horse"), null);
  t.truthy(await server.signIn("ada@example.com", "correct horse"));
  const { stdout } = await shop.kudos([...IMPORT, "--single-hash"]);
  t.regex(
    stdout,
    /^ {2}skipped: tf@example\.com has a second factor that cannot be taken over: only an authenticator can, by FLASK_SECURITY_TOTP_SECRETS$/m,
  );
});

test("users import: who never confirmed stays out where others did, unless told otherwise", async (t) => {
  const shop = await openShop(t);
  const path = join(shop.folder, "app.db");
  const hash = await byBcrypt("correct horse");
  foreignDatabase(path, [
    ["ada@example.com", hash, 1],
    ["bob@example.com", hash, 1],
  ]);
  changeDatabase(
    path,
    `alter table user add last_login_at datetime;
    update user set confirmed_at = '2026-01-01 00:00:00', username = 'ada', last_login_at = '2026-02-01' where id = 1;`,
  );
  const result = await shop.json<object>(IMPORT);
  t.like(result, { imported: 1, skipped: [{ email: "bob@example.com", reason: "unconfirmed" }] });
  t.like(result, {
    skipped_usernames: [],
    dropped: [{ name: "user.last_login_at", users: 1 }],
  });
  const { stdout } = await shop.kudos(IMPORT);
  t.regex(stdout, /^ {2}skipped: bob@example\.com has never been confirmed; with --unconfirmed/m);
  t.like(await shop.json([...IMPORT, "--unconfirmed"]), { imported: 1, skipped: [{ reason: "taken" }] });
});

test("users import: who has confirmed an address there signs in where CONFIRMATION=required, and nobody else", async (t) => {
  const shop = await openShop(t);
  const path = join(shop.folder, "app.db");
  const hash = await byBcrypt("correct horse");
  foreignDatabase(path, [
    ["ada@example.com", hash, 1],
    ["bob@example.com", hash, 1],
    ["eve@example.com", hash, 1],
  ]);
  changeDatabase(
    path,
    `update user set confirmed_at = '2026-01-02 03:04:05.678901' where id = 1;
    update user set confirmed_at = 'some day' where id = 3;`,
  );
  await shop.json([...IMPORT, "--unconfirmed", "--single-hash"]);
  const confirmed = new Date("2026-01-02T03:04:05.678Z");
  t.deepEqual(await shop.query('select confirmed_at from "user" order by id'), [
    { confirmed_at: onPostgreSql ? confirmed : confirmed.getTime() },
    { confirmed_at: null },
    { confirmed_at: null },
  ]);
  const server = await serve(t, shop, { CONFIRMATION: "required", MAIL_URL: `file:${join(shop.folder, "mail")}` });
  t.truthy(await server.signIn("ada@example.com", "correct horse"));
  t.is(await server.signIn("bob@example.com", "correct horse"), null);
  t.is(await server.signIn("eve@example.com", "correct horse"), null);
});

test("users import: user names come along and sign in, by API and form; one that cannot is named", async (t) => {
  const shop = await openShop(t);
  const path = join(shop.folder, "app.db");
  const hash = await byBcrypt("correct horse");
  foreignDatabase(
    path,
    ["ada", "bob", "cy", "dee", "eve"].map((name) => [`${name}@example.com`, hash, 1]),
  );
  changeDatabase(
    path,
    `update user set username = 'Adéle' where id = 1;
    update user set username = 'ade\u0301LE' where id = 2;
    update user set username = 'two words' where id = 3;
    update user set username = 'ada@example.com' where id = 4;`,
  );
  const refused = { email: "bob@example.com", username: "ade\u0301LE" };
  const result = await shop.json<{ skipped_usernames: object[] }>([...IMPORT, "--single-hash"]);
  t.like(result, { imported: 5, dropped: [] });
  t.deepEqual(result.skipped_usernames, [
    refused,
    { email: "cy@example.com", username: "two words" },
    { email: "dee@example.com", username: "ada@example.com" },
  ]);
  t.deepEqual(
    (await shop.json<{ items: { username: string | null }[] }>(["users", "list"])).items.map(
      ({ username }) => username,
    ),
    ["adéle", null, null, null, null],
  );
  const again = await shop.kudos([...IMPORT, "--single-hash"]);
  t.regex(again.stdout, /^0 imported, 5 skipped/);

  const { post, request } = await serve(t, shop, {});
  for (const username of ["adéle", " ADÉLE ", "ade\u0301le"]) {
    const response = await post("/login?include_auth_token", { username, password: "correct horse" });
    t.is(response.status, 200, username);
    const { user } = response.content.response;
    t.is(user.email, "ada@example.com");
    const me = await request("/api/me", { headers: { "Authentication-Token": user.authentication_token } });
    t.like(JSON.parse(await me.text()), { username: "adéle" });
  }
  const both = { email: "bob@example.com", username: "adéle", password: "correct horse" };
  t.like((await post("/login", both)).content.response.user, { email: "bob@example.com" });
  const page = async (path: string) => (await request(path, { headers: { Accept: "text/html" } })).text();
  t.regex(
    await page("/login?next=%2Fdocs"),
    /href="\/login\?by=username&amp;next=%2Fdocs">Sign in with your user name</,
  );
  t.regex(await page("/login?by=username"), /<label for="username">User name<\/label>/);
  t.notRegex(await page("/login?by=username"), /name="email"/);
  const form = new URLSearchParams({ username: "Adéle", password: "correct horse", next: "/docs" });
  const headers = { Accept: "text/html", "Sec-Fetch-Site": "same-origin" };
  const signedIn = await request("/login", { method: "POST", body: form, headers, redirect: "manual" });
  t.deepEqual([signedIn.status, signedIn.headers.get("Location")], [303, "/docs"]);
  form.set("username", "");
  const empty = await request("/login", { method: "POST", body: form, headers, redirect: "manual" });
  t.is(empty.status, 400);
  t.regex(await empty.text(), /Enter your user name\./);
});

test("users import: its lines name what is left out, and the passwords that need a salt", async (t) => {
  const shop = await openShop(t);
  const path = join(shop.folder, "app.db");
  foreignDatabase(path, [
    ["ada@example.com", await byBcrypt(getHmac("correct horse")), 1],
    ["bob@example.com", `$argon2id$v=19$m=31,t=2,p=4$${"s".repeat(22)}$${"h".repeat(43)}`, 1],
  ]);
  changeDatabase(
    path,
    "alter table user add us_phone_number varchar(20); update user set us_phone_number = '+49' || id",
  );
  const { stdout } = await shop.kudos(IMPORT);
  const lines = stdout.split("\n");
  t.deepEqual(lines.slice(0, 3), [
    "2 imported, 0 skipped.",
    "  without password: bob@example.com; kudos users password gives one",
    "  left out: user.us_phone_number of 2 users",
  ]);
  t.regex(lines[3] ?? "", /^1 signed password.*FLASK_SECURITY_PASSWORD_SALT is not set here/);
  const server = await serve(t, shop, { FLASK_SECURITY_PASSWORD_SALT: SALT });
  t.is(await server.signIn("bob@example.com", "correct horse"), null);
  t.is(await server.signIn("ada@example.com", "wrong horse"), null);
  t.truthy(await server.signIn("ada@example.com", "correct horse"));
});

test("users import: an authenticator comes along with its recovery codes, and is asked for", async (t) => {
  const shop = await openShop(t);
  const path = join(shop.folder, "app.db");
  const hash = await byBcrypt("correct horse");
  foreignDatabase(
    path,
    ["ada@example.com", "bob@example.com", "eve@example.com"].map((email) => [email, hash, 1] as const),
  );
  const secret = "PDXV32Z5U42IMEGC3D5X6D5BGQDCBZH4";
  const encrypted =
    '{"enckey":{"c":14,"k":"PTH43AGZ2XV2V52TO2M56V5RGI45BLU6","s":"KIFCDBHQT2JZF4V6G5DA","t":"2","v":1},"type":"totp","v":1}';
  changeDatabase(
    path,
    `alter table user add tf_primary_method text; alter table user add tf_totp_secret text; alter table user add mf_recovery_codes text;
    update user set tf_primary_method = 'authenticator', tf_totp_secret = '${encrypted}';
    update user set mf_recovery_codes = '4512-e001-3407,8513-7ae1-2b70' where email like 'ada@%';
    update user set tf_totp_secret = '{"key":"${secret}","type":"totp","v":1}' where email like 'bob@%';
    update user set tf_totp_secret = replace(tf_totp_secret, '"t":"2"', '"t":"9"') where email like 'eve@%';`,
  );
  const environment = { FLASK_SECURITY_TOTP_SECRETS: '{"1":"pass phrase one","2":"pass phrase two"}' };
  const result = await shop.json<{ imported: number; skipped: unknown; dropped: unknown }>(
    [...IMPORT, "--single-hash"],
    { environment },
  );
  t.like(result, { imported: 2, dropped: [] });
  t.deepEqual(result.skipped, [{ email: "eve@example.com", reason: "second_factor" }]);
  t.deepEqual(await shop.query("select count(*) as codes from recovery_code"), [{ codes: 2 }]);
  t.false(JSON.stringify(await shop.query("select * from second_factor")).includes(secret));

  const server = await startServer(t, { environment: shop.database });
  for (const email of ["ada@example.com", "bob@example.com"]) {
    const body = { email, password: "correct horse" };
    const { error } = await server.client.POST("/api/sign_in", { body });
    const sign_in_token = error && "sign_in_token" in error ? error.sign_in_token : "";
    const code = codeAt(secret, new Date());
    const { response } = await server.client.POST("/api/sign_in/second_factor", { body: { sign_in_token, code } });
    t.is(response.status, 201, email);
  }
  const { error } = await server.client.POST("/api/sign_in", {
    body: { email: "ada@example.com", password: "correct horse" },
  });
  const sign_in_token = error && "sign_in_token" in error ? error.sign_in_token : "";
  const recovered = await server.client.POST("/api/sign_in/second_factor", {
    body: { sign_in_token, recovery_code: "4512-e001-3407" },
  });
  t.is(recovered.response.status, 201);
});

/** Imports the users of a server's database, and of a file with the same: both say and leave the same. */
async function importFromServer(
  t: ExecutionContext,
  kind: "postgresql" | "mysql",
  fill: (sql: string) => Promise<string>,
) {
  const shops = [await openShop(t), await openShop(t)] as const;
  const path = join(shops[0].folder, "app.db");
  foreignDatabase(path, [
    ["ada@example.com", await byBcrypt(getHmac("correct horse")), 1, 1, 3],
    ["zoe@example.com", await byArgon2(getHmac("correct horse")), 1, 2],
    ["off@example.com", await byArgon2(getHmac("correct horse")), 0],
    ["none@example.com", null, 1],
  ]);
  changeDatabase(path, "update user set confirmed_at = '2026-01-02 03:04:05.678', username = 'ada' where id < 4");
  const url = await fill(foreignStatements(path, kind));
  const [fromFile, fromServer] = [await shops[0].json(IMPORT), await shops[1].json([...IMPORT.slice(0, -1), url])];
  t.like(fromFile, { imported: 3, skipped: [{ email: "none@example.com", reason: "unconfirmed" }] });
  t.deepEqual(fromServer, fromFile);
  for (const [what, table] of [
    ["email, username, password_hash, active, confirmed_at", "user"],
    ["name, permissions", "role"],
    ["kind, user_id, detail, actor", "event"],
  ] as const) {
    const [one, other] = await Promise.all(
      shops.map(({ query }) => query(`select ${what} from "${table}" order by id`)),
    );
    t.deepEqual(other, one, table);
  }
  const server = await serve(t, shops[1], { FLASK_SECURITY_PASSWORD_SALT: SALT });
  t.truthy(await server.signIn("ada@example.com", "correct horse"));
  t.is(await server.signIn("off@example.com", "correct horse"), null);
}

postgreSqlTest("users import: from a URL of PostgreSQL the same as from a file", async (t) => {
  await importFromServer(t, "postgresql", async (sql) => {
    const url = await postgreSqlDatabase(t, { migrated: false });
    await runPostgreSql(url, sql);
    return url;
  });
});

mySqlTest("users import: from a URL of MySQL or MariaDB the same as from a file", async (t) => {
  await importFromServer(t, "mysql", async (sql) => {
    const url = await mySqlDatabase(t);
    await runMySql(url, sql);
    return url;
  });
});

mySqlTest("users import: MYSQL_PWD is the password for a URL without one", async (t) => {
  const shop = await openShop(t);
  const own = await mySqlDatabase(t);
  const name = `kudos_pwd_${process.pid}`;
  const url = new URL(own);
  await runMySql(
    own,
    `create user ${name} identified by 'horse'; grant select on ${url.pathname.slice(1)}.* to ${name}`,
  );
  t.teardown(() => runMySql(own, `drop user ${name}`));
  url.username = name;
  for (const [environment, reason] of [
    [{}, /refuses the user or the password of FILE$/m],
    [{ MYSQL_PWD: "horse" }, /there is no user\.id$/m],
  ] as const) {
    t.regex((await shop.kudos([...IMPORT.slice(0, -1), url.href], { environment })).stderr, reason);
  }
});
