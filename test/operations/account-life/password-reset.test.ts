import test from "ava";
import { askForReset, needsCode, problemOf, startMailingServer } from "../../support/account-mail.ts";
import { logIn, PASSWORD, post, signIn, signUp } from "../../support/server.ts";

const NEW = "staple battery horse correct";
const EMAIL = "ada@example.com";

function spend(server: Parameters<typeof post>[0], path: string, more: object = {}, headers = {}) {
  return post(server, path, { password: NEW, password_confirm: NEW, ...more }, headers);
}

test("requestReset: 200 and a mail with a link and a code to the holder of the address", async (t) => {
  const server = await startMailingServer(t);
  await signUp(server);
  const response = await post(server, "/reset", { email: " ADA@example.com" });
  t.is(response.status, 200);
  t.deepEqual(Object.keys(JSON.parse(await response.text()).response), ["csrf_token"]);
  const [mail] = await server.mailsTo(EMAIL, 1);
  t.is(mail?.subject, "Set a new password");
  t.regex(mail?.path ?? "", /^\/reset\/[\w-]{32}$/);
  t.regex(mail?.code ?? "", /^\d{8}$/);
  t.false(mail?.text.includes(EMAIL));
});

test("resetPassword: 200 by the link alone in the browser that asked; every token and session ends, and nobody is signed in", async (t) => {
  const server = await startMailingServer(t);
  const ada = await signUp(server);
  const visit = await signIn(server, EMAIL);
  const { mail, browser } = await askForReset(server, EMAIL);
  t.false(await needsCode(server, mail.path, browser));
  const done = await spend(server, mail.path, {}, browser);
  t.deepEqual(await done.json(), { meta: { code: 200 }, response: {} });
  t.deepEqual(done.headers.getSetCookie(), []);
  t.is((await server.request("/api/test", { headers: ada.headers })).status, 401);
  t.is((await server.request("/api/test_session", { headers: { Cookie: visit.cookie } })).status, 401);
  t.is((await post(server, "/login", { email: EMAIL, password: PASSWORD })).status, 400);
  await logIn(server, EMAIL, { password: NEW });
});

test("resetPassword: 400 for another browser without the code, and 200 with it, however it is spelled", async (t) => {
  const server = await startMailingServer(t);
  await signUp(server);
  const { mail } = await askForReset(server, EMAIL);
  t.true(await needsCode(server, mail.path));
  t.is(await problemOf(await spend(server, mail.path)), "400 mailed-code-refused");
  t.is(await problemOf(await spend(server, mail.path, { code: "12345678" })), "400 mailed-code-refused");
  const spelled = mail.code.replace(/(....)/, " $1-");
  t.is((await spend(server, mail.path, { code: spelled })).status, 200);
});

test("showReset: 200 however often a scanner of mails looks, and the link is still good", async (t) => {
  const server = await startMailingServer(t);
  await signUp(server);
  const { mail, browser } = await askForReset(server, EMAIL);
  for (const headers of [{ Accept: "text/html" }, {}, { Accept: "text/html" }]) {
    const shown = await server.request(mail.path, { headers });
    t.is(shown.status, 200);
    t.is(shown.headers.get("Referrer-Policy"), "no-referrer");
    t.is(shown.headers.get("Cache-Control"), "no-store");
  }
  t.is((await server.request(mail.path, { method: "HEAD" })).status, 200);
  t.is((await spend(server, mail.path, {}, browser)).status, 200);
});

test("showReset: 400 for a link that is spent, unknown or of another purpose, with no referrer either", async (t) => {
  const server = await startMailingServer(t);
  await signUp(server);
  const { mail, browser } = await askForReset(server, EMAIL);
  await spend(server, mail.path, {}, browser);
  for (const path of [mail.path, "/reset/abc", mail.path.replace("reset", "confirm")]) {
    const refused = await server.request(path, { headers: { ...browser, Accept: "application/json" } });
    t.is(refused.headers.get("Referrer-Policy"), "no-referrer");
    t.is(await problemOf(refused), "400 mailed-link-refused");
  }
  const page = await server.request(mail.path, { headers: { Accept: "text/html" } });
  t.is(page.status, 400);
  t.regex(await page.text(), /This link is no longer good[\s\S]*href="\/reset"/);
});

test("resetPassword: 400 for a refused password, or one that is repeated otherwise, which leaves the link good", async (t) => {
  const server = await startMailingServer(t);
  await signUp(server);
  const { mail, browser } = await askForReset(server, EMAIL);
  const weak = await post(server, mail.path, { password: "password", password_confirm: "password" }, browser);
  t.is(await problemOf(weak), "400 password-refused");
  t.is(await problemOf(await spend(server, mail.path, { password_confirm: "other" }, browser)), "400 passwords-differ");
  t.is(await problemOf(await post(server, mail.path, { password: NEW }, browser)), "400 invalid-request");
  t.is((await spend(server, mail.path, {}, browser)).status, 200);
});

test("resetPassword: 200 for one of twenty at once", async (t) => {
  const server = await startMailingServer(t);
  await signUp(server);
  const { mail, browser } = await askForReset(server, EMAIL);
  const statuses = await Promise.all(
    Array.from({ length: 20 }, async (_, number) => {
      const password = `${NEW} ${number}`;
      const response = await post(server, mail.path, { password, password_confirm: password }, browser);
      return response.status;
    }),
  );
  t.is(statuses.filter((status) => status === 200).length, 1);
  t.is(statuses.filter((status) => status === 400).length, 19);
});

