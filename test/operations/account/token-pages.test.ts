import test from "ava";
import { PASSWORD, post, signIn, signUp, startServer, type TestServer } from "../../support/server.ts";

const DAY = 24 * 60 * 60 * 1000;
const BROWSER = { Accept: "text/html,application/xhtml+xml,*/*;q=0.8", "Sec-Fetch-Site": "same-origin" };
const FORM = { ...BROWSER, "Content-Type": "application/x-www-form-urlencoded" };
const PATH = "/account/tokens";

/** A browser that is signed in as Ada. */
async function browserOf(server: TestServer) {
  const ada = await signUp(server);
  const { cookie, csrfToken } = await signIn(server, ada.email);
  const open = async (path = PATH) => {
    const response = await server.request(path, { headers: { ...BROWSER, Cookie: cookie } });
    return { status: response.status, headers: response.headers, page: await response.text() };
  };
  const send = async (fields: string, { path = PATH, headers = {} as Record<string, string> } = {}) => {
    const sent = { method: "POST", headers: { ...FORM, Cookie: cookie, ...headers }, body: fields };
    const response = await server.request(path, sent);
    return { status: response.status, headers: response.headers, page: await response.text() };
  };
  return { ada, cookie, csrfToken, open, send };
}

function tokenIn(page: string): string {
  return /<code>(kudos_[\w-]+)<\/code>/.exec(page)?.[1] ?? "";
}

