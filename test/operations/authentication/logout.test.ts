import test from "ava";
import { signIn, signUp, startServer, type TestServer } from "../../support/server.ts";

const GONE = "kudos_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0";

function logout(server: TestServer, headers: Record<string, string>): Promise<Response> {
  return server.request("/logout", { method: "POST", headers });
}

async function status(server: TestServer, path: string, headers: Record<string, string>): Promise<number> {
  return (await server.request(path, { headers })).status;
}

test("logout: 200 ends the token, by either header, and no other token", async (t) => {
  const server = await startServer(t);
  const bob = await signUp(server, "bob@example.com");
  for (const [index, carry] of [
    (token: string) => ({ "Authentication-Token": token }),
    (token: string) => ({ Authorization: `Bearer ${token}` }),
  ].entries()) {
    const ada = await signUp(server, `ada${index}@example.com`);
    const response = await logout(server, carry(ada.token));
    t.is(response.status, 200);
    t.deepEqual(JSON.parse(await response.text()), { meta: { code: 200 }, response: {} });
    t.is(response.headers.get("Cache-Control"), "no-store");
    t.is(await status(server, "/api/test", { "Authentication-Token": ada.token }), 401);
    t.is(await status(server, "/api/test", { Authorization: `Bearer ${ada.token}` }), 401);
  }
  t.is(await status(server, "/api/test", bob.headers), 200);
});

test("logout: 200 ends the session, the copied cookie included, and no other session", async (t) => {
  const server = await startServer(t);
  const { email, headers } = await signUp(server);
  const [here, elsewhere] = [await signIn(server, email), await signIn(server, email)];
  const response = await logout(server, { Cookie: here.cookie, "X-CSRF-Token": here.csrfToken });
  t.is(response.status, 200);
  t.is(response.headers.get("Set-Cookie"), GONE);
  t.is(response.headers.get("Clear-Site-Data"), '"cache", "storage"', "not the cookies: the device is still known");
  t.is(await status(server, "/api/test_session", { Cookie: here.cookie }), 401, "a copy of the cookie is dead");
  t.is(await status(server, "/api/test_session", { Cookie: elsewhere.cookie }), 200);
  t.is(await status(server, "/api/test", headers), 200, "the token was not in that request");
});

test("logout: 200 ends token and session where the request carries both", async (t) => {
  const server = await startServer(t);
  const { email, headers } = await signUp(server);
  const { cookie, csrfToken } = await signIn(server, email);
  const second = await signUp(server, "bob@example.com");
  t.is((await logout(server, { ...headers, Cookie: cookie, "X-CSRF-Token": csrfToken })).status, 200);
  t.is(await status(server, "/api/test", headers), 401);
  t.is(await status(server, "/api/test_session", { Cookie: cookie }), 401);
  t.is(await status(server, "/api/test", second.headers), 200);
});

test("logout: 200 ends both tokens where two of one user are sent", async (t) => {
  const server = await startServer(t);
  const { email, headers } = await signUp(server);
  const { data } = await server.client.POST("/login", {
    params: { query: { include_auth_token: "1" } },
    body: { email, password: "correct horse battery staple" },
  });
  const Authorization = `Bearer ${data?.response.user?.authentication_token}`;
  t.is((await logout(server, { ...headers, Authorization })).status, 200);
  t.is(await status(server, "/api/test", headers), 401);
  t.is(await status(server, "/api/test", { Authorization }), 401);
});

test("logout: 200 as often as one likes, and without anything to end", async (t) => {
  const server = await startServer(t);
  const { email, headers } = await signUp(server);
  const { cookie, csrfToken } = await signIn(server, email);
  const both = { ...headers, Cookie: cookie, "X-CSRF-Token": csrfToken };
  for (const carried of [both, both, both, headers, { Cookie: cookie }, { Cookie: "kudos_session=x" }, {}]) {
    const response = await logout(server, carried);
    t.is(response.status, 200);
    t.is(response.headers.get("Set-Cookie"), GONE);
    t.deepEqual(JSON.parse(await response.text()), { meta: { code: 200 }, response: {} });
  }
});

test("logout: 200 for many at once with the same token", async (t) => {
  const server = await startServer(t);
  const { headers } = await signUp(server);
  const answers = await Promise.all(Array.from({ length: 20 }, () => logout(server, headers)));
  t.true(answers.every((answer) => answer.status === 200));
  t.is(await status(server, "/api/test", headers), 401);
});

test("logout: 400 for a token and a session of different users, and nothing ends", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server, "ada@example.com");
  const bob = await signUp(server, "bob@example.com");
  const { cookie, csrfToken } = await signIn(server, bob.email);
  const response = await logout(server, { ...ada.headers, Cookie: cookie, "X-CSRF-Token": csrfToken });
  t.is(response.status, 400);
  t.is(await status(server, "/api/test", ada.headers), 200);
  t.is(await status(server, "/api/test_session", { Cookie: cookie }), 200);
});

test("logout: 303 to the start page for a browser's form, and the cookie goes", async (t) => {
  const server = await startServer(t);
  const { email } = await signUp(server);
  const { cookie } = await signIn(server, email);
  const browser = { Accept: "text/html,application/xhtml+xml,*/*;q=0.8", Cookie: cookie };
  const page = { ...browser, Origin: server.url, "Sec-Fetch-Site": "same-origin" };
  const response = await server.request("/logout", { method: "POST", headers: page, body: new URLSearchParams({}) });
  t.is(response.status, 303);
  t.is(response.headers.get("Location"), "/");
  t.is(response.headers.get("Set-Cookie"), GONE);
  t.is(response.headers.get("Clear-Site-Data"), '"cache", "storage"');
  t.is(await status(server, "/api/test_session", { ...browser, Accept: "application/json" }), 401);
  const foreign = await logout(server, { ...browser, "Sec-Fetch-Site": "cross-site" });
  t.is(foreign.status, 403);
  t.regex(foreign.headers.get("Content-Type") ?? "", /^text\/html/);
});

test("logout: 200 leaves nothing that works, however many requests were under way", async (t) => {
  const server = await startServer(t);
  const { headers } = await signUp(server);
  const calls = () => Array.from({ length: 20 }, () => status(server, "/api/test", headers));
  const [, , ended] = await Promise.all([Promise.all(calls()), Promise.all(calls()), logout(server, headers)]);
  t.is(ended.status, 200);
  t.deepEqual(new Set(await Promise.all(calls())), new Set([401]));
});

test("logout: 200 without Clear-Site-Data for a page that withholds its cookies: its browser could not obey", async (t) => {
  const server = await startServer(t);
  const { headers } = await signUp(server);
  const told = async (more: Record<string, string>) => {
    const response = await server.request("/logout", { method: "POST", headers: { ...headers, ...more } });
    return response.headers.has("Clear-Site-Data");
  };
  t.false(await told({ "Sec-Fetch-Site": "same-origin" }));
  t.true(await told({ "Sec-Fetch-Site": "same-origin", Cookie: "kudos_device=x" }));
  t.true(await told({}));
});
