import test from "ava";
import { askedBy, type MailingServer, problemOf, startMailingServer } from "../../support/account-mail.ts";
import { cookiesOf, PASSWORD, post, signIn, signUp, startServer } from "../../support/server.ts";

const EMAIL = "ada@example.com";
const FORM = { "Content-Type": "application/x-www-form-urlencoded", Accept: "text/html" };

/** Asks for a code: the code of the mail, and the cookie of the browser that asked. */
async function ask(server: MailingServer, count = 1, identity = EMAIL) {
  const response = await post(server, "/us-signin/send-code", { identity, chosen_method: "email" });
  if (response.status !== 200) throw new Error(`no code was sent: ${response.status}`);
  const mails = await server.mailsTo(identity, count);
  return { code: mails.at(-1)?.code ?? "", browser: askedBy(response) };
}

const other = (code: string) => (code === "11111111" ? "22222222" : "11111111");

test("sendSignInCode: 200 and a mail with a code and no link to the holder of the address", async (t) => {
  const server = await startMailingServer(t);
  await signUp(server);
  const response = await post(server, "/us-signin/send-code", { identity: " ADA@example.com", chosen_method: "email" });
  t.is(response.status, 200);
  t.deepEqual(Object.keys(JSON.parse(await response.text()).response), ["csrf_token"]);
  const [mail] = await server.mailsTo(EMAIL, 1);
  t.is(mail?.subject, "Your code to sign in");
  t.regex(mail?.code ?? "", /^[1-9]\d{7}$/);
  t.notRegex(mail?.text ?? "", /https?:/);
  t.false(server.log().includes(mail?.code ?? ""));
});

test("signInByPasscode: 200 by the code with the address, once; the owner is told of the browser", async (t) => {
  const server = await startMailingServer(t);
  await signUp(server);
  const { code } = await ask(server);
  const given = { identity: EMAIL, passcode: code };
  const response = await post(server, "/us-signin", given);
  t.is(response.status, 200);
  const { kudos_session: session } = cookiesOf(response);
  t.is(
    (await server.request("/api/test_session", { headers: { Cookie: `kudos_session=${session?.value}` } })).status,
    200,
  );
  t.is((await post(server, "/us-signin", given)).status, 400, "the code is spent");
  await server.mails.received(2);
  t.is(server.mails.mails[1]?.email.subject, "New sign-in to your account");
});

test("signInByPasscode: 200 for one of twenty at once", async (t) => {
  const server = await startMailingServer(t);
  await signUp(server);
  const { code, browser } = await ask(server);
  const statuses = await Promise.all(
    Array.from({ length: 20 }, async () => (await post(server, "/us-signin", { passcode: code }, browser)).status),
  );
  t.deepEqual(statuses.toSorted(), [200, ...Array.from({ length: 19 }, () => 400)]);
});

test("signInByPasscode: 200 with a token by the flag, and without the address in the browser that asked", async (t) => {
  const server = await startMailingServer(t);
  await signUp(server);
  const { code, browser } = await ask(server);
  t.is(await problemOf(await post(server, "/us-signin", { passcode: code })), "400 invalid-credentials");
  const response = await post(
    server,
    "/us-signin?include_auth_token",
    { passcode: code, token_name: "laptop" },
    browser,
  );
  t.is(response.status, 200);
  const token = JSON.parse(await response.text()).response.user.authentication_token;
  t.is((await server.request("/api/test", { headers: { "Authentication-Token": token } })).status, 200);
});

