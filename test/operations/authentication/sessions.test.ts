import test from "ava";
import { startServerOnDisk } from "../../support/database-file.ts";
import {
  cookiesOf,
  PASSWORD,
  post,
  signIn,
  signUp,
  startServer,
  type TestServer,
  type Visit,
} from "../../support/server.ts";

/** The `Accept` field of Firefox when a person opens an address. */
const BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

function visit(server: TestServer, cookie: string, headers: Record<string, string> = {}): Promise<Response> {
  return server.request("/api/test_session", { headers: { ...(cookie && { Cookie: cookie }), ...headers } });
}

test("getTestSession: 200 with the cookie, alone or among others", async (t) => {
  const server = await startServer(t);
  const { email } = await signUp(server);
  const { cookie } = await signIn(server, email);
  for (const header of [
    cookie,
    `a=b; ${cookie}`,
    `${cookie}; a=b`,
    `xkudos_session=1; ${cookie};session2=2`,
    `${cookie};${cookie}`,
  ]) {
    const response = await visit(server, header);
    t.is(response.status, 200, header);
    t.deepEqual(JSON.parse(await response.text()), { msg: "Hello World" });
    t.is(response.headers.get("Cache-Control"), "no-store");
    t.regex(response.headers.get("Vary") ?? "", /\bCookie\b/);
  }
  t.is((await visit(server, cookie, { Accept: BROWSER })).status, 200);
});

test("getTestSession: 302 to the login form for a browser without a session, with the way back", async (t) => {
  const server = await startServer(t);
  for (const [path, next] of [
    ["/api/test_session", "/api/test_session"],
    ["/api/test_session?a=b&c=d", "/api/test_session?a=b&c=d"],
    ["/api/test_session?next=//evil.example", "/api/test_session?next=//evil.example"],
  ] as const) {
    for (const accept of [BROWSER, "text/html", "text/html;q=0.9, application/json;q=0.8"]) {
      const response = await server.request(path, { headers: { Accept: accept } });
      t.is(response.status, 302, accept);
      const location = new URL(response.headers.get("Location") ?? "", server.url);
      t.is(location.origin, server.url);
      t.is(location.pathname, "/login");
      t.is(location.searchParams.get("next"), next);
      t.regex(response.headers.get("Vary") ?? "", /\bCookie\b.*\bAccept\b/);
      t.is(response.headers.get("Cache-Control"), "no-store");
    }
  }
});

test("getTestSession: 401 for any other client without a session", async (t) => {
  const server = await startServer(t);
  for (const accept of [
    "*/*",
    "application/json",
    "application/json, text/plain, */*",
    "application/json, text/html",
    "image/png",
  ]) {
    const response = await visit(server, "", { Accept: accept });
    t.is(response.status, 401, accept);
    t.deepEqual(JSON.parse(await response.text()).meta, { code: 401 });
    t.regex(response.headers.get("WWW-Authenticate") ?? "", /Cookie realm="kudos"/);
    t.is(response.headers.get("Cache-Control"), "no-store");
  }
});

test("getTestSession: 401 for a cookie that is changed, quoted, foreign or a token's header", async (t) => {
  const server = await startServer(t);
  const { email, headers } = await signUp(server);
  const { cookie, csrfToken } = await signIn(server, email);
  const wrong = [
    cookie.slice(0, -1),
    `${cookie}A`,
    cookie.toUpperCase(),
    `${cookie.replace("=", '="')}"`,
    `x${cookie}`,
  ];
  for (const header of [
    ...wrong,
    "kudos_session=",
    "session",
    `kudos_session=${csrfToken}`,
    "",
    `Kudos_session=${cookie.slice(14)}`,
  ]) {
    t.is((await visit(server, header)).status, 401, header);
  }
  t.is((await visit(server, "", headers)).status, 401, "a token does not count here");
  for (let index = "kudos_session=".length; index < cookie.length; index += 7) {
    const changed = cookie.slice(0, index) + (cookie[index] === "A" ? "B" : "A") + cookie.slice(index + 1);
    t.is((await visit(server, changed)).status, 401, changed);
  }
});

test("getTestSession: 401 with advice for two different session cookies, for one of them is not this browser's", async (t) => {
  const server = await startServer(t);
  const { email, headers } = await signUp(server);
  const { cookie } = await signIn(server, email);
  const { cookie: other } = await signIn(server, email);
  for (const header of [`${cookie}; ${other}`, `kudos_session=planted; ${cookie}`, `${cookie}; kudos_session=`]) {
    const response = await visit(server, header);
    t.is(response.status, 401, header);
    const { detail } = JSON.parse(await response.text());
    t.regex(detail, /several values of the cookie kudos_session\b.* Delete the cookies of this site/);
    const browser = await visit(server, header, { Accept: BROWSER });
    t.is(browser.status, 302, "the form has the same advice");
    const me = await server.request("/api/me", { headers: { ...headers, Cookie: header } });
    t.is(me.status, 200, "a token counts besides");
    t.is((await server.request("/logout", { method: "POST", headers: { Cookie: header } })).status, 200);
  }
});

