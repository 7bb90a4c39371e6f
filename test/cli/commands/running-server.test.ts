import test, { type ExecutionContext } from "ava";
import type { UserOutput } from "../../../src/cli/commands/user-output.ts";
import { endSharedProcess } from "../../support/command-process.ts";
import { createUser, eventsOf, openShop, type Shop } from "../../support/kudos.ts";
import { PASSWORD, startServer } from "../../support/server.ts";

test.after.always(endSharedProcess);

const EMAIL = "ada@example.com";

/** A server in this process, on the database of a {@link Shop}; the commands run in other processes. */
async function serve(t: ExecutionContext, { database }: Shop) {
  const { request } = await startServer(t, { environment: database });
  const post = (path: string, content: unknown, headers: Record<string, string> = {}) =>
    request(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body: JSON.stringify(content),
    });
  return {
    signIn: async (password = PASSWORD): Promise<string | undefined> => {
      const response = await post("/login?include_auth_token", { email: EMAIL, password });
      return JSON.parse(await response.text()).response.user?.authentication_token;
    },
    cookie: async (): Promise<string> => {
      const response = await post("/login", { email: EMAIL, password: PASSWORD });
      return (response.headers.getSetCookie()[0] ?? "").split(";")[0] ?? "";
    },
    statusBy: async (headers: Record<string, string>, path = "/api/test"): Promise<number> =>
      (await request(path, { headers })).status,
    status: async (token = ""): Promise<number> =>
      (await request("/api/test", { headers: { "Authentication-Token": token } })).status,
    write: async (token = ""): Promise<number> =>
      (await post("/api/articles", { title: "Tides", author: "Ada" }, { "Authentication-Token": token })).status,
  };
}

interface Tokens {
  readonly items: readonly { readonly id: string; readonly name: string; readonly scopes: readonly string[] | null }[];
}

test("a running server sees an account that is made, kept out and let in again, with the next request", async (t) => {
  const shop = await openShop(t);
  const server = await serve(t, shop);
  t.is(await server.signIn(), undefined);
  await shop.json(["users", "create", EMAIL], { input: `${PASSWORD}\n` });
  const token = await server.signIn();
  const cookie = await server.cookie();
  t.is(await server.status(token), 200);
  t.is(await server.statusBy({ Cookie: cookie }, "/api/test_session"), 200);

  await shop.json(["users", "deactivate", EMAIL]);
  t.is(await server.status(token), 401);
  t.is(await server.statusBy({ Cookie: cookie }, "/api/test_session"), 401);
  t.is(await server.signIn(), undefined);

  await shop.json(["users", "activate", EMAIL]);
  t.is(await server.status(token), 401, "what was issued before stays dead");
  t.is(await server.status(await server.signIn()), 200);
});

test("a running server sees a role that is granted and taken with the next request", async (t) => {
  const shop = await openShop(t);
  const server = await serve(t, shop);
  await createUser(shop);
  const token = await server.signIn();
  t.is(await server.write(token), 403);
  await shop.json(["roles", "grant", EMAIL, "author"]);
  t.is(await server.write(token), 201);
  await shop.json(["roles", "revoke", EMAIL, "author"]);
  t.is(await server.write(token), 403);
  t.is(await server.status(token), 200, "the token itself stays good");
});

test("a running server sees a token that is revoked with the next request; the others stay good", async (t) => {
  const shop = await openShop(t);
  const server = await serve(t, shop);
  await createUser(shop);
  await createUser(shop, "bob@example.com");
  const [first, second] = [await server.signIn(), await server.signIn()];
  const list = await shop.json<Tokens>(["tokens", "list", EMAIL]);
  t.is(list.items.length, 2);
  const secrets = (await shop.query("select digest from access_token")).map(({ digest }) => String(digest));
  for (const secret of [first, second, ...secrets]) t.false(JSON.stringify(list).includes(secret ?? ""));
  for (const { scopes, name } of list.items) {
    t.is(scopes, null);
    t.is(name, "node");
  }
  const id = list.items.find((item) => first?.includes(item.id))?.id ?? "";

  t.is(
    await shop.refused(["tokens", "revoke", "bob@example.com", id]),
    "There is no such token. kudos tokens list EMAIL names those that there are.",
  );
  t.is(await server.status(first), 200);
  t.deepEqual(await shop.json(["tokens", "revoke", EMAIL, id]), { id });
  t.is(await server.status(first), 401);
  t.is(await server.status(second), 200);
  t.is(
    await shop.refused(["tokens", "revoke", EMAIL, id]),
    "There is no such token. kudos tokens list EMAIL names those that there are.",
  );
  t.is((await shop.json<Tokens>(["tokens", "list", EMAIL])).items.length, 1);
  const { stdout } = await shop.kudos(["tokens", "list", EMAIL]);
  t.regex(
    stdout,
    /^ID +KIND +NAME +CREATED +LAST USED +EXPIRES +SCOPES\n[\w-]{22} +access +node +\d{4}-\S+ +\S+ +\d{4}-\S+ +all\n$/,
  );
  t.deepEqual(await shop.query("select credential from event where kind = 'token_revoked'"), [
    { credential: `token:${id}` },
  ]);
  // A token that has leaked is known by its text.
  await shop.json(["tokens", "revoke", EMAIL, second ?? ""]);
  t.is(await server.status(second), 401);
});