test("signInByPasscode: 200 by the password, also by one of eight digits; 400 for a wrong one, the same as for an unknown address", async (t) => {
  const server = await startMailingServer(t);
  await signUp(server);
  await signUp(server, "bob@example.com", "73920518");
  t.is((await post(server, "/us-signin", { identity: EMAIL, passcode: PASSWORD })).status, 200);
  t.is((await post(server, "/us-signin", { identity: "bob@example.com", passcode: "73920518" })).status, 200);
  await ask(server);
  const answers = await Promise.all(
    [EMAIL, "nobody@example.com"].flatMap((identity) =>
      ["wrong passcode", "11111111"].map(async (passcode) => {
        const response = await post(server, "/us-signin", { identity, passcode });
        const { instance: _, ...told } = JSON.parse(await response.text()).response;
        return [response.status, [...response.headers.keys()], JSON.stringify(told)] as const;
      }),
    ),
  );
  for (const answer of answers) t.deepEqual(answer, answers[0] ?? answer);
  t.is(answers[0]?.[0], 400);
});

test("signInByPasscode: 400 after five wrong codes of strangers, and 200 in the browser that asked", async (t) => {
  const server = await startMailingServer(t);
  await signUp(server);
  const { code, browser } = await ask(server);
  for (let index = 0; index < 5; index += 1) {
    t.is((await post(server, "/us-signin", { identity: EMAIL, passcode: other(code) })).status, 400);
  }
  t.is((await post(server, "/us-signin", { identity: EMAIL, passcode: code })).status, 400);
  t.is((await post(server, "/us-signin", { identity: EMAIL, passcode: code }, browser)).status, 200);
});

test("signInByPasscode: 429 for the eleventh wrong passcode from an address, whether or not it is a code", async (t) => {
  const server = await startMailingServer(t, { environment: { RATE_LIMITS: "on" } });
  await signUp(server);
  for (let index = 0; index < 10; index += 1) {
    const passcode = index % 2 === 0 ? "11111111" : "a wrong password";
    t.is((await post(server, "/us-signin", { identity: "bob@example.com", passcode })).status, 400);
  }
  t.is((await post(server, "/us-signin", { identity: "bob@example.com", passcode: "11111111" })).status, 429);
});

test("sendSignInCode: 429 for the sixth mail in an hour from strangers, known or not; a known browser goes on", async (t) => {
  const server = await startMailingServer(t, { environment: { RATE_LIMITS: "on", TRUSTED_PROXIES: "1" } });
  await signUp(server);
  const { device } = await signIn(server, EMAIL);
  for (const identity of [EMAIL, "nobody@example.com"]) {
    for (let index = 0; index < 6; index += 1) {
      const from = { "X-Forwarded-For": `192.0.2.${index}` };
      const response = await post(server, "/us-signin/send-code", { identity }, from);
      t.is(response.status, index < 5 ? 200 : 429, `${identity} ${index}`);
    }
  }
  const known = { "X-Forwarded-For": "192.0.2.99", Cookie: device };
  t.is((await post(server, "/us-signin/send-code", { identity: EMAIL }, known)).status, 200);
});

test("signInByPasscode: 400 for a code after ten minutes, and after a change of the password", async (t) => {
  let now = new Date();
  const server = await startMailingServer(t, { now: () => now });
  const ada = await signUp(server);
  const first = await ask(server);
  now = new Date(now.getTime() + 600_000);
  t.is((await post(server, "/us-signin", { passcode: first.code }, first.browser)).status, 400);
  const second = await ask(server, 2);
  const change = { password: PASSWORD, new_password: "staple battery horse correct" };
  t.is((await post(server, "/change", change, ada.headers)).status, 200);
  t.is((await post(server, "/us-signin", { passcode: second.code }, second.browser)).status, 400);
});