test("the pages: 200, signed out and with advice, for two different session cookies; other programs' cookies do not matter", async (t) => {
  const server = await startServer(t);
  const { email } = await signUp(server);
  const { cookie } = await signIn(server, email);
  for (const path of ["/", "/login", "/register", "/docs"]) {
    const page = async (Cookie: string) => {
      const response = await server.request(path, { headers: { Accept: BROWSER, Cookie } });
      t.is(response.status, 200, `${path} ${Cookie}`);
      return response.text();
    };
    const confused = await page(`${cookie}; kudos_session=planted`);
    t.regex(confused, /Delete the cookies of this site/, path);
    t.false(confused.includes(email), path);
    const foreign = await page(`session=one; ${cookie}; session=two; device=x; device=y`);
    t.notRegex(foreign, /Delete the cookies/, path);
    t.true(foreign.includes(email), path);
  }
  const missing = await server.request("/nowhere", {
    headers: { Accept: BROWSER, Cookie: `${cookie}; kudos_session=x` },
  });
  t.false((await missing.text()).includes(email));
});

const DAY = 24 * 60 * 60 * 1000;

test("getTestSession: 401 from the moment on which a session expires, however much it was used", async (t) => {
  let now = Date.UTC(2026, 0, 1);
  const { server, sql } = await startServerOnDisk(t, { now: () => new Date(now) });
  const { email } = await signUp(server);
  const { cookie } = await signIn(server, email);
  now += 14 * DAY - 1;
  await sql("update session set last_used_at = ?", new Date(now));
  t.is((await visit(server, cookie)).status, 200);
  now += 1;
  t.is((await visit(server, cookie)).status, 401);
});

test("getTestSession: 401 from the moment on which a session was not used for three days", async (t) => {
  let now = Date.UTC(2026, 0, 1);
  const { server, sql } = await startServerOnDisk(t, { now: () => new Date(now) });
  const { email } = await signUp(server);
  const { cookie } = await signIn(server, email);
  now += 3 * DAY - 1;
  t.is((await visit(server, cookie)).status, 200);
  now += 1;
  t.is((await visit(server, cookie)).status, 401);
  await sql("update session set last_used_at = ?", new Date(now - 3 * DAY + 1));
  t.is((await visit(server, cookie)).status, 200);
});

test("getTestSession: 401 by the lifetimes that are set", async (t) => {
  let now = Date.UTC(2026, 0, 1);
  const environment = { SESSION_LIFETIME_DAYS: "2", SESSION_IDLE_DAYS: "1" };
  const { server, sql } = await startServerOnDisk(t, { now: () => new Date(now), environment });
  const { email } = await signUp(server);
  const { cookie } = await signIn(server, email);
  now += DAY;
  t.is((await visit(server, cookie)).status, 401, "not used for a day");
  await sql("update session set last_used_at = ?", new Date(now));
  t.is((await visit(server, cookie)).status, 200);
  now += DAY;
  t.is((await visit(server, cookie)).status, 401, "two days old");
});

test("login: 200 never adopts a session cookie that was there before", async (t) => {
  const server = await startServer(t);
  const mallory = await signUp(server, "mallory@example.com");
  await signUp(server, "ada@example.com");
  const { cookie: planted } = await signIn(server, mallory.email);
  for (const before of ["kudos_session=planted", "kudos_session=", planted]) {
    const response = await server.request("/login", {
      method: "POST",
      headers: { Cookie: before },
      body: new URLSearchParams({ email: "ada@example.com", password: PASSWORD }),
    });
    t.is(response.status, 200, before);
    const after = response.headers.get("Set-Cookie")?.split(";")[0] ?? "";
    t.not(after, before);
    const me = await server.request("/api/me", { headers: { Cookie: after } });
    t.is(JSON.parse(await me.text()).email, "ada@example.com");
  }
  const me = await server.request("/api/me", { headers: { Cookie: planted } });
  t.is(me.status, 401, "what was planted is of no more use, to whoever planted it either");
});

test("login: 200 gives each session a cookie and a CSRF token of its own", async (t) => {
  const server = await startServer(t);
  const { email } = await signUp(server);
  const visits = await Promise.all(Array.from({ length: 5 }, () => signIn(server, email)));
  t.is(new Set(visits.map(({ cookie }) => cookie)).size, 5);
  t.is(new Set(visits.map(({ csrfToken }) => csrfToken)).size, 5);
  t.true(visits.every(({ cookie, csrfToken }) => !cookie.includes(csrfToken)));
});

test("login: 200 with a new session, which ends the one that this browser had, whoever's it was, and no other", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  const bob = await signUp(server, "bob@example.com");
  const elsewhere = await signIn(server, ada.email);
  const earlier = await signIn(server, ada.email);
  const works = async ({ cookie }: Pick<Visit, "cookie">) => (await visit(server, cookie)).status === 200;
  const again = (email: string, cookie: string, password = PASSWORD) =>
    post(server, "/login", { email, password }, { Cookie: cookie });

  t.is((await again(ada.email, earlier.cookie, "wrong")).status, 400);
  t.true(await works(earlier), "a sign-in that fails ends nothing");
  const token = await post(
    server,
    "/login?include_auth_token",
    { email: ada.email, password: PASSWORD },
    { Cookie: earlier.cookie },
  );
  t.is(token.status, 200);
  t.true(await works(earlier), "a token takes no session's place");

  const second = cookiesOf(await again(bob.email, earlier.cookie));
  const later = { cookie: `kudos_session=${second.kudos_session?.value}` };
  t.false(await works(earlier));
  t.true(await works(later));
  t.true(await works(elsewhere));
  const third = cookiesOf(
    await post(server, "/register", { email: "cid@example.com", password: PASSWORD }, { Cookie: later.cookie }),
  );
  t.false(await works(later));
  t.true(await works({ cookie: `kudos_session=${third.kudos_session?.value}` }));
  t.is((await again(ada.email, "kudos_session=nonsense; kudos_session=more")).status, 200);
});