test("showPersonalTokens: 200 with the personal tokens alone, 303 to the sign-in for who is signed out", async (t) => {
  const server = await startServer(t, { environment: { PERSONAL_TOKEN_DAYS: "8" } });
  const out = await server.request(PATH, { headers: BROWSER });
  t.is(out.status, 303);
  t.is(out.headers.get("Location"), "/login?next=/account/tokens");
  const { ada, open } = await browserOf(server);
  await post(server, "/api/tokens", { name: "like button" }, ada.headers);
  const none = await open();
  t.is(none.status, 200);
  t.is(none.headers.get("Cache-Control"), "no-store");
  t.is(none.headers.get("Content-Encoding"), null);
  t.regex(none.page, /There are none\./);
  t.deepEqual(
    [...none.page.matchAll(/<option value="(\d+)"( selected)?>/g)].map(([, days, first]) => [
      days,
      first !== undefined,
    ]),
    [
      ["7", false],
      ["8", true],
    ],
  );
  const made = { kind: "personal", name: "<nightly> report", scopes: ["likes:write"] };
  await post(server, "/api/tokens", made, ada.headers);
  const { page } = await open();
  t.regex(page, /&#60;nightly&#62; report<\/p>/);
  t.regex(page, /not used yet/);
  t.notRegex(page, /like button/);
  t.is(tokenIn(page), "");
});

test("makePersonalToken: 200 with the token, shown once", async (t) => {
  const server = await startServer(t);
  const { send, open, cookie } = await browserOf(server);
  const { status, headers, page } = await send(
    "name=nightly+report&scopes=account&scopes=likes%3Awrite&days=7&csrf_token=x",
  );
  t.is(status, 200);
  t.is(headers.get("Cache-Control"), "no-store");
  t.is(headers.get("Content-Encoding"), null);
  const token = tokenIn(page);
  const { data } = await server.client.GET("/api/tokens", { headers: { "Authentication-Token": token } });
  const own = data?.items.find(({ current }) => current);
  t.is(own?.kind, "personal");
  t.is(own?.name, "nightly report");
  t.deepEqual(own?.scopes, ["account", "likes:write"]);
  t.is(Date.parse(String(own?.expires_at)) - Date.parse(String(own?.created_at)), 7 * DAY);
  t.is(tokenIn((await open()).page), "");
  await server.request("/logout", { method: "POST", headers: { ...FORM, Cookie: cookie } });
  t.is((await server.request("/api/me", { headers: { "Authentication-Token": token } })).status, 200);
});

test("makePersonalToken: 400 with what was typed, and why, and none is made; the envelope for a client", async (t) => {
  const server = await startServer(t, { environment: { PERSONAL_TOKEN_DAYS: "40" } });
  const { send, open } = await browserOf(server);
  const unchosen = await send("name=nightly+report&days=7");
  t.is(unchosen.status, 400);
  t.regex(unchosen.page, /Choose at least one\./);
  t.regex(unchosen.page, /value="nightly report"/);
  t.regex(unchosen.page, /<option value="7" selected>/);
  const long = await send("name=x&scopes=account&days=41");
  t.is(long.status, 400);
  t.regex(long.page, /at most 40 days/);
  t.regex(long.page, /value="account" checked/);
  for (const fields of ["name=x&scopes=root", "name=x&scopes=account&days=soon", "name=x&scopes=account&user_id=2"])
    t.is((await send(fields)).status, 400, fields);
  t.is((await send("name=x", { headers: { Accept: "application/json" } })).status, 406, "it answers with a page alone");
  const told = JSON.parse((await send("name=x", { headers: { Accept: "*/*" } })).page);
  t.is(told.response.type, "urn:kudos:problem:scopes-required");
  t.regex((await open()).page, /There are none\./);
});

test("makePersonalToken: 401 with the form for a fresh proof a day after the sign-in, 403 from another site, 429 beyond the limit", async (t) => {
  let now = new Date();
  const environment = { RATE_LIMITS: "on", RATE_LIMIT_TOKEN: "1/60m" };
  const server = await startServer(t, { now: () => now, environment });
  const { send, open, cookie } = await browserOf(server);
  const wanted = "name=x&scopes=account";
  for (const headers of [
    { "Sec-Fetch-Site": "cross-site" },
    { "Sec-Fetch-Site": "none", Origin: "https://evil.example" },
  ])
    t.is((await send(wanted, { headers })).status, 403);
  t.is((await send(wanted, { headers: { Cookie: "" } })).status, 401);
  t.is((await send(wanted)).status, 200);
  t.is((await send(wanted)).status, 429);
  now = new Date(now.getTime() + DAY + 1);
  const stale = await send(wanted, { headers: { Referer: `${server.url}${PATH}` } });
  t.is(stale.status, 401);
  t.regex(stale.page, /<h1>Is it you\?<\/h1>/);
  t.regex(stale.page, /name="next" value="\/account\/tokens"/);
  t.regex((await open()).page, /href="\/verify\?next=%2Faccount%2Ftokens"/);
  await post(server, "/verify", { password: PASSWORD }, { Cookie: cookie, "Sec-Fetch-Site": "same-origin" });
  t.is((await send(wanted)).status, 200);
});

test("endPersonalToken: 303 back to the list, and the token has ended; also for one that has ended, or is another user's", async (t) => {
  const server = await startServer(t);
  const { send } = await browserOf(server);
  const token = tokenIn((await send("name=x&scopes=account")).page);
  const bob = await signUp(server, "bob@example.com");
  const headers = { "Authentication-Token": token };
  t.is((await server.request("/api/me", { headers })).status, 200);
  for (const id of [token.slice(6, 28), token.slice(6, 28), bob.token.slice(6, 28), "A".repeat(22)]) {
    const ended = await send("", { path: `${PATH}/${id}` });
    t.is(ended.status, 303);
    t.is(ended.headers.get("Location"), PATH);
  }
  t.is((await server.request("/api/me", { headers })).status, 401);
  t.is((await server.request("/api/me", { headers: bob.headers })).status, 200);
  const own = await post(server, "/api/tokens", { kind: "personal", scopes: ["account"] }, bob.headers);
  const { id } = JSON.parse(await own.text());
  t.is((await server.request(`${PATH}/${id}`, { method: "POST", headers: bob.headers })).status, 204, "no browser");
  const elsewhere = { path: `${PATH}/${"A".repeat(22)}`, headers: { "Sec-Fetch-Site": "cross-site" } };
  t.is((await send("", elsewhere)).status, 403);
});
