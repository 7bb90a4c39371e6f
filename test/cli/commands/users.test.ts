import { spawn } from "node:child_process";
import test from "ava";
import type { UserOutput } from "../../../src/cli/commands/user-output.ts";
import { endSharedProcess } from "../../support/command-process.ts";
import { CLI, createUser, eventLines, eventsOf, openShop, SETTINGS } from "../../support/kudos.ts";
import { onPostgreSql } from "../../support/postgresql.ts";
import { observe, startProgram, surroundings } from "../../support/program.ts";
import { passwordIs } from "../../support/quick-hasher.ts";
import { PASSWORD } from "../../support/server.ts";

interface Users {
  readonly items: readonly UserOutput[];
}

test.after.always(endSharedProcess);

const CONFIRMED = 'select 1 from "user" where confirmed_at is not null';
const HASH = 'select password_hash, active, generation from "user"';

test("users create: an account whose password was on standard input, and nowhere else", async (t) => {
  const shop = await openShop(t);
  const before = Date.now();
  const user = await shop.json<UserOutput>(["users", "create", " Ada@EXAMPLE.com"], { input: `${PASSWORD}\n` });
  const { created_at: createdAt, ...rest } = user;
  t.deepEqual(rest, { id: 1, email: "ada@example.com", active: true, roles: [], username: null });
  t.true(Date.parse(String(createdAt)) >= before && Date.parse(String(createdAt)) <= Date.now());
  t.deepEqual(await eventsOf(shop, 1), ["registered by cli"]);
  t.regex(String((await shop.query(HASH))[0]?.password_hash), /^\$scrypt\$ln=4,r=8,p=1\$/);

  const { code, stdout, stderr } = await shop.kudos(["users", "create", "bob@example.com"], { input: PASSWORD });
  t.deepEqual({ code, stdout }, { code: 0, stdout: "bob@example.com has an account now.\n" });
  t.deepEqual(
    eventLines(stderr)?.map(({ kind, userId, actor }) => ({ kind, userId, actor })),
    [{ kind: "registered", userId: 2, actor: "cli" }],
  );
  const quiet = await shop.kudos(["users", "deactivate", "bob@example.com"], { environment: { LOG_LEVEL: "warn" } });
  t.deepEqual([quiet.code, quiet.stderr], [0, ""]);
});

const REFUSED_INPUTS: readonly (readonly [string, string | Buffer, RegExp])[] = [
  ["nothing", "", /^no password was given$/],
  ["an empty line", `\n${PASSWORD}\n`, /^no password was given$/],
  ["a short password", "short\n", /^The password must be at least 8 characters long\.$/],
  ["one that is easy to guess", "password1\n", /^The password is too easy to guess\./],
  ["the address", "ada@example.com\n", /must not be the e-mail address/],
  ["a long one", `${"correct horse ".repeat(20)}\n`, /^The password must be at most 256 characters long\.$/],
  ["a very long one", "correct horse ".repeat(100_000), /^The password must be at most 256 characters long\.$/],
  ["no UTF-8", Buffer.from("correct horse \xff battery\n", "latin1"), /is not UTF-8$/],
];

for (const [what, input, reason] of REFUSED_INPUTS) {
  test(`users create: refused with ${what} on standard input, and nothing of it is repeated`, async (t) => {
    const shop = await openShop(t);
    const line = await shop.refused(["users", "create", "ada@example.com"], { input });
    t.regex(line, reason);
    t.false(line.includes("correct horse"));
    t.deepEqual(await shop.query(HASH), []);
  });
}

test("users create: the first line counts, without its line break, and any Unicode form of it", async (t) => {
  const shop = await openShop(t);
  await shop.json(["users", "create", "ada@example.com"], { input: "Zo\u00eb's p\u00e4ssword\r\nsecond line\n" });
  const stored = String((await shop.query(HASH))[0]?.password_hash);
  t.true(await passwordIs(stored, "Zoe\u0308's pa\u0308ssword"));
  t.false(await passwordIs(stored, "Zo\u00eb's p\u00e4ssword\r"));
});

test("users create: an address that is taken or no address is refused before a password is asked for", async (t) => {
  const shop = await openShop(t);
  await createUser(shop);
  for (const [email, reason] of [
    ["ADA@example.com", /^An account with this e-mail address already exists\.$/],
    ["ada", /^This is not a usable e-mail address\.$/],
    ["", /^This is not a usable e-mail address\.$/],
  ] as const) {
    t.regex(await shop.refused(["users", "create", email]), reason);
  }
  t.is((await shop.query(HASH)).length, 1);
});

