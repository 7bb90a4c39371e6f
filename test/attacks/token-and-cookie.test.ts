import test, { type ExecutionContext } from "ava";
import { read } from "../support/liking.ts";
import { PASSWORD, post, signIn, signUp, startServer } from "../support/server.ts";

const NEXT = "vK8#qz2w!pL5";
const DAY = 24 * 60 * 60 * 1000;

/** A page that has a session cookie and sends a token as well, as the application at / does. */
async function pageWithBoth(t: ExecutionContext) {
  const clock = { now: Date.UTC(2026, 0, 1) };
  const server = await startServer(t, { now: () => new Date(clock.now) });
  const { headers: token, email } = await signUp(server);
  const { cookie } = await signIn(server, email);
  const both = { ...token, Cookie: cookie };
  const statuses = async () => [
    (await server.request("/api/test", { headers: token })).status,
    (await server.request("/api/test_session", { headers: { Cookie: cookie } })).status,
  ];
  const end = (path: string) => server.request(path, { method: "DELETE", headers: both });
  return { clock, server, both, token, cookie, statuses, end };
}

test("changePassword: 200 keeps the token and the session that a request carries both", async (t) => {
  const { server, both, statuses } = await pageWithBoth(t);
  const elsewhere = await signIn(server, "ada@example.com");
  t.is((await post(server, "/change", { password: PASSWORD, new_password: NEXT }, both)).status, 200);
  t.deepEqual(await statuses(), [200, 200]);
  t.is((await server.request("/api/test_session", { headers: { Cookie: elsewhere.cookie } })).status, 401);
});

test("verifyPassword: 200 makes the token and the session fresh, and gives the session's CSRF token", async (t) => {
  const { clock, server, both, cookie, token } = await pageWithBoth(t);
  clock.now += DAY + 1;
  const response = await post(server, "/verify", { password: PASSWORD }, both);
  const { csrf_token: csrf } = (await read(response)).response;
  for (const headers of [{ Cookie: cookie, "X-CSRF-Token": csrf }, token]) {
    t.is((await post(server, "/api/tokens", {}, headers)).status, 201);
  }
});

test("listTokens, listSessions: 200 with both that the request carries marked", async (t) => {
  const { server, both } = await pageWithBoth(t);
  await signIn(server, "ada@example.com");
  for (const path of ["/api/tokens", "/api/sessions"]) {
    const { items } = await read(await server.request(path, { headers: both }));
    t.is(items.filter(({ current }: { current: boolean }) => current).length, 1, path);
  }
});

test("revokeTokens, revokeSessions, revokeSession: 204 takes the cookie away from a page that sent a token too", async (t) => {
  const { server, both, statuses, end } = await pageWithBoth(t);
  const { items } = await read(await server.request("/api/sessions", { headers: both }));
  const cases = [
    [`/api/sessions/${items[0].id}`, [200, 401]],
    ["/api/sessions", [200, 401]],
    ["/api/tokens", [401, 401]],
  ] as const;
  for (const [path, left] of cases) {
    const page = path.endsWith("s") ? await pageWithBoth(t) : { statuses, end };
    const response = await page.end(path);
    t.is(response.status, 204, path);
    t.regex(response.headers.get("Set-Cookie") ?? "", /^kudos_session=;.*Max-Age=0/, path);
    t.regex(response.headers.get("Clear-Site-Data") ?? "", /"storage"/, path);
    t.deepEqual(await page.statuses(), [...left], path);
  }
});

test("logout: 200 ends both", async (t) => {
  const { server, both, statuses } = await pageWithBoth(t);
  t.is((await server.request("/logout", { method: "POST", headers: both })).status, 200);
  t.deepEqual(await statuses(), [401, 401]);
});
