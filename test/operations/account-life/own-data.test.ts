import test from "ava";
import { logIn, PASSWORD, post, signIn, signUp, startServer } from "../../support/server.ts";

const EMAIL = "ada@example.com";

test("deleteMe: 204, and the account is gone with its likes, tokens and sessions; the address is free again", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  const bob = await signUp(server, "bob@example.com");
  const other = await logIn(server, EMAIL);
  const visit = await signIn(server, EMAIL);
  for (const { headers } of [ada, bob])
    await server.client.POST("/api/article_likes", { headers, body: { article_id: 1 } });
  const { response } = await server.client.DELETE("/api/me", { headers: ada.headers });
  t.is(response.status, 204);
  for (const { headers } of [ada, other]) t.is((await server.request("/api/me", { headers })).status, 401);
  t.is((await server.request("/api/test_session", { headers: { Cookie: visit.cookie } })).status, 401);
  t.is((await post(server, "/login", { email: EMAIL, password: PASSWORD })).status, 400);
  const { data: article } = await server.client.GET("/api/articles/{article_id}", {
    params: { path: { article_id: 1 } },
  });
  const { data: likes } = await server.client.GET("/api/articles/{article_id}/likes", {
    params: { path: { article_id: 1 } },
  });
  t.is(article?.like_count, 1);
  t.deepEqual(
    likes?.items.map(({ user_id }) => user_id),
    [bob.id],
  );
  const again = await signUp(server);
  t.true(again.id > bob.id, "no id is given twice");
});

test("deleteMe: 204 by cookie takes the cookie away, 403 from another site, 401 an hour after the sign-in", async (t) => {
  let now = new Date();
  const server = await startServer(t, { now: () => now });
  await signUp(server);
  const { cookie } = await signIn(server, EMAIL);
  const remove = (headers: Record<string, string>) => server.request("/api/me", { method: "DELETE", headers });
  t.is((await remove({ Cookie: cookie, "Sec-Fetch-Site": "cross-site" })).status, 403);
  now = new Date(now.getTime() + 3_600_001);
  t.is((await remove({ Cookie: cookie, "Sec-Fetch-Site": "same-origin" })).status, 401);
  const fresh = await signIn(server, EMAIL);
  const done = await remove({ Cookie: fresh.cookie, "Sec-Fetch-Site": "same-origin" });
  t.is(done.status, 204);
  t.regex(done.headers.getSetCookie().join(), /^kudos_session=;.*Max-Age=0/);
});

test("deleteMe: 204 while other requests of the account are under way, none of which is a fault", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  const { headers } = ada;
  const json = { ...headers, "Content-Type": "application/json" };
  const calls = () => [
    server.request("/api/me", { headers }),
    server.request("/api/me/export", { headers }),
    server.request("/api/tokens", { headers }),
    server.request("/api/tokens", { method: "POST", headers: json, body: "{}" }),
    server.request("/api/article_likes", { method: "POST", headers: json, body: '{"article_id":2}' }),
    server.request("/verify", { method: "POST", headers: json, body: JSON.stringify({ password: PASSWORD }) }),
    server.request("/api/sessions", { method: "DELETE", headers }),
    server.request("/api/tokens", { method: "DELETE", headers }),
  ];
  const before = calls();
  const gone = server.request("/api/me", { method: "DELETE", headers });
  const answers = await Promise.all([...before, gone, ...calls()]);
  t.deepEqual(
    answers.filter(({ status }) => status >= 500),
    [],
  );
  t.notRegex(server.log(), /"fault"/);
});

test("exportMe: 200 with all that is kept of the user, and no secret", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  await signIn(server, EMAIL);
  await server.client.POST("/api/article_likes", { headers: ada.headers, body: { article_id: 3 } });
  await post(server, "/login", { email: EMAIL, password: "wrong" });
  const { data, response } = await server.client.GET("/api/me/export", { headers: ada.headers });
  t.is(response.headers.get("Cache-Control"), "no-store");
  t.is(data?.user.email, EMAIL);
  t.deepEqual([data?.tokens.length, data?.sessions.length], [1, 1]);
  t.deepEqual(
    data?.likes.map(({ article_id }) => article_id),
    [3],
  );
  t.deepEqual(
    data?.events.map(({ kind }) => kind),
    ["login_failed", "login", "login", "registered"],
  );
  const text = JSON.stringify(data);
  for (const secret of ["scrypt", "digest", ada.token, PASSWORD]) t.false(text.includes(secret));
});

test("exportMe: 403 for a narrowed token, 401 an hour after the sign-in", async (t) => {
  let now = new Date();
  const server = await startServer(t, { now: () => now });
  const ada = await signUp(server);
  const narrow = await logIn(server, EMAIL, { scopes: ["likes:write"] });
  t.is((await server.client.GET("/api/me/export", { headers: narrow.headers })).response.status, 403);
  now = new Date(now.getTime() + 3_600_001);
  t.is((await server.client.GET("/api/me/export", { headers: ada.headers })).response.status, 401);
});

test("deleteMe: 403 for a token that is narrowed to something else, and the account stays", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  const narrow = await logIn(server, EMAIL, { scopes: ["likes:write"] });
  t.is((await server.client.DELETE("/api/me", { headers: narrow.headers })).response.status, 403);
  t.is((await server.request("/api/me", { headers: ada.headers })).status, 200);
});