test("users create: of several at once for one address one makes the account", async (t) => {
  const shop = await openShop(t);
  const runs = Array.from({ length: 3 }, () => shop.kudos(["users", "create", "ada@example.com"], { input: PASSWORD }));
  const codes = (await Promise.all(runs)).map(({ code }) => code);
  t.deepEqual(codes.toSorted(), [0, 1, 1]);
  t.is((await shop.query(HASH)).length, 1);
});

test("users create: works while registration is closed, and holds to PASSWORD_MIN_LENGTH", async (t) => {
  const shop = await openShop(t);
  const environment = { REGISTRATION: "closed", PASSWORD_MIN_LENGTH: "20" };
  const args = ["users", "create", "ada@example.com"];
  t.regex(await shop.refused(args, { input: "kR7#vPq2$wLm\n", environment }), /at least 20 characters/);
  await shop.json(args, { input: PASSWORD, environment });
  t.is((await shop.query(HASH)).length, 1);
});

test("users list: everybody in the order in which they came, with roles; a table for people", async (t) => {
  const shop = await openShop(t);
  t.deepEqual(await shop.json(["users", "list"]), { items: [] });
  await createUser(shop);
  await createUser(shop, "bob@example.com");
  await shop.json(["roles", "grant", "bob@example.com", "author"]);
  await shop.json(["users", "deactivate", "ada@example.com"]);
  const { items } = await shop.json<Users>(["users", "list"]);
  t.deepEqual(
    items.map(({ created_at, ...user }) => [typeof created_at, user]),
    [
      ["string", { id: 1, email: "ada@example.com", active: false, roles: [], username: null }],
      ["string", { id: 2, email: "bob@example.com", active: true, roles: ["author"], username: null }],
    ],
  );
  const { stdout } = await shop.kudos(["users", "list"]);
  const [headings, ada, bob, ...rest] = stdout.trimEnd().split("\n");
  t.regex(headings ?? "", /^ID +EMAIL +ACTIVE +ROLES +CREATED$/);
  t.regex(ada ?? "", /^1 +ada@example\.com +no +\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  t.regex(bob ?? "", /^2 +bob@example\.com +yes +author +\d{4}-/);
  t.deepEqual(rest, []);
});

test("users list: a reader that has seen enough is no failure", async (t) => {
  const shop = await openShop(t);
  const child = spawn(process.execPath, [CLI, "users", "list"], {
    cwd: shop.folder,
    env: { ...surroundings(), ...SETTINGS, ...shop.database },
  });
  const program = observe(child);
  child.stdout.destroy();
  const { code, stderr } = await program.ended;
  t.deepEqual({ code, stderr }, { code: 0, stderr: "" });
});

test("users activate and deactivate: the same again is harmless, and told of once", async (t) => {
  const shop = await openShop(t);
  await createUser(shop);
  const run = async (command: string) => (await shop.json<UserOutput>(["users", command, "Ada@Example.com"])).active;
  t.deepEqual(
    [await run("activate"), await run("deactivate"), await run("deactivate"), await run("activate")],
    [true, false, false, true],
  );
  t.deepEqual(await eventsOf(shop, 1), ["registered by cli", "deactivated by cli", "activated by cli"]);
});

test("users reset-all-access: no token of anybody works any more, passwords do, and the trail tells it once", async (t) => {
  const shop = await openShop(t);
  await createUser(shop);
  const before = (await shop.query('select generation from "user" where id = 1'))[0]?.generation;
  const server = await startProgram(t, { folder: shop.folder, environment: shop.database });
  const signIn = async () =>
    await fetch(`${server.url}/login?include_auth_token`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ email: "ada@example.com", password: PASSWORD }),
    });
  const { response } = (await (await signIn()).json()) as { response: { user: { authentication_token: string } } };
  const headers = { "Authentication-Token": response.user.authentication_token };
  const status = async () => (await fetch(`${server.url}/api/test`, { headers })).status;
  t.is(await status(), 200);
  t.deepEqual(await shop.json(["users", "reset-all-access"]), { users: 1 });
  t.is(await status(), 401);
  t.is((await signIn()).status, 200);
  t.deepEqual(await shop.query('select generation from "user" where id = 1'), [{ generation: Number(before) + 1 }]);
  t.deepEqual(await shop.query("select user_id, actor from event where kind = 'access_reset'"), [
    { user_id: null, actor: "cli" },
  ]);
});

