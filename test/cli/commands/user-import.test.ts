import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import test, { type ExecutionContext } from "ava";
import { endSharedProcess } from "../../support/command-process.ts";
import { byArgon2, byBcrypt, foreignDatabase, getHmac, SALT } from "../../support/foreign-database.ts";
import { createUser, eventLines, openShop, type Shop } from "../../support/kudos.ts";
import { databaseIn } from "../../support/migrated-database.ts";
import { startServer } from "../../support/server.ts";

test.after.always(endSharedProcess);

const IMPORT = ["users", "import", "--from", "flask-security", "app.db"];

/** A server in this process, on the database of a {@link Shop}. */
async function serve(t: ExecutionContext, { folder }: Shop, environment: Record<string, string>) {
  const { request, log, stop } = await startServer(t, {
    environment: { DATABASE_URL: `sqlite:${databaseIn(folder)}`, ...environment },
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
  return { signIn, write, stop, log };
}

function hashOf({ sql }: Shop, email: string): string {
  return String(sql(`select password_hash from user where email = '${email}'`)[0]?.password_hash);
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
    skipped: [],
    skipped_roles: [],
  });
  t.deepEqual(await readFile(path), bytes, "the file is only read");

  const unsalted = await serve(t, shop, {});
  t.is(await unsalted.signIn("ada@example.com", "correct horse"), null);
  await unsalted.stop();

  const server = await serve(t, shop, { FLASK_SECURITY_PASSWORD_SALT: SALT });
  for (const [email, password, scheme] of [
    ["ada@example.com", "correct horse", /^\$flask-security\$signed\$2b\$05\$/],
    ["zoe@example.com", "Zoe\u0308's pa\u0308ssword", /^\$flask-security\$signed\$argon2id\$/],
  ] as const) {
    t.is(await server.signIn(email, `${password}!`), null);
    t.regex(hashOf(shop, email), scheme);
    t.truthy(await server.signIn(email, password));
    t.regex(hashOf(shop, email), /^\$scrypt\$ln=4,r=8,p=1\$/);
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
  const users = "select * from user order by id";
  const [bob] = shop.sql(users);
  t.deepEqual(await shop.json(IMPORT), { imported: 1, without_password: [], skipped, skipped_roles: [] });
  const state = [shop.sql(users), shop.sql("select * from user_role"), shop.sql("select * from event")];
  t.deepEqual(state[0]?.[0], bob);
  t.deepEqual(await shop.json(["roles", "list"]), {
    items: [
      { name: "author", permissions: ["articles:write"], users: 0 },
      { name: "reader", permissions: [], users: 1 },
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
  t.deepEqual([shop.sql(users), shop.sql("select * from user_role"), shop.sql("select * from event")], state);
});

test("users import: passwords that were hashed once need no salt", async (t) => {
  const shop = await openShop(t);
  foreignDatabase(join(shop.folder, "app.db"), [["ada@example.com", await byBcrypt("correct horse"), 1]]);
  t.like(await shop.json([...IMPORT, "--single-hash"]), { imported: 1 });
  const server = await serve(t, shop, {});
  t.is(await server.signIn("ada@example.com", "correct horse!"), null);
  t.truthy(await server.signIn("ada@example.com", "correct horse"));
  t.regex(hashOf(shop, "ada@example.com"), /^\$scrypt\$/);
});

test("users import: what is no such database is refused with one line, and nobody comes in", async (t) => {
  const shop = await openShop(t);
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
  t.deepEqual(shop.sql("select * from user"), []);
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
  shop.sql("delete from user");
  const again = await shop.json<{ skipped_roles: unknown }>(IMPORT);
  t.deepEqual(again.skipped_roles, [
    { email: "ada@example.com", role: long },
    { email: "ada@example.com", role: "bell\u0007" },
  ]);
});