test("a running server sees a new password, and that access was reset, with the next request", async (t) => {
  const shop = await openShop(t);
  const server = await serve(t, shop);
  const id = await createUser(shop);
  const token = await server.signIn();
  await shop.json(["users", "reset-access", EMAIL]);
  t.is(await server.status(token), 401);
  const again = await server.signIn();
  t.is(await server.status(again), 200);

  await shop.json(["users", "password", EMAIL], { input: "another good horse\n" });
  t.is(await server.status(again), 401);
  t.is(await server.signIn(), undefined);
  t.is(await server.status(await server.signIn("another good horse")), 200);
  const kinds = (await eventsOf(shop, id)).filter((event) => event.endsWith("by cli"));
  t.deepEqual(kinds, ["registered by cli", "access_reset by cli", "password_changed by cli"]);
  t.is((await shop.json<{ items: UserOutput[] }>(["users", "list"])).items.length, 1);
});

test("a role that requires a second factor ends the tokens of its holders who have none, whichever comes first", async (t) => {
  const shop = await openShop(t);
  const server = await serve(t, shop);
  const id = await createUser(shop);
  const before = await server.signIn();
  await shop.json(["roles", "grant", EMAIL, "author"]);
  t.is(await server.status(before), 200, "the role asks for nothing yet");
  const required = await shop.kudos(["roles", "require-factor", "author"]);
  t.is(
    required.stdout,
    "Who holds the role author needs a second factor to sign in. 1 user without one is signed out.\n",
  );
  t.is(await server.status(before), 401);
  t.is(await server.signIn(), undefined, "the password alone gives no token");

  await shop.json(["roles", "revoke", EMAIL, "author"]);
  const between = await server.signIn();
  t.is(await server.status(between), 200);
  await shop.json(["roles", "grant", EMAIL, "author"]);
  t.is(await server.status(between), 401);
  t.is((await eventsOf(shop, id)).filter((event) => event.startsWith("access_reset")).length, 2);
});

test("a role that requires a second factor leaves the tokens of a holder who has one", async (t) => {
  const shop = await openShop(t);
  const server = await serve(t, shop);
  const id = await createUser(shop);
  await shop.query(
    `insert into second_factor (user_id, method, secret, last_step, created_at)
      select id, 'authenticator', 'x', 0, created_at from "user" where id = ${id} returning id`,
  );
  await shop.query(
    `insert into user_role (user_id, role_id) select ${id}, id from role where name = 'author' returning role_id`,
  );
  const before = await shop.query(`select generation from "user" where id = ${id}`);
  t.like(await shop.json(["roles", "require-factor", "author"]), { users_signed_out: 0 });
  t.deepEqual(await shop.query(`select generation from "user" where id = ${id}`), before);
  t.is(await server.signIn(), undefined);
});

test("a token whose id begins with a hyphen is revoked like any other", async (t) => {
  const shop = await openShop(t);
  const server = await serve(t, shop);
  const userId = await createUser(shop);
  await server.signIn();
  const id = `-${"a".repeat(21)}`;
  await shop.query(`update access_token set id = '${id}' where user_id = ${userId} returning id`);
  t.deepEqual(await shop.json(["tokens", "revoke", EMAIL, id]), { id });
  t.deepEqual(await shop.query("select id from access_token"), []);
});
