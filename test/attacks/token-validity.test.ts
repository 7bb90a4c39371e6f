import test from "ava";
import { startServerOnDisk } from "../support/database-file.ts";
import { PASSWORD, signIn, signUp, type TestServer } from "../support/server.ts";

async function statusWith(server: TestServer, headers: Record<string, string>, path = "/api/test"): Promise<number> {
  const response = await server.request(path, { headers });
  await response.body?.cancel();
  return response.status;
}

const DAY = 24 * 60 * 60 * 1000;

test("getTest: 401 from the moment on which a token expires, however much it was used", async (t) => {
  let now = Date.UTC(2026, 0, 1);
  const { server, sql } = await startServerOnDisk(t, { now: () => new Date(now) });
  const { headers } = await signUp(server);
  now += 30 * DAY - 1;
  await sql("update access_token set last_used_at = ?", new Date(now));
  t.is(await statusWith(server, headers), 200);
  now += 1;
  const response = await server.request("/api/test", { headers });
  t.is(response.status, 401);
  t.regex(response.headers.get("WWW-Authenticate") ?? "", /Bearer realm="kudos", error="invalid_token"/);
});

test("getTest: 401 from the moment on which a token was not used for 14 days", async (t) => {
  let now = Date.UTC(2026, 0, 1);
  const { server, sql } = await startServerOnDisk(t, { now: () => new Date(now) });
  const { headers } = await signUp(server);
  now += 14 * DAY - 1;
  t.is(await statusWith(server, headers), 200);
  now += 1;
  t.is(await statusWith(server, headers), 401);
  await sql("update access_token set last_used_at = ?", new Date(now - 14 * DAY + 1));
  t.is(await statusWith(server, headers), 200);
});

test("getTest: 401 by the lifetimes that are set", async (t) => {
  let now = Date.UTC(2026, 0, 1);
  const environment = { TOKEN_LIFETIME_DAYS: "2", TOKEN_IDLE_DAYS: "1" };
  const { server, sql } = await startServerOnDisk(t, { now: () => new Date(now), environment });
  const { headers } = await signUp(server);
  now += DAY;
  t.is(await statusWith(server, headers), 401, "not used for a day");
  await sql("update access_token set last_used_at = ?", new Date(now));
  t.is(await statusWith(server, headers), 200);
  now += DAY;
  t.is(await statusWith(server, headers), 401, "two days old");
});

test("getTest: 401 for every token and session of a user whose generation is raised, and for nobody else's", async (t) => {
  const { server, sql } = await startServerOnDisk(t);
  const [ada, bob] = [await signUp(server, "ada@example.com"), await signUp(server, "bob@example.com")];
  const { data } = await server.client.POST("/login", {
    params: { query: { include_auth_token: "" } },
    body: { email: ada.email, password: PASSWORD },
  });
  const second = String(data?.response.user?.authentication_token);
  const visit = await signIn(server, ada.email);
  await sql(`update "user" set generation = generation + 1 where id = ?`, ada.id);
  t.is(await statusWith(server, ada.headers), 401);
  t.is(await statusWith(server, { "Authentication-Token": second }), 401);
  t.is(await statusWith(server, { Cookie: visit.cookie }, "/api/test_session"), 401);
  t.is(await statusWith(server, bob.headers), 200);
  await sql(`update "user" set generation = generation - 1 where id = ?`, ada.id);
  await sql("update access_token set generation = 7");
  t.is(await statusWith(server, bob.headers), 401, "a write to the row does not help");
});

test("getTest: 401 for a user who is inactive or gone, and for rows that somebody wrote to", async (t) => {
  const { server, sql } = await startServerOnDisk(t);
  const ada = await signUp(server, "ada@example.com");
  const bob = await signUp(server, "bob@example.com");
  const { cookie } = await signIn(server, ada.email);
  await sql(`update "user" set active = 0 where id = ?`, ada.id);
  t.is(await statusWith(server, ada.headers), 401);
  t.is(await statusWith(server, { Cookie: cookie }, "/api/test_session"), 401);
  await sql(`update "user" set active = 1 where id = ?`, ada.id);
  t.is(await statusWith(server, ada.headers), 200);

  const tampered: readonly (readonly [string, string])[] = [
    [
      `update access_token set user_id = ${ada.id} where user_id = ${bob.id}`,
      `update access_token set user_id = ${bob.id} where user_id = ${ada.id} and id = '${bob.token.slice(6, 28)}'`,
    ],
    [
      "update access_token set expires_at = expires_at + 1000",
      "update access_token set expires_at = expires_at - 1000",
    ],
    ["update access_token set key_id = 'x' || key_id", "update access_token set key_id = substr(key_id, 2)"],
  ];
  for (const [change, restore] of tampered) {
    await sql(change);
    t.is(await statusWith(server, bob.headers), 401, change);
    await sql(restore);
    t.is(await statusWith(server, bob.headers), 200, restore);
  }
  await sql(`delete from "user" where id = ?`, bob.id);
  t.is(await statusWith(server, bob.headers), 401);
});
