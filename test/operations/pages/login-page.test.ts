import test from "ava";
import { startMailingServer } from "../../support/account-mail.ts";
import { openRedirects } from "../../support/open-redirects.ts";
import { cookiesOf, PASSWORD, signUp, startServer, type TestServer } from "../../support/server.ts";

/** Header fields of a browser that submits a form of this site. */
const BROWSER = {
  Accept: "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
  "Accept-Language": "en-GB,en;q=0.5",
  "Upgrade-Insecure-Requests": "1",
  "Sec-Fetch-Dest": "document",
  "Sec-Fetch-Mode": "navigate",
  "Sec-Fetch-Site": "same-origin",
  "Sec-Fetch-User": "?1",
};

function submit(server: TestServer, path: string, fields: Record<string, string>): Promise<Response> {
  const headers = { ...BROWSER, Origin: server.url, Referer: `${server.url}${path}` };
  return server.request(path, { method: "POST", headers, body: new URLSearchParams(fields) });
}

const ADA = { email: "ada@example.com", password: PASSWORD };

test("login: 303 to where a browser came from, with a cookie that works there", async (t) => {
  const server = await startServer(t);
  await signUp(server);
  const response = await submit(server, "/login", { ...ADA, next: "/api/test_session" });
  t.is(response.status, 303);
  t.is(response.headers.get("Location"), "/api/test_session");
  t.is(await response.text(), "");
  const cookie = response.headers.get("Set-Cookie")?.split(";")[0] ?? "";
  const arrived = await server.request("/api/test_session", { headers: { ...BROWSER, Cookie: cookie } });
  t.is(arrived.status, 200);
});

test("login: 303 keeps the session after the browser is closed when the box was ticked", async (t) => {
  const server = await startServer(t);
  await signUp(server);
  const ticked = await submit(server, "/login", { ...ADA, next: "/", remember: "on" });
  t.is(cookiesOf(ticked).kudos_session?.attributes, "; Path=/; HttpOnly; SameSite=Lax; Max-Age=1209600");
  const plain = await submit(server, "/login", { ...ADA, next: "/" });
  t.is(cookiesOf(plain).kudos_session?.attributes, "; Path=/; HttpOnly; SameSite=Lax");
});

test("register: 303 to where a browser came from, with a cookie that works there", async (t) => {
  const server = await startServer(t);
  const response = await submit(server, "/register", { ...ADA, next: "/api/test_session" });
  t.is(response.status, 303);
  t.is(response.headers.get("Location"), "/api/test_session");
  const cookie = response.headers.get("Set-Cookie")?.split(";")[0] ?? "";
  const home = await server.request("/", { headers: { ...BROWSER, Cookie: cookie } });
  t.regex(await home.text(), /class="who-name">ada@example\.com/);
});

test("login: 303 to the start page for every next that leads elsewhere, in the body and in the query", async (t) => {
  const server = await startServer(t);
  await signUp(server);
  for (const next of openRedirects) {
    const body = await submit(server, "/login", { ...ADA, next });
    t.is(body.headers.get("Location"), "/", JSON.stringify(next));
    const query = await submit(server, `/login?${new URLSearchParams({ next })}`, ADA);
    t.is(query.headers.get("Location"), "/", JSON.stringify(next));
  }
});

test("login: 303 for every next that is local, however odd", async (t) => {
  const server = await startServer(t);
  await signUp(server);
  for (const [next, location] of [
    ["/docs?a=b#c", "/docs?a=b#c"],
    ["/a|b", "/a%7Cb"],
    ["/100%", "/100%25"],
    ["/[::1]", "/%5B::1%5D"],
    ["/#a#b", "/#a%23b"],
    ["/'\"<>", "/'%22%3C%3E"],
    [`/${"あ".repeat(450)}`, `/${"%E3%81%82".repeat(450)}`],
    [`/${"あ".repeat(600)}`, "/"],
    [`/${"a".repeat(999)}`, `/${"a".repeat(999)}`],
  ] as const) {
    const response = await submit(server, "/login", { ...ADA, next });
    t.is(response.status, 303, next);
    t.is(response.headers.get("Location"), location);
  }
});

test("login: 303 to the next of the body, not of the query, when there are both", async (t) => {
  const server = await startServer(t);
  await signUp(server);
  const response = await submit(server, "/login?next=/docs", { ...ADA, next: "//evil.example" });
  t.is(response.headers.get("Location"), "/");
});

