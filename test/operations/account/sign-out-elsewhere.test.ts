import test from "ava";
import { startServerOnDisk } from "../../support/database-file.ts";
import { read } from "../../support/liking.ts";
import { logIn, PASSWORD, post, signIn, signUp, startServer } from "../../support/server.ts";

const DAY = 24 * 60 * 60 * 1000;

test("signOutElsewhere: 204 ends every other token and session; those of the request, and other users', go on", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  const bob = await signUp(server, "bob@example.com");
  const works = async (headers: Record<string, string>) => (await server.request("/api/me", { headers })).status;
  const others = async () => {
    const [token, session] = [await logIn(server, ada.email), await signIn(server, ada.email)];
    const { data } = await server.client.POST("/api/tokens", {
      headers: token.headers,
      body: { name: "made with it" },
    });
    const made = { "Authentication-Token": data?.authentication_token ?? "" };
    return [token.headers, { Cookie: session.cookie }, made];
  };
  const visit = await signIn(server, ada.email);
  const [byToken, byCookie] = [ada.headers, { Cookie: visit.cookie, "X-CSRF-Token": visit.csrfToken }];
  const asked = [
    [{ ...byToken, ...byCookie }, [200, 200]],
    [byToken, [200, 401]],
  ] as const;
  for (const [headers, own] of asked) {
    const foreign = await others();
    for (const one of foreign) t.is(await works(one), 200);
    const { response } = await server.client.POST("/api/sign_out_elsewhere", { headers });
    t.is(response.status, 204);
    t.is(response.headers.get("Set-Cookie"), null);
    t.is(response.headers.get("Clear-Site-Data"), null);
    for (const one of foreign) t.is(await works(one), 401);
    t.deepEqual([await works(byToken), await works({ Cookie: visit.cookie })], own);
    t.is(await works(bob.headers), 200);
    // A second time there is nobody left to end.
    t.is((await server.client.POST("/api/sign_out_elsewhere", { headers })).response.status, 204);
    t.is(await works(byToken), 200);
  }
});

test("signOutElsewhere: 204 for a token made with a session, which goes on without it", async (t) => {
  const server = await startServer(t);
  const { cookie, csrfToken } = await signIn(server, (await signUp(server)).email);
  const { data } = await server.client.POST("/api/tokens", {
    headers: { Cookie: cookie, "X-CSRF-Token": csrfToken },
    body: {},
  });
  const headers = { "Authentication-Token": data?.authentication_token ?? "" };
  t.is((await server.client.POST("/api/sign_out_elsewhere", { headers })).response.status, 204);
  t.is((await server.request("/api/me", { headers: { Cookie: cookie } })).status, 401);
  t.is((await server.request("/api/me", { headers })).status, 200);
});

test("signOutElsewhere: 401 reauth_required a day after the sign-in, until the password is proved, with nothing ended", async (t) => {
  let now = Date.UTC(2026, 0, 1);
  const server = await startServer(t, { now: () => new Date(now) });
  const ada = await signUp(server);
  const other = await logIn(server, ada.email);
  now += DAY + 1;
  const early = await server.client.POST("/api/sign_out_elsewhere", { headers: ada.headers });
  t.is(early.response.status, 401);
  t.true(early.error !== undefined && "reauth_required" in early.error);
  t.is((await server.request("/api/me", { headers: other.headers })).status, 200);
  t.is((await post(server, "/verify", { password: PASSWORD }, ada.headers)).status, 200);
  t.is((await server.client.POST("/api/sign_out_elsewhere", { headers: ada.headers })).response.status, 204);
  t.is((await server.request("/api/me", { headers: other.headers })).status, 401);
});

test("signOutElsewhere: 401 without a credential, 403 with a narrow token, with nothing ended", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  const { data } = await server.client.POST("/api/tokens", { headers: ada.headers, body: { scopes: ["likes:write"] } });
  t.is((await server.client.POST("/api/sign_out_elsewhere")).response.status, 401);
  const headers = { "Authentication-Token": data?.authentication_token ?? "" };
  t.is((await server.client.POST("/api/sign_out_elsewhere", { headers })).response.status, 403);
  t.is((await server.request("/api/me", { headers: ada.headers })).status, 200);
});

test("signOutElsewhere: the audit trail says who asked, and by what", async (t) => {
  const { server, sql } = await startServerOnDisk(t);
  const ada = await signUp(server);
  await server.client.POST("/api/sign_out_elsewhere", { headers: ada.headers });
  const { items } = await read(await server.request("/api/tokens", { headers: ada.headers }));
  const [event] = await sql("select kind, actor, credential from event order by id desc limit 1");
  t.deepEqual({ ...event }, { kind: "access_reset", actor: `user:${ada.id}`, credential: `token:${items[0].id}` });
});