test("users password and reset-access: told of, and a password that is refused changes nothing", async (t) => {
  const shop = await openShop(t);
  await createUser(shop);
  const [before] = await shop.query(HASH);
  t.regex(await shop.refused(["users", "password", "ada@example.com"], { input: "short" }), /at least 8/);
  t.deepEqual(await shop.query(HASH), [before]);
  const user = await shop.json<UserOutput>(["users", "password", "ada@example.com"], { input: "another good horse" });
  t.is(user.email, "ada@example.com");
  const [after] = await shop.query(HASH);
  t.not(after?.password_hash, before?.password_hash);
  await shop.json(["users", "reset-access", "ada@example.com"]);
  t.deepEqual(await shop.query(HASH), [{ ...after, generation: Number(after?.generation) + 1 }]);
  t.deepEqual(await eventsOf(shop, 1), ["registered by cli", "password_changed by cli", "access_reset by cli"]);
});

for (const command of ["users activate", "users deactivate", "users password", "users reset-access", "tokens list"]) {
  test(`${command}: one line for somebody who is not there`, async (t) => {
    const shop = await openShop(t);
    for (const email of ["nobody@example.com", "nobody", "\u001b[2J"]) {
      const line = await shop.refused([...command.split(" "), email]);
      t.is(line, "There is no user with this e-mail address. kudos users list names those that there are.");
    }
    t.deepEqual(await shop.query("select * from event"), []);
  });
}

test("roles: granted and taken, each told of once; unknown ones are refused", async (t) => {
  const shop = await openShop(t);
  await createUser(shop);
  t.deepEqual(await shop.json(["roles", "list"]), {
    items: [
      { name: "author", permissions: ["articles:write"], requires_factor: false, users: 0 },
      { name: "resource-server", permissions: ["tokens:introspect"], requires_factor: false, users: 0 },
    ],
  });
  const run = async (command: string) =>
    (await shop.json<UserOutput>(["roles", command, "ada@example.com", "author"])).roles;
  t.deepEqual([await run("grant"), await run("grant")], [["author"], ["author"]]);
  t.regex((await shop.kudos(["roles", "list"])).stdout, /^author +articles:write +no +1$/m);
  t.deepEqual([await run("revoke"), await run("revoke")], [[], []]);
  t.deepEqual(await eventsOf(shop, 1), [
    "registered by cli",
    "role_granted author by cli",
    "role_revoked author by cli",
  ]);
  t.is(
    await shop.refused(["roles", "grant", "ada@example.com", "king"]),
    "There is no such role. kudos roles list names those that there are.",
  );
  t.is(
    await shop.refused(["roles", "grant", "bob@example.com", "author"]),
    "There is no user with this e-mail address. kudos users list names those that there are.",
  );
});

test("users confirm: the address counts as confirmed, by the operator's word; harmless once more", async (t) => {
  const shop = await openShop(t);
  await createUser(shop, "ada@example.com");
  await shop.query('update "user" set confirmed_at = null');
  for (let times = 0; times < 2; times += 1) await shop.json(["users", "confirm", "ADA@example.com"]);
  t.is((await shop.query(CONFIRMED)).length, 1);
  t.is((await eventsOf(shop, 1)).filter((event) => event === "confirmed by cli").length, 1);
  const again = await shop.quickly(["users", "confirm", "ada@example.com"]);
  t.is(again.stdout, "ada@example.com had a confirmed address already.\n", "why there is no event");
  t.is(
    await shop.refused(["users", "confirm", "bob@example.com"]),
    "There is no user with this e-mail address. kudos users list names those that there are.",
  );
});

test("users create: the address of a user whom the operator makes is confirmed", async (t) => {
  const shop = await openShop(t);
  await shop.json(["users", "create", "ada@example.com"], { input: PASSWORD });
  t.is((await shop.query(CONFIRMED)).length, 1);
});