test("login: 400 as the form again, with the address and where to go, and never the password", async (t) => {
  const server = await startServer(t);
  const response = await submit(server, "/login", { ...ADA, password: "not-the-password", next: "/docs?a=1&b=2" });
  t.is(response.status, 400);
  t.is(response.headers.get("Content-Type"), "text/html; charset=utf-8");
  t.is(response.headers.get("Cache-Control"), "no-store");
  const page = await response.text();
  t.regex(page, /<form class="form" method="post" action="\/login"/);
  t.regex(page, /name="email"[^>]* value="ada@example\.com"/);
  t.regex(page, /name="next" value="\/docs\?a=1&#38;b=2"/);
  t.regex(
    page,
    /role="alert"><p>The e-mail address or the password is wrong\. If you are sure of both, ask whoever runs this server\.<\/p>/,
  );
  t.false(page.includes("not-the-password"));
  for (const next of openRedirects) {
    const again = await (await submit(server, "/login", { ...ADA, next })).text();
    t.regex(again, /name="next" value="\/"/, JSON.stringify(next));
    t.false(again.includes("evil.example"), JSON.stringify(next));
  }
});

test("register: 400 as the form again, with a message for each field", async (t) => {
  const server = await startServer(t);
  const page = await (await submit(server, "/register", { email: "ada@", password: "p", surprise: "1" })).text();
  t.regex(page, /<form class="form" method="post" action="\/register"/);
  t.regex(page, /name="email"[^>]* value="ada@" aria-invalid="true" aria-describedby="form-errors email-errors"/);
  t.regex(page, /id="email-errors" role="alert"><p>Enter a whole e-mail address/);
  t.regex(page, /id="form-errors" role="alert"><p>surprise: [^<]+<\/p>/);
  t.regex(page, /id="password-errors" role="alert"><p>[^<]*at least 8 characters/);
  const long = await (await submit(server, "/register", { ...ADA, email: "ada@" })).text();
  t.notRegex(long, /password-errors/);
  const policy = await (await submit(server, "/register", { ...ADA, password: "p" })).text();
  t.regex(policy, /id="password-errors" role="alert"><p>[^<]*at least 8 characters/);
  const differ = await (await submit(server, "/register", { ...ADA, password_confirm: "other" })).text();
  t.regex(differ, /<p>password_confirm: The two passwords are not the same\.<\/p>/);
});

test("login: 400 escapes what was typed, wherever it is shown", async (t) => {
  const server = await startServer(t);
  const script = `"'><script>alert(1)</script>`;
  for (const path of ["/login", "/register"]) {
    for (const fields of [
      { email: script, password: "x", next: `/${script}` },
      { email: "ada@example.com", password: "x", [script]: script },
    ]) {
      const response = await submit(server, path, fields);
      t.is(response.status, 400);
      const page = await response.text();
      t.notRegex(page, /<script>alert|"'>/);
    }
  }
});

test("showLoginForm: 200 carries a local next through the form, escaped, and no other", async (t) => {
  const server = await startServer(t);
  for (const path of ["/login", "/register"]) {
    const show = async (next: string) =>
      (await server.request(`${path}?${new URLSearchParams({ next })}`, { headers: BROWSER })).text();
    t.regex(await show("/docs?a=b"), /name="next" value="\/docs\?a=b"/);
    const script = await show(`/"><script>alert(1)</script>`);
    t.false(script.includes("<script>"));
    t.regex(script, /name="next" value="\/%22%3E%3Cscript/);
    for (const next of openRedirects) {
      const page = await show(next);
      t.regex(page, /name="next" value="\/"/, JSON.stringify(next));
      t.false(page.includes("evil.example"), JSON.stringify(next));
    }
  }
});

test("showRegistrationForm: 200 without a next goes to the start page afterwards", async (t) => {
  const server = await startServer(t);
  const page = await (await server.request("/register")).text();
  t.regex(page, /<form class="form" method="post" action="\/register"/);
  t.regex(page, /name="next" value="\/"/);
});

test("login: 200 as JSON to a browser's form that asks for a token", async (t) => {
  const server = await startServer(t);
  await signUp(server);
  const response = await submit(server, "/login?include_auth_token", ADA);
  t.is(response.status, 200);
  t.is(response.headers.get("Set-Cookie"), null);
  t.regex(JSON.parse(await response.text()).response.user.authentication_token, /^kudos_/);
});

test("login: where the server sends no mail, neither page nor message tells to ask for a new password; else both do", async (t) => {
  const environment = { RATE_LIMITS: "on" };
  const silent = await startServer(t, { environment });
  const sends = await startMailingServer(t, { environment });
  for (const [server, advises] of [
    [silent, false],
    [sends, true],
  ] as const) {
    const shown = await (await server.request("/login", { headers: BROWSER })).text();
    t.is(/new password|Forgot/.test(shown), advises);
    const answers: string[] = [];
    for (const status of [400, 429]) {
      for (let count = 0; count < 40; count += 1) {
        const refused = await server.client.POST("/api/sign_in", { body: { ...ADA, password: "not-the-password" } });
        if (refused.response.status !== status) continue;
        answers.push(JSON.stringify(refused.error));
        break;
      }
    }
    const again = await (await submit(server, "/login", { ...ADA, password: "not-the-password" })).text();
    t.is(answers.length, 2);
    for (const answer of answers) t.is(/ask for a new password/.test(answer), advises, answer);
    t.is(/new password|Forgot/.test(again), advises);
  }
});