test("finishCodeSignIn: 201 with a token by the request and the code, once, after startCodeSignIn: 202 for every address", async (t) => {
  const server = await startMailingServer(t);
  await signUp(server);
  const unknown = await server.client.POST("/api/sign_in/code", { body: { email: "nobody@example.com" } });
  const { data, response } = await server.client.POST("/api/sign_in/code", { body: { email: EMAIL } });
  t.is(response.status, 202);
  t.is(unknown.response.status, 202);
  t.is(unknown.data?.request.length, data?.request.length);
  const [mail] = await server.mailsTo(EMAIL, 1);
  const body = {
    request: data?.request ?? "",
    code: mail?.code ?? "",
    token_name: "laptop",
    scopes: ["likes:write" as const],
  };
  const wrong = await server.client.POST("/api/sign_in/code/completion", { body: { ...body, code: other(body.code) } });
  t.is(wrong.error?.type, "urn:kudos:problem:mailed-code-refused");
  const stranger = await server.client.POST("/api/sign_in/code/completion", { body: { ...body, request: "another" } });
  t.is(stranger.error?.type, "urn:kudos:problem:mailed-code-refused");
  const done = await server.client.POST("/api/sign_in/code/completion", { body });
  t.is(done.response.status, 201);
  t.like(done.data, { name: "laptop", scopes: ["likes:write"], user: { email: EMAIL } });
  t.is((await server.client.POST("/api/sign_in/code/completion", { body })).response.status, 400);
});

test("showCodeSignIn: 200 with the methods as JSON, and with forms that sign in without JavaScript", async (t) => {
  const server = await startMailingServer(t);
  await signUp(server);
  const told = JSON.parse(
    await (await server.request("/us-signin", { headers: { Accept: "application/json" } })).text(),
  );
  t.like(told.response, {
    available_methods: ["password", "email"],
    code_methods: ["email"],
    identity_attributes: ["email"],
  });
  const page = await (await server.request("/us-signin?next=/docs", { headers: { Accept: "text/html" } })).text();
  t.true(page.includes('action="/us-signin/send-code"'));
  t.false(page.includes('name="passcode"'));
  const body = new URLSearchParams({ identity: EMAIL, next: "/docs" });
  const sent = await server.request("/us-signin/send-code", { method: "POST", headers: FORM, body });
  t.is(sent.status, 303);
  t.is(sent.headers.get("Location"), "/us-signin?next=%2Fdocs");
  const browser = askedBy(sent);
  const second = await (
    await server.request("/us-signin?next=/docs", { headers: { Accept: "text/html", ...browser } })
  ).text();
  t.regex(second, /name="passcode"[^>]* autocomplete="one-time-code"|autocomplete="one-time-code"/);
  const [mail] = await server.mailsTo(EMAIL, 1);
  const passcode = new URLSearchParams({
    passcode: mail?.text.match(/\d{4} \d{4}/)?.[0] ?? "",
    next: "/docs",
    remember: "on",
  });
  const done = await server.request("/us-signin", { method: "POST", headers: { ...FORM, ...browser }, body: passcode });
  t.is(done.status, 303);
  t.is(done.headers.get("Location"), "/docs");
  t.regex(cookiesOf(done).kudos_session?.attributes ?? "", /Max-Age/);
});

test("startCodeSignIn: 403 where no mail is sent, as showCodeSignIn and sendSignInCode", async (t) => {
  const server = await startServer(t);
  t.is((await server.request("/us-signin", { headers: { Accept: "text/html" } })).status, 403);
  t.is(await problemOf(await post(server, "/us-signin/send-code", { identity: EMAIL })), "403 mail-not-configured");
  t.is(await problemOf(await post(server, "/api/sign_in/code", { email: EMAIL })), "403 mail-not-configured");
});

test("signInByPasscode: 200 by a code for an account whose address waits to be confirmed, and confirms it", async (t) => {
  const server = await startMailingServer(t, { environment: { CONFIRMATION: "required" } });
  await post(server, "/register", { email: EMAIL, password: PASSWORD });
  t.is(
    await problemOf(await post(server, "/us-signin", { identity: EMAIL, passcode: PASSWORD })),
    "400 confirmation-required",
  );
  const { code, browser } = await ask(server, 2);
  t.is((await post(server, "/us-signin", { passcode: code }, browser)).status, 200);
  t.is((await post(server, "/us-signin", { identity: EMAIL, passcode: PASSWORD })).status, 200);
});
