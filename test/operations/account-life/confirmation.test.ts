import test from "ava";
import { askedBy, problemOf, startMailingServer } from "../../support/account-mail.ts";
import { cookiesOf, logIn, PASSWORD, post, startServer } from "../../support/server.ts";

const EMAIL = "ada@example.com";
const ME = { email: EMAIL, password: PASSWORD };
const REQUIRED = { environment: { CONFIRMATION: "required" } };

test("register: 200 with an empty user, no token and no session, where the address has to be confirmed", async (t) => {
  const server = await startMailingServer(t, REQUIRED);
  const response = await post(server, "/register?include_auth_token", ME);
  t.is(response.status, 200);
  const { csrf_token, ...rest } = JSON.parse(await response.text()).response;
  t.deepEqual(rest, { user: {} });
  t.deepEqual(Object.keys(cookiesOf(response)), ["kudos_asked"]);
  const [mail] = await server.mailsTo(EMAIL, 1);
  t.regex(mail?.path ?? "", /^\/confirm\/[\w-]{32}$/);
});

test("register: 200 for an address that has an account, whose holder gets another mail and keeps the password", async (t) => {
  const server = await startMailingServer(t, REQUIRED);
  const first = await post(server, "/register", ME);
  const second = await post(server, "/register", { ...ME, password: "another horse battery" });
  t.deepEqual([first.status, second.status], [200, 200]);
  const [confirm, exists] = await server.mailsTo(EMAIL, 2);
  t.is(exists?.subject, "You have an account already");
  t.is(exists?.code, "");
  t.is((await post(server, confirm?.path ?? "", {}, askedBy(first))).status, 200);
  await logIn(server, EMAIL);
});

test("register: 400 for a refused address or password also where addresses are confirmed", async (t) => {
  const server = await startMailingServer(t, REQUIRED);
  t.is(await problemOf(await post(server, "/register", { ...ME, password: "password" })), "400 password-refused");
  t.is(await problemOf(await post(server, "/register", { ...ME, email: "a..b@example.com" })), "400 email-refused");
  t.is(server.mails.mails.length, 0);
});