test("users delete: the user is gone with all that was kept, and the trail stays", async (t) => {
  const shop = await openShop(t);
  await createUser(shop, "ada@example.com");
  await shop.query(
    "insert into article_like (user_id, article_id, created_at) select 1, id, created_at from article limit 1",
  );
  await shop.query("update article set like_count = 1 where id in (select article_id from article_like)");
  const { stdout } = await shop.quickly(["users", "delete", "ada@example.com"]);
  t.is(stdout, "ada@example.com (id 1) is deleted.\n");
  for (const table of ["user", "article_like"]) t.deepEqual(await shop.query(`select * from "${table}"`), []);
  t.deepEqual(await shop.query("select max(like_count) as most from article"), [{ most: 0 }]);
  t.true((await eventsOf(shop, 1)).includes("account_deleted by cli"));
  t.regex(await shop.refused(["users", "delete", "ada@example.com"]), /There is no user/);
});

test("users remove-factor: the password alone opens the account again, and every token and session has ended", async (t) => {
  const shop = await openShop(t);
  await createUser(shop, "ada@example.com");
  await shop.query(
    "insert into second_factor (user_id, method, secret, created_at) values (1, 'authenticator', 'x', '2026-01-01T00:00:00Z')",
  );
  await shop.query("insert into recovery_code (user_id, digest) values (1, 'x')");
  for (const usage of ["first", "secondary", "both"]) {
    await shop.query(
      "insert into passkey (id, user_id, credential_id, public_key, algorithm, counter, name, usage, aaguid, backup_eligible, backed_up, created_at) " +
        `values ('${usage}', 1, '${usage}', 'x', -7, 0, '${usage}', '${usage}', '', false, false, '2026-01-01T00:00:00Z')`,
    );
  }
  const { stdout } = await shop.kudos(["users", "remove-factor", "Ada@example.com"]);
  t.deepEqual(await shop.query("select id, usage from passkey order by id"), [
    { id: "both", usage: "first" },
    { id: "first", usage: "first" },
  ]);
  t.is(stdout, "ada@example.com has no second factor and no recovery code; all tokens and sessions have ended.\n");
  t.deepEqual(await shop.query("select * from second_factor"), []);
  t.deepEqual(await shop.query("select * from recovery_code"), []);
  t.is((await shop.query('select generation from "user"'))[0]?.generation, 1);
  t.deepEqual((await eventsOf(shop, 1)).slice(-3), [
    "factor_removed authenticator by cli",
    "factor_removed passkey:both by cli",
    "passkey_removed passkey:secondary by cli",
  ]);
  await shop.refused(["users", "remove-factor", "eve@example.com"]);
  const before = [await shop.query('select * from "user"'), await shop.query("select * from event")];
  const again = await shop.quickly(["users", "remove-factor", "Ada@example.com"]);
  t.deepEqual(
    [again.code, again.stdout],
    [0, "ada@example.com had no second factor and no recovery code; nothing has changed.\n"],
  );
  t.deepEqual([await shop.query('select * from "user"'), await shop.query("select * from event")], before);
  await shop.query("insert into recovery_code (user_id, digest) values (1, 'x')");
  await shop.json(["users", "remove-factor", "ada@example.com"]);
  t.deepEqual(await shop.query("select * from recovery_code"), []);
  t.is(
    (await eventsOf(shop, 1)).at(-1),
    "access_reset by cli",
    "what ended is told, also where codes were all that there was",
  );
});

test("roles require-factor: who holds the role needs a second factor; --undo asks no more", async (t) => {
  const shop = await openShop(t);
  const required = async () =>
    (await shop.query("select requires_factor from role where name = 'author'"))[0]?.requires_factor ===
    (onPostgreSql ? true : 1);
  t.false(await required());
  const { stdout } = await shop.kudos(["roles", "require-factor", "author"]);
  t.is(stdout, "Who holds the role author needs a second factor to sign in.\n");
  t.true(await required());
  t.deepEqual(await shop.json(["roles", "require-factor", "author", "--undo"]), {
    name: "author",
    requires_factor: false,
    users_signed_out: 0,
  });
  t.false(await required());
  await shop.json(["roles", "require-factor", "author", "--undo"]);
  t.deepEqual(
    await shop.query("select kind, actor, detail, user_id from event order by id"),
    ["role_factor_required", "role_factor_lifted"].map((kind) => ({
      kind,
      actor: "cli",
      detail: "author",
      user_id: null,
    })),
    "each change is told of once",
  );
  await shop.refused(["roles", "require-factor", "editor"]);
});
