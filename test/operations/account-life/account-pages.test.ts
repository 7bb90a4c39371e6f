import test, { type ExecutionContext } from "ava";
import { startMailingServer } from "../../support/account-mail.ts";
import { beginSignIn, Clock, codeAt, cookieOf, sendCode, setUpAuthenticator } from "../../support/authenticator.ts";
import { signIn, signUp, startServer, type TestServer } from "../../support/server.ts";

const EMAIL = "ada@example.com";
const HOUR = 3_600_000;
const BROWSER = { Accept: "text/html,application/xhtml+xml,*/*;q=0.8", "Sec-Fetch-Site": "same-origin" };

/** The local paths that the content of a page leads to, by links and forms. */
function waysOn(page: string): string[] {
  const main = /<main[\s\S]*<\/main>/.exec(page)?.[0] ?? "";
  return [...main.matchAll(/ (?:href|action)="([^"]*)"/g)].map(([, path = ""]) => path);
}

/** A browser that is signed in as Ada. */
async function browserOf(t: ExecutionContext, server: TestServer) {
  await signUp(server);
  const { cookie, csrfToken } = await signIn(server, EMAIL);
  const open = (path: string) => server.request(path, { headers: { ...BROWSER, Cookie: cookie } });
  const send = (path: string, headers: Record<string, string> = {}) =>
    server.request(path, {
      method: "POST",
      headers: { ...BROWSER, "Content-Type": "application/x-www-form-urlencoded", Cookie: cookie, ...headers },
      body: "",
    });
  const isSignedIn = async () => (await open("/api/me")).status === 200;
  t.true(await isSignedIn());
  return { open, send, isSignedIn, cookie, csrfToken };
}

test("showAccount: 200 with who is signed in, and a way to all that this server offers", async (t) => {
  const { open } = await browserOf(t, await startMailingServer(t));
  const response = await open("/account");
  t.is(response.status, 200);
  t.is(response.headers.get("Content-Type"), "text/html; charset=utf-8");
  t.is(response.headers.get("Content-Encoding"), null);
  t.is(response.headers.get("Cache-Control"), "no-store");
  const page = await response.text();
  t.regex(page, /signed in as <strong>ada@example\.com<\/strong>/);
  t.regex(page, /With one, who learns your password still cannot sign in\./, "there is none yet");
  t.deepEqual(
    [...page.matchAll(/<h2>([^<]+)</g)].map(([, heading]) => heading),
    ["Password", "Second factor", "Passkeys", "Devices", "Activity", "Tokens", "Address", "Export", "Delete account"],
    "the words and the order of the account area of the application",
  );
  t.deepEqual(waysOn(page), [
    "/reset",
    "/tf-setup",
    "/#/security",
    "/#/devices",
    "/account/activity",
    "/account/tokens",
    "/change-email",
    "/api/me/export",
    "/delete-account",
  ]);
  t.is(page.match(/action="\/logout"/g)?.length, 1, "the header has the way out");
  for (const path of ["/change-email", "/reset", "/tf-setup", "/api/me/export", "/delete-account"])
    t.is((await open(path)).status, 200, path);
});

test("showAccount: 200 without what this server does not offer: mails, second factors", async (t) => {
  const { open } = await browserOf(t, await startServer(t, { environment: { SECOND_FACTOR: "off" } }));
  const ways = waysOn(await (await open("/account")).text());
  t.deepEqual(ways, [
    "/#/password",
    "/#/security",
    "/#/devices",
    "/account/activity",
    "/account/tokens",
    "/api/me/export",
    "/delete-account",
  ]);
});

test("showAccount: 200 with the recovery codes of who has a second factor", async (t) => {
  const clock = new Clock();
  const server = await startServer(t, { now: clock.now });
  const ada = await signUp(server);
  const secret = await setUpAuthenticator(server, ada, clock);
  clock.step();
  const answer = await sendCode(server, await beginSignIn(server, EMAIL), codeAt(secret, clock.now()));
  const Cookie = cookieOf(answer, "kudos_session");
  const page = await (await server.request("/account", { headers: { ...BROWSER, Cookie } })).text();
  t.deepEqual(waysOn(page).slice(1, 3), ["/tf-setup", "/mf-recovery-codes"]);
  t.regex(page, /Change the second factor/);
});

test("showAccount: 200 an hour after the sign-in, and what needs a proof leads to it first", async (t) => {
  let now = new Date();
  const { open } = await browserOf(t, await startMailingServer(t, { now: () => now }));
  now = new Date(now.getTime() + HOUR + 1);
  const ways = waysOn(await (await open("/account")).text());
  t.true(ways.includes("/verify?next=%2Fchange-email"));
  t.true(ways.includes("/verify?next=%2Faccount"));
  t.false(ways.includes("/api/me/export"));
});