test("login: 400 before the address is confirmed, and it tells so for the right password only", async (t) => {
  const server = await startMailingServer(t, REQUIRED);
  const asked = await post(server, "/register", ME);
  t.is(await problemOf(await post(server, "/login", ME)), "400 confirmation-required");
  t.is(await problemOf(await post(server, "/api/sign_in", ME)), "400 confirmation-required");
  t.is(await problemOf(await post(server, "/login", { ...ME, password: "wrong" })), "400 invalid-credentials");
  const page = await server.request("/login", {
    method: "POST",
    headers: { Accept: "text/html", "Content-Type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(ME).toString(),
  });
  t.regex(await page.text(), /href="\/confirm"/);
  const [mail] = await server.mailsTo(EMAIL, 1);
  t.is((await post(server, mail?.path ?? "", {}, askedBy(asked))).status, 200);
  t.is((await post(server, "/login", ME)).status, 200);
});

test("confirmEmail: 200 once, by the link in the browser that asked or with the code in another", async (t) => {
  const server = await startMailingServer(t, REQUIRED);
  await post(server, "/register", ME);
  const [mail] = await server.mailsTo(EMAIL, 1);
  const path = mail?.path ?? "";
  t.is(await problemOf(await post(server, path, {})), "400 mailed-code-refused");
  t.is((await post(server, path, { code: mail?.code })).status, 200);
  t.is(await problemOf(await post(server, path, { code: mail?.code })), "400 mailed-link-refused");
  const bare = await server.request(path, { method: "POST" });
  t.is(await problemOf(bare), "400 mailed-link-refused");
});

test("confirmEmail: 303 for a form, to the page that offers the sign-in", async (t) => {
  const server = await startMailingServer(t, REQUIRED);
  await post(server, "/register", ME);
  const [mail] = await server.mailsTo(EMAIL, 1);
  const form = (body: string) =>
    server.request(mail?.path ?? "", {
      method: "POST",
      headers: { Accept: "text/html", "Content-Type": "application/x-www-form-urlencoded" },
      body,
    });
  const again = await form("code=");
  t.is(again.status, 400);
  t.regex(await again.text(), /<input id="code"[^>]*aria-invalid/);
  const done = await form(`code=${mail?.code}`);
  t.is(done.headers.get("Location"), "/notice?about=confirmed");
});

test("requestConfirmation: 200 with a mail for who has to confirm, and without one for anybody else", async (t) => {
  const server = await startMailingServer(t, REQUIRED);
  const asked = await post(server, "/register", ME);
  t.is((await post(server, "/confirm", { email: "nobody@example.com" })).status, 200);
  t.is((await post(server, "/confirm", { email: EMAIL })).status, 200);
  const [first, second] = await server.mailsTo(EMAIL, 2);
  t.is(second?.subject, "Please confirm your e-mail address");
  t.is((await post(server, first?.path ?? "", {}, askedBy(asked))).status, 200);
  t.is((await post(server, "/confirm", { email: EMAIL })).status, 200);
  await post(server, "/reset", { email: EMAIL });
  t.is((await server.mailsTo(EMAIL, 3)).at(-1)?.subject, "Set a new password");
});

test("finishConfirmation: 204 by the code after signUp: 202 for every address, then one may sign in", async (t) => {
  const server = await startMailingServer(t, REQUIRED);
  const { data, response } = await server.client.POST("/api/sign_up", { body: ME });
  t.is(response.status, 202);
  const [mail] = await server.mailsTo(EMAIL, 1);
  const request = data !== undefined && "request" in data ? data.request : "";
  const again = await server.client.POST("/api/sign_up", { body: ME });
  t.is(again.response.status, 202);
  const finish = (code: string) => server.client.POST("/api/confirmation/completion", { body: { request, code } });
  t.is((await finish("12345678")).error?.type, "urn:kudos:problem:mailed-code-refused");
  t.is((await finish(mail?.code ?? "")).response.status, 204);
  await logIn(server, EMAIL);
});

test("startConfirmation: 202 for every address", async (t) => {
  const server = await startMailingServer(t, REQUIRED);
  for (const email of [EMAIL, "nobody@example.com"]) {
    const { data, response } = await server.client.POST("/api/confirmation", { body: { email } });
    t.is(response.status, 202);
    t.regex(data?.request ?? "", /^[\w-]{22}$/);
  }
});

test("signUp: 201 with a token where nothing has to be confirmed, 400 for a taken address, 403 where registration is closed", async (t) => {
  const server = await startServer(t);
  const { data, response } = await server.client.POST("/api/sign_up", { body: { ...ME, token_name: "phone" } });
  t.is(response.status, 201);
  t.true(data !== undefined && "authentication_token" in data && data.name === "phone");
  const taken = await server.client.POST("/api/sign_up", { body: ME });
  t.is(taken.error?.type, "urn:kudos:problem:email-taken");
  const closed = await startServer(t, { environment: { REGISTRATION: "closed" } });
  t.is((await closed.client.POST("/api/sign_up", { body: ME })).error?.type, "urn:kudos:problem:registration-closed");
});

test("resetPassword: 200 confirms the address as well, with the password of who reads its mails", async (t) => {
  const server = await startMailingServer(t, REQUIRED);
  await post(server, "/register", { ...ME, password: "a stranger was here first" });
  await server.mailsTo(EMAIL, 1);
  const asked = await post(server, "/reset", { email: EMAIL });
  const mail = (await server.mailsTo(EMAIL, 2)).at(-1);
  const set = { password: PASSWORD, password_confirm: PASSWORD };
  t.is((await post(server, mail?.path ?? "", set, askedBy(asked))).status, 200);
  await logIn(server, EMAIL);
  t.is((await post(server, "/login", { ...ME, password: "a stranger was here first" })).status, 400);
});
