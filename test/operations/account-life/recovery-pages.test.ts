import test from "ava";
import { problemOf, startMailingServer } from "../../support/account-mail.ts";
import { post, signUp, startServer } from "../../support/server.ts";

const HTML = { headers: { Accept: "text/html" } };
const JSON_ONLY = { headers: { Accept: "application/json" } };
const EMAIL = "ada@example.com";

test("showResetRequest: 200 with a form, or a csrf_token for a client of JSON; the sign-in leads there", async (t) => {
  const server = await startMailingServer(t);
  const page = await server.request("/reset", HTML);
  t.regex(await page.text(), /<form class="form" method="post" action="\/reset"/);
  const json = await server.request("/reset", JSON_ONLY);
  t.deepEqual(Object.keys(JSON.parse(await json.text()).response), ["csrf_token"]);
  t.regex(await (await server.request("/login", HTML)).text(), /<a href="\/reset">Forgot your password\?<\/a>/);
});

test("showConfirmationRequest: 200 with a form, or a csrf_token for a client of JSON", async (t) => {
  const server = await startMailingServer(t);
  const page = await server.request("/confirm", HTML);
  t.regex(await page.text(), /action="\/confirm"/);
  t.is((await server.request("/confirm", JSON_ONLY)).status, 200);
});

test("showResetRequest: 403 on a server that sends no mail, and so do all that ask for one; no page leads there", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  for (const path of ["/reset", "/confirm"]) {
    t.is(await problemOf(await server.request(path, JSON_ONLY)), "403 mail-not-configured");
    t.is((await server.request(path, HTML)).status, 403);
    t.is(await problemOf(await post(server, path, { email: EMAIL })), "403 mail-not-configured");
  }
  for (const path of ["/api/password_reset", "/api/confirmation"])
    t.is(await problemOf(await post(server, path, { email: EMAIL })), "403 mail-not-configured");
  for (const path of ["/change-email", "/api/email_change"]) {
    const asked = await post(server, path, { email: "new@example.com" }, ada.headers);
    t.is(await problemOf(asked), "403 mail-not-configured");
  }
  for (const path of ["/change-email/abc", "/undo-email/abc"])
    t.is(await problemOf(await post(server, path, { code: "12345678" })), "403 mail-not-configured");
  for (const path of ["/api/email_change/completion", "/api/email_change/undoing"])
    t.is(await problemOf(await post(server, path, { link: "abc", code: "12345678" })), "403 mail-not-configured");
  t.notRegex(await (await server.request("/login", HTML)).text(), /\/reset/);
});

test("requestReset: 400 for a form with half an address, which comes back with what was typed", async (t) => {
  const server = await startMailingServer(t);
  const response = await server.request("/reset", {
    method: "POST",
    headers: { ...HTML.headers, "Content-Type": "application/x-www-form-urlencoded" },
    body: "email=ada%22%3E",
  });
  t.is(response.status, 400);
  const page = await response.text();
  t.regex(page, /Enter a whole e-mail address/);
  t.regex(page, /value="ada&#34;&#62;"/);
});

test("resetPassword: 400 for a form with two passwords that differ, with the message beside the field and the code asked for again", async (t) => {
  const server = await startMailingServer(t);
  await signUp(server);
  await post(server, "/reset", { email: EMAIL });
  const [mail] = await server.mailsTo(EMAIL, 1);
  const send = (fields: Record<string, string>) =>
    server.request(mail?.path ?? "", {
      method: "POST",
      headers: { ...HTML.headers, "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(fields).toString(),
    });
  const differing = await send({ code: mail?.code ?? "", password: "staple battery horse", password_confirm: "other" });
  t.is(differing.status, 400);
  const page = await differing.text();
  t.regex(page, /id="password_confirm-errors"[\s\S]*The two passwords are not the same/);
  t.regex(page, /id="code"/);
  t.false(page.includes("staple battery"));
  const done = await send({
    code: mail?.code ?? "",
    password: "staple battery horse",
    password_confirm: "staple battery horse",
  });
  t.is(done.headers.get("Location"), "/notice?about=password-reset");
});

test("showConfirmation: 400 for a link that is not good", async (t) => {
  const server = await startMailingServer(t);
  t.is(await problemOf(await server.request("/confirm/abc", JSON_ONLY)), "400 mailed-link-refused");
  t.is(await problemOf(await server.request("/confirm/a.c", JSON_ONLY)), "400 invalid-request");
});

test("showEmailChange: 400 for a link that is not good", async (t) => {
  const server = await startMailingServer(t);
  t.is(await problemOf(await server.request("/change-email/abc", JSON_ONLY)), "400 mailed-link-refused");
});

test("showEmailUndo: 400 for a link that is not good", async (t) => {
  const server = await startMailingServer(t);
  t.is(await problemOf(await server.request("/undo-email/abc", JSON_ONLY)), "400 mailed-link-refused");
  t.regex(await (await server.request("/undo-email/abc", HTML)).text(), /no longer good/);
});

test("showNotice: 200 for each thing that can be told, 400 for another", async (t) => {
  const server = await startServer(t);
  for (const about of [
    "mail-sent",
    "confirmed",
    "password-reset",
    "email-changed",
    "email-restored",
    "account-deleted",
  ])
    t.is((await server.request(`/notice?about=${about}`, HTML)).status, 200);
  t.is((await server.request("/notice?about=nothing", HTML)).status, 400);
});

test("findPasswordChange: 302 to the page where one changes the password", async (t) => {
  const server = await startServer(t);
  const response = await server.request("/.well-known/change-password");
  t.is(response.status, 302);
  t.is(response.headers.get("Location"), "/#/password");
});