test("showAccount: 303 to the sign-in for who is signed out", async (t) => {
  const server = await startServer(t);
  const response = await server.request("/account", { headers: BROWSER });
  t.is(response.status, 303);
  t.is(response.headers.get("Location"), "/login?next=/account");
});

test("showAccount: the header of every page leads there for who is signed in", async (t) => {
  const { open } = await browserOf(t, await startMailingServer(t));
  for (const path of ["/", "/docs", "/account", "/delete-account", "/tf-setup", "/change-email", "/verify", "/nowhere"])
    t.regex(await (await open(path)).text(), /<a class="who" href="\/account"/, path);
});

test("showDeletionForm: 200 with what goes, 303 to the sign-in or to a fresh proof, and nothing is deleted", async (t) => {
  let now = new Date();
  const server = await startServer(t, { now: () => now });
  const signedOut = await server.request("/delete-account", { headers: BROWSER });
  t.is(signedOut.status, 303);
  t.is(signedOut.headers.get("Location"), "/login?next=/delete-account");
  const { open, isSignedIn } = await browserOf(t, server);
  now = new Date(now.getTime() + HOUR);
  const page = await (await open("/delete-account")).text();
  t.regex(page, /for good/);
  t.true(waysOn(page).includes("/delete-account"));
  now = new Date(now.getTime() + 1);
  const stale = await open("/delete-account");
  t.is(stale.status, 303);
  t.is(stale.headers.get("Location"), "/verify?next=/delete-account");
  t.true(await isSignedIn());
});

test("deleteAccount: 303 to a page that says so, and the account and the cookie are gone", async (t) => {
  const server = await startServer(t);
  const { open, send, isSignedIn } = await browserOf(t, server);
  const done = await send("/delete-account");
  t.is(done.status, 303);
  t.is(done.headers.get("Location"), "/notice?about=account-deleted");
  t.regex(done.headers.getSetCookie().join(), /^kudos_session=;.*Max-Age=0/);
  t.is(done.headers.get("Clear-Site-Data"), '"cache", "storage"');
  const page = await (await open("/notice?about=account-deleted")).text();
  t.regex(page, /<h1>Your account is deleted<\/h1>/);
  t.notRegex(page, /ada@example\.com/);
  t.false(await isSignedIn());
  t.is((await send("/delete-account")).status, 401);
  await signUp(server);
});

test("deleteAccount: 204 for a client that is no browser, by its token", async (t) => {
  const server = await startServer(t);
  const { headers } = await signUp(server);
  t.is((await server.request("/delete-account", { method: "POST", headers })).status, 204);
  t.is((await server.request("/api/me", { headers })).status, 401);
});

test("deleteAccount: 403 from another site, 401 with the form for a fresh proof an hour after the sign-in; the account stays", async (t) => {
  let now = new Date();
  const server = await startServer(t, { now: () => now });
  const { send, isSignedIn, csrfToken } = await browserOf(t, server);
  for (const headers of [
    { "Sec-Fetch-Site": "cross-site" },
    { "Sec-Fetch-Site": "same-site", "X-CSRF-Token": csrfToken },
    { "Sec-Fetch-Site": "none", Origin: "https://evil.example" },
  ])
    t.is((await send("/delete-account", headers)).status, 403, JSON.stringify(headers));
  now = new Date(now.getTime() + HOUR + 1);
  const stale = await send("/delete-account", { Referer: `${server.url}/delete-account` });
  t.is(stale.status, 401);
  const page = await stale.text();
  t.regex(page, /<h1>Is it you\?<\/h1>/);
  t.regex(page, /name="next" value="\/delete-account"/);
  t.true(await isSignedIn());
});

test("exportMe: 200 as a file by a link of a browser, 302 to the sign-in for a browser without a fresh one", async (t) => {
  let now = new Date("2026-01-31T12:00:00Z");
  const { open } = await browserOf(t, await startServer(t, { now: () => now }));
  const response = await open("/api/me/export");
  t.is(response.status, 200);
  t.is(response.headers.get("Content-Disposition"), 'attachment; filename="account-2026-01-31.json"');
  t.is(JSON.parse(await response.text()).user.email, EMAIL);
  now = new Date(now.getTime() + HOUR + 1);
  const stale = await open("/api/me/export");
  t.is(stale.status, 302);
  t.is(stale.headers.get("Location"), "/login?next=%2Fapi%2Fme%2Fexport");
});