test("resetPassword: 400 after an hour, after another one was spent, and after a change of the password", async (t) => {
  let now = new Date();
  const server = await startMailingServer(t, { now: () => now });
  const ada = await signUp(server);
  const late = await askForReset(server, EMAIL);
  now = new Date(now.getTime() + 3_600_001);
  t.is(await problemOf(await spend(server, late.mail.path, {}, late.browser)), "400 mailed-link-refused");
  const one = await askForReset(server, EMAIL, 2);
  const other = await askForReset(server, EMAIL, 3);
  t.is((await spend(server, one.mail.path, {}, one.browser)).status, 200);
  t.is(await problemOf(await spend(server, other.mail.path, {}, other.browser)), "400 mailed-link-refused");
  const { headers } = await logIn(server, EMAIL, { password: NEW });
  const count = (await server.mailsTo(ada.email, 3)).length + 1;
  const last = await askForReset(server, EMAIL, count);
  await post(server, "/change", { password: NEW, new_password: PASSWORD }, headers);
  t.is(await problemOf(await spend(server, last.mail.path, {}, last.browser)), "400 mailed-link-refused");
});

test("resetPassword: 400 for good after five wrong codes, though the sixth be right", async (t) => {
  const server = await startMailingServer(t);
  await signUp(server);
  const { mail } = await askForReset(server, EMAIL);
  for (let number = 0; number < 5; number += 1) await spend(server, mail.path, { code: "00000000" });
  t.is(await problemOf(await spend(server, mail.path, { code: mail.code })), "400 mailed-link-refused");
});

test("requestReset: 200 and no mail for a user who is kept out, and for an unknown address", async (t) => {
  const server = await startMailingServer(t);
  t.is((await post(server, "/reset", { email: "nobody@example.com" })).status, 200);
  await signUp(server);
  await askForReset(server, EMAIL);
  t.deepEqual(
    server.mails.mails.map(({ to }) => to),
    [[EMAIL]],
  );
});

test("requestReset: 303 for a form, to a page that says that a mail is on its way", async (t) => {
  const server = await startMailingServer(t);
  const response = await server.request("/reset", {
    method: "POST",
    headers: { Accept: "text/html", "Content-Type": "application/x-www-form-urlencoded" },
    body: "email=ada%40example.com",
  });
  t.is(response.status, 303);
  const page = await server.request(response.headers.get("Location") ?? "", { headers: { Accept: "text/html" } });
  t.regex(await page.text(), /<h1>A mail is on its way<\/h1>/);
});

test("requestReset: 403 for a form of another site, and on a server that sends no mail", async (t) => {
  const server = await startMailingServer(t);
  const foreign = await post(server, "/reset", { email: EMAIL }, { Origin: "https://evil.example" });
  t.is(await problemOf(foreign), "403 cross-site-request");
});

test("requestReset: 429 for the sixth mail to an address in an hour, known or not", async (t) => {
  const server = await startMailingServer(t, { environment: { RATE_LIMITS: "on" } });
  await signUp(server);
  for (const email of [EMAIL, "nobody@example.com"]) {
    const statuses: number[] = [];
    for (let number = 0; number < 6; number += 1) statuses.push((await post(server, "/reset", { email })).status);
    t.deepEqual(statuses, [200, 200, 200, 200, 200, 429]);
  }
});

test("finishReset: 204 by what startReset: 202 gives back and the code, and 400 for another code or a spent one", async (t) => {
  const server = await startMailingServer(t);
  await signUp(server);
  const { data, response } = await server.client.POST("/api/password_reset", { body: { email: EMAIL } });
  t.is(response.status, 202);
  const request = data?.request ?? "";
  const [mail] = await server.mailsTo(EMAIL, 1);
  const code = mail?.code ?? "";
  const finish = (body: { request?: string; link?: string; code: string }) =>
    server.client.POST("/api/password_reset/completion", { body: { ...body, password: NEW } });
  const wrong = await finish({ request, code: "12345678" });
  t.is(wrong.error?.type, "urn:kudos:problem:mailed-code-refused");
  t.is((await finish({ request: "b3RoZXI", code })).error?.type, "urn:kudos:problem:mailed-code-refused");
  t.is((await finish({ request, code })).response.status, 204);
  t.is((await finish({ request, code })).response.status, 400);
  t.is((await finish({ link: mail?.link ?? "", code })).error?.type, "urn:kudos:problem:mailed-link-refused");
  await logIn(server, EMAIL, { password: NEW });
});

test("resetPassword: no link, code or address is in the log", async (t) => {
  const server = await startMailingServer(t);
  await signUp(server);
  const { mail, browser } = await askForReset(server, EMAIL);
  await server.request(mail.path);
  await server.request(`${mail.path}?x=1`, { headers: { Accept: "text/html" } });
  await spend(server, mail.path, { code: mail.code }, browser);
  for (const secret of [mail.link, mail.code, Buffer.from(mail.link).toString("base64url"), browser.Cookie.slice(12)])
    t.false(server.log().includes(secret));
  t.regex(server.log(), /"path":"\/reset\/\{link\}"/);
});

test("startReset: 202 with another text each time, for every address, and a code is of no use with that of another", async (t) => {
  const server = await startMailingServer(t);
  await signUp(server);
  const [first, second] = [
    await server.client.POST("/api/password_reset", { body: { email: EMAIL } }),
    await server.client.POST("/api/password_reset", { body: { email: "nobody@example.com" } }),
  ];
  t.deepEqual([first?.response.status, second?.response.status], [202, 202]);
  t.not(first?.data?.request, second?.data?.request);
  const [mail] = await server.mailsTo(EMAIL, 1);
  const body = { request: second?.data?.request ?? "", code: mail?.code ?? "", password: NEW };
  const { error } = await server.client.POST("/api/password_reset/completion", { body });
  t.is(error?.type, "urn:kudos:problem:mailed-code-refused");
});
