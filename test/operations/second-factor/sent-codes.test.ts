import { readFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { type MailingServer, problemOf, startMailingServer } from "../../support/account-mail.ts";
import { beginSignIn, Clock, codeAt, cookieOf, sendCode, setUpAuthenticator } from "../../support/authenticator.ts";
import { addPasskey, SITE } from "../../support/passkey-owner.ts";
import { PASSWORD, type Person, post, signUp, startServer, type TestServer } from "../../support/server.ts";
import { SoftwareAuthenticator } from "../../support/software-authenticator.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { startTextGateway } from "../../support/text-gateway.ts";

const EMAIL = "ada@example.com";
const PHONE = "+14155550123";
const SIGN_IN = "Your code as a second factor";
const SET_UP = "Your code to set up a second factor";
const FORM = { "Content-Type": "application/x-www-form-urlencoded", Accept: "text/html" };

const read = async (response: Response) => JSON.parse(await response.text());
const other = (code: string) => (code === "11111111" ? "22222222" : "11111111");

/** The code of the newest of so many mails. */
async function mailed(server: MailingServer, count: number, subject = SIGN_IN): Promise<string> {
  return (await server.mailsTo(EMAIL, count, subject)).at(-1)?.code ?? "";
}

/** Sets up codes by mail for a person who is signed in by a token. */
async function setUpMail(server: MailingServer, { headers }: Pick<Person, "headers">): Promise<void> {
  const begun = await server.client.POST("/api/me/second_factor", { headers, body: { method: "email" } });
  const body = { set_up_token: begun.data?.set_up_token ?? "", code: await mailed(server, 1, SET_UP) };
  const { response } = await server.client.PUT("/api/me/second_factor", { headers, body });
  if (response.status !== 204) throw new Error(`no second factor: ${response.status}`);
}

/** A server with Ada, whose second factor is a code by mail. */
async function guarded(t: ExecutionContext, environment: Record<string, string> = {}) {
  const clock = new Clock();
  const server = await startMailingServer(t, { now: clock.now, environment });
  const ada = await signUp(server);
  await setUpMail(server, ada);
  return { server, ada, clock };
}

/** A server with Ada, whose second factor is a code to her telephone. */
async function texting(t: ExecutionContext, environment: Record<string, string> = {}) {
  const gateway = await startTextGateway(t);
  const server = await startMailingServer(t, { environment: { SMS_URL: gateway.url, ...environment } });
  const ada = await signUp(server);
  const { headers } = ada;
  const begun = await post(server, "/tf-setup", { setup: "sms", phone: "+1 (415) 555-0123" }, headers);
  const [text] = await gateway.received(1);
  const { tf_state_token: state } = (await read(begun)).response;
  const done = await post(server, `/tf-setup/${state}`, { code: text?.code }, headers);
  return { gateway, server, ada, done, text };
}

test("beginFactorSetup: 200 with a code by mail; finishFactorSetup: 200 by it, once", async (t) => {
  const server = await startMailingServer(t);
  const { headers } = await signUp(server);
  const state = await read(await server.request("/tf-setup", { headers: { ...headers, Accept: "application/json" } }));
  t.deepEqual(state.response.tf_available_methods, ["authenticator", "email"], "no texts without SMS_URL");
  const begun = await post(server, "/tf-setup", { setup: "email" }, headers);
  t.is(begun.status, 200);
  const { csrf_token: _, tf_state_token: token, ...said } = (await read(begun)).response;
  t.deepEqual(said, { tf_state: "validating_profile", tf_method: "email", tf_primary_method: "email" });
  const code = await mailed(server, 1, SET_UP);
  t.is(await problemOf(await post(server, `/tf-setup/${token}`, { code: other(code) }, headers)), "400 code-refused");
  const done = await post(server, `/tf-setup/${token}`, { code }, headers);
  t.is(done.status, 200);
  t.like((await read(done)).response, { tf_method: "email", tf_primary_method: "email", tf_phone: null });
  t.is(await problemOf(await post(server, `/tf-setup/${token}`, { code }, headers)), "400 set-up-ended");
  t.is((await server.mailsTo(EMAIL, 1, "A second factor was added")).length, 1, "the owner is told");
  t.false(server.log().includes(code));
});

test("beginMyFactor: 201 with where the code went, 403 for a text without SMS_URL; getMyFactor: 200", async (t) => {
  const { server, ada } = await guarded(t);
  const { headers } = ada;
  const mine = await server.client.GET("/api/me/second_factor", { headers });
  t.like(mine.data, { method: "email", phone: null, available_methods: ["authenticator", "email"] });
  const begun = await server.client.POST("/api/me/second_factor", { headers, body: { method: "email" } });
  t.like(begun.data, { method: "email", sent_to: "a…@example.com", secret: undefined, qr_svg: undefined });
  const text = await server.client.POST("/api/me/second_factor", { headers, body: { method: "sms", phone: PHONE } });
  t.is(text.error?.type, "urn:kudos:problem:factor-not-offered");
});

test("login: 200 with a code by mail; validateFactor: 200 by it, for this sign-in and once", async (t) => {
  const { server } = await guarded(t);
  const waiting = await beginSignIn(server, EMAIL);
  t.like(waiting.body, { tf_required: true, tf_state: "ready", tf_method: "email", tf_primary_method: "email" });
  const code = await mailed(server, 1);
  const another = await beginSignIn(server, EMAIL);
  await mailed(server, 2);
  t.is(await problemOf(await sendCode(server, another, code)), "400 code-refused", "it is this sign-in's");
  t.is(await problemOf(await sendCode(server, waiting, other(code))), "400 code-refused");
  const done = await sendCode(server, waiting, Number(code));
  t.is(done.status, 200);
  const session = { Cookie: cookieOf(done, "kudos_session") };
  t.is((await server.request("/api/me", { headers: session })).status, 200);
  t.is(await problemOf(await sendCode(server, waiting, code)), "400 sign-in-ended");
});

test("validateFactor: 400 by a code of more than ten minutes ago", async (t) => {
  const { server, clock } = await guarded(t);
  const waiting = await beginSignIn(server, EMAIL);
  const code = await mailed(server, 1);
  clock.step(21);
  t.is(await problemOf(await sendCode(server, waiting, code)), "400 sign-in-ended");
});

test("of 20 requests at once with one mailed code one passes, in a set-up and in a sign-in", async (t) => {
  const server = await startMailingServer(t);
  const { headers } = await signUp(server);
  const begun = await server.client.POST("/api/me/second_factor", { headers, body: { method: "email" } });
  const body = { set_up_token: begun.data?.set_up_token ?? "", code: await mailed(server, 1, SET_UP) };
  const twenty = <Result>(work: () => Promise<Result>) => Promise.all(Array.from({ length: 20 }, work));
  const set = await twenty(async () => (await server.client.PUT("/api/me/second_factor", { headers, body })).response);
  t.is(set.filter(({ status }) => status === 204).length, 1);
  const waiting = await beginSignIn(server, EMAIL);
  const code = await mailed(server, 1);
  const tries = await twenty(async () => (await sendCode(server, waiting, code)).status);
  t.is(tries.filter((status) => status === 200).length, 1);
});

test("sendFactorCode: 202 with one more code; signIn: 403 with the first; signInBySecondFactor: 201 by it", async (t) => {
  const { server } = await guarded(t);
  const begun = await server.client.POST("/api/sign_in", { body: { email: EMAIL, password: PASSWORD } });
  const problem = begun.error;
  if (problem === undefined || !("sign_in_token" in problem)) return t.fail();
  t.like(problem, { type: "urn:kudos:problem:second-factor-required", step: "factor", methods: ["email"] });
  t.false("available_methods" in (problem ?? {}));
  const { sign_in_token } = problem;
  const first = await mailed(server, 1);
  const again = await server.client.POST("/api/sign_in/second_factor/code", { body: { sign_in_token } });
  t.is(again.response.status, 202);
  t.deepEqual(again.data, { method: "email", sent_to: "a…@example.com" });
  t.not(await mailed(server, 2), first);
  const done = await server.client.POST("/api/sign_in/second_factor", { body: { sign_in_token, code: first } });
  t.is(done.response.status, 201, "the first one is good still");
  const ended = await server.client.POST("/api/sign_in/second_factor/code", { body: { sign_in_token } });
  t.is(ended.error?.type, "urn:kudos:problem:sign-in-ended");
});

test("sendFactorCode, rescueSignIn, chooseFactor: 400 where the factor is an authenticator", async (t) => {
  const clock = new Clock();
  const server = await startMailingServer(t, { now: clock.now });
  const ada = await signUp(server);
  const secret = await setUpAuthenticator(server, ada, clock);
  const waiting = await beginSignIn(server, EMAIL);
  const { sign_in_token } = waiting.body;
  const sent = await server.client.POST("/api/sign_in/second_factor/code", { body: { sign_in_token } });
  t.is(sent.error?.type, "urn:kudos:problem:factor-unavailable");
  const cookie = { Cookie: waiting.cookie };
  t.is(await problemOf(await post(server, "/tf-rescue", { help_setup: "email" }, cookie)), "400 factor-unavailable");
  t.is(await problemOf(await post(server, "/tf-select", { which: "email" }, cookie)), "400 factor-unavailable");
  t.is((await sendCode(server, waiting, codeAt(secret, clock.now()))).status, 200);
  t.is(server.mails.mails.filter(({ email }) => email.subject === SIGN_IN).length, 0);
});

test("rescueSignIn, chooseFactor: 200 with one more mail; showFactorForm: 200 with the way, 429 after five", async (t) => {
  const { server } = await guarded(t, { RATE_LIMITS: "on" });
  const waiting = await beginSignIn(server, EMAIL);
  const cookie = { Cookie: waiting.cookie };
  const ways = { recovery_code: "/mf-recovery", email: "/tf-rescue" };
  const headers = { ...cookie, Accept: "application/json" };
  t.deepEqual((await read(await server.request("/tf-validate", { headers }))).response.recovery_options, ways);
  t.deepEqual(
    (await read(await post(server, "/tf-rescue", { help_setup: "email" }, cookie))).response.recovery_options,
    ways,
  );
  const chosen = await post(server, "/tf-select", { which: "email" }, cookie);
  t.like((await read(chosen)).response, { tf_state: "ready", tf_method: "email" });
  t.is(await problemOf(await post(server, "/tf-rescue", { help_setup: "sms" }, cookie)), "403 factor-not-offered");
  const code = await mailed(server, 3);
  const limited = await post(server, "/tf-rescue", { help_setup: "email" }, cookie);
  t.is(limited.status, 200, "the set-up and four of the sign-in");
  t.is((await post(server, "/tf-rescue", { help_setup: "email" }, cookie)).status, 429);
  t.is((await sendCode(server, waiting, code)).status, 200);
});

test("a stranger who asks for mails to the address does not keep the owner from a code", async (t) => {
  const { server } = await guarded(t, { RATE_LIMITS: "on" });
  for (const _ of Array(5)) await post(server, "/reset", { email: EMAIL });
  t.is((await post(server, "/reset", { email: EMAIL })).status, 429);
  const waiting = await beginSignIn(server, EMAIL);
  t.is((await sendCode(server, waiting, await mailed(server, 1))).status, 200);
});

test("signInByPasscode: a mailed code is no second one of the same kind; a recovery code or the password goes on", async (t) => {
  const { server, ada } = await guarded(t);
  const made = await server.client.POST("/api/me/recovery_codes", { headers: ada.headers });
  const [recovery = ""] = made.data?.recovery_codes ?? [];
  const byMail = async (count: number) => {
    await post(server, "/us-signin/send-code", { identity: EMAIL, chosen_method: "email" });
    const passcode = await mailed(server, count, "Your code to sign in");
    const response = await post(server, "/us-signin", { identity: EMAIL, passcode });
    return { response, cookie: cookieOf(response, "kudos_sign_in") };
  };
  const { response, cookie } = await byMail(1);
  t.like((await read(response)).response, { tf_required: true, tf_select: true, tf_setup_methods: [] });
  const headers = { Cookie: cookie };
  t.is(await problemOf(await post(server, "/tf-rescue", { help_setup: "email" }, headers)), "400 factor-unavailable");
  t.is(server.mails.mails.filter(({ email }) => email.subject === SIGN_IN).length, 0, "no second code was sent");
  const page = await (await server.request("/tf-validate", { headers: { ...headers, Accept: "text/html" } })).text();
  t.regex(page, /Sign in with your password/);
  t.is((await post(server, "/mf-recovery", { code: recovery }, headers)).status, 200);
  const typed = await server.client.POST("/api/sign_in/code", { body: { email: EMAIL } });
  const code = await mailed(server, 2, "Your code to sign in");
  const body = { request: typed.data?.request ?? "", code };
  const finished = await server.client.POST("/api/sign_in/code/completion", { body });
  t.is(finished.response.status, 403, "finishCodeSignIn: 403 second-factor-required");
  t.is((await sendCode(server, await beginSignIn(server, EMAIL), await mailed(server, 1))).status, 200);
});

test("sendVerificationCode: 200 with a code that makes the credential fresh, by itself or with the password", async (t) => {
  const { server, ada, clock } = await guarded(t);
  const { headers } = ada;
  clock.step(2 * 60 * 25);
  const remove = async () => (await server.client.DELETE("/api/me/second_factor", { headers })).response.status;
  t.is(await remove(), 401);
  t.is((await post(server, "/verify", { password: PASSWORD }, headers)).status, 200);
  t.is(await remove(), 401, "the password alone is not all");
  t.is((await post(server, "/us-verify/send-code", { chosen_method: "email" }, headers)).status, 200);
  const first = await mailed(server, 1);
  t.is(
    await problemOf(await post(server, "/verify", { password: PASSWORD, code: other(first) }, headers)),
    "400 code-refused",
  );
  t.is((await post(server, "/us-verify", { passcode: first }, headers)).status, 200);
  t.is(
    await problemOf(await post(server, "/verify", { password: PASSWORD, code: first }, headers)),
    "400 code-refused",
  );
  t.is((await post(server, "/us-verify/send-code", {}, headers)).status, 200);
  const code = await mailed(server, 2);
  t.is((await post(server, "/verify", { password: PASSWORD, code }, headers)).status, 200);
  t.is(await remove(), 204);
  t.is(await problemOf(await post(server, "/us-verify/send-code", {}, headers)), "400 factor-unavailable");
  t.is((await post(server, "/login", { email: EMAIL, password: PASSWORD })).status, 200);
});

test("sendVerificationCode: 401 for nobody, 403 for a method that this server does not have", async (t) => {
  const { server, ada } = await guarded(t);
  t.is((await post(server, "/us-verify/send-code", {})).status, 401);
  const texted = await post(server, "/us-verify/send-code", { chosen_method: "sms" }, ada.headers);
  t.is(await problemOf(texted), "403 factor-not-offered");
});

test("beginFactorSetup: 400 for what is no telephone number", async (t) => {
  const gateway = await startTextGateway(t);
  const server = await startMailingServer(t, { environment: { SMS_URL: gateway.url } });
  const { headers } = await signUp(server);
  for (const phone of [undefined, "", "4155550123", "+0415555012", "+1415", "+1415555012345678", "+1415555O123"]) {
    const response = await post(server, "/tf-setup", { setup: "sms", ...(phone !== undefined && { phone }) }, headers);
    t.is(await problemOf(response), "400 phone-refused", phone);
  }
});

test("sms: the number counts when it is proved, is shown by its end, encrypted at rest, and in the export", async (t) => {
  const file = join(await temporaryFolder(t), "kudos.sqlite");
  const { gateway, server, ada, done, text } = await texting(t, { DATABASE_URL: `sqlite:${file}` });
  const { headers } = ada;
  t.is(text?.to, PHONE);
  t.true(text?.text.endsWith(`\n@kudos.example #${text.code}\n`), text?.text);
  t.like((await read(done)).response, { tf_method: "sms", tf_phone: "…0123" });
  const state = await read(await server.request("/tf-setup", { headers: { ...headers, Accept: "application/json" } }));
  t.like(state.response, { tf_method: "sms", tf_phone_number: "…0123" });
  const own = await server.client.GET("/api/me/export", { headers });
  t.like(own.data?.second_factor, { method: "sms", phone: PHONE });
  const waiting = await beginSignIn(server, EMAIL);
  const [, second] = await gateway.received(2);
  t.like(waiting.body, { tf_state: "ready", tf_method: "sms" });
  t.is((await sendCode(server, waiting, second?.code)).status, 200);
  const { code = "" } = text ?? {};
  const stored = Buffer.concat([await readFile(file), await readFile(`${file}-wal`)]).toString("latin1");
  for (const secret of [PHONE, code, second?.code ?? "", Buffer.from(PHONE).toString("base64url")]) {
    for (const place of [stored, server.log()]) t.false(place.includes(secret), secret);
  }
});

test("a browser sets up codes by mail and signs in by forms alone", async (t) => {
  const { gateway, server, ada } = await texting(t);
  const cookieFor = async (path: string, body: Record<string, string>, cookie = "") =>
    server.request(path, {
      method: "POST",
      redirect: "manual",
      headers: { ...FORM, Cookie: cookie, Origin: server.url },
      body: new URLSearchParams(body).toString(),
    });
  const begun = await cookieFor("/login", { email: EMAIL, password: PASSWORD });
  t.is(begun.headers.get("Location"), "/tf-validate");
  const waiting = cookieOf(begun, "kudos_sign_in");
  const page = await (
    await server.request("/tf-validate", { headers: { Cookie: waiting, Accept: "text/html" } })
  ).text();
  t.true(page.includes("Code that was sent to …0123") && !page.includes(PHONE));
  t.regex(page, /<form[^>]*action="\/tf-rescue"><input type="hidden" name="help_setup" value="sms">/);
  t.is((await cookieFor("/tf-rescue", { help_setup: "sms" }, waiting)).headers.get("Location"), "/tf-validate");
  const third = (await gateway.received(3)).at(-1);
  const done = await cookieFor("/tf-validate", { code: third?.code ?? "" }, waiting);
  t.is(done.status, 303);
  const session = cookieOf(done, "kudos_session");
  const setUp = await (await server.request("/tf-setup", { headers: { Cookie: session, Accept: "text/html" } })).text();
  t.regex(setUp, /Change to codes by mail/);
  t.regex(setUp, /that is sent to …0123/);
  const mailPage = await (await cookieFor("/tf-setup", { setup: "email" }, session)).text();
  const action = /action="(\/tf-setup\/[^"]+)"/.exec(mailPage)?.[1] ?? "";
  t.true(mailPage.includes("a…@example.com"));
  const code = await mailed(server, 1, SET_UP);
  const wrong = await (await cookieFor(action, { code: other(code) }, session)).text();
  t.regex(wrong, /<h1>Enter your code<\/h1>/);
  t.regex(wrong, /<label for="code">Code that was sent to a…@example\.com</);
  t.notRegex(wrong, /authenticator|picture/);
  t.is((await cookieFor(action, { code }, session)).headers.get("Location"), "/tf-setup");
  const mine = await server.client.GET("/api/me/second_factor", { headers: ada.headers });
  t.is(mine.data?.method, "email");
});

test("setUpFactorToSignIn: 201 with a code by mail, whose factor finishes the sign-in; 400 where it is proved already", async (t) => {
  const server = await startMailingServer(t, { environment: { SECOND_FACTOR: "required" } });
  const body = { email: EMAIL, password: PASSWORD };
  await server.client.POST("/api/sign_up", { body });
  const { error } = await server.client.POST("/api/sign_in", { body });
  if (error === undefined || !("sign_in_token" in error)) return t.fail();
  const { sign_in_token } = error;
  t.like(error, { methods: [], available_methods: ["authenticator", "email"] });
  const path = "/api/sign_in/second_factor/set_up";
  const phone = await server.client.POST(path, { body: { sign_in_token, method: "sms", phone: PHONE } });
  t.is(phone.error?.type, "urn:kudos:problem:factor-not-offered", "this server sends no texts");
  const begun = await server.client.POST(path, { body: { sign_in_token, method: "email" } });
  t.like(begun.data, { method: "email", sent_to: "a…@example.com" });
  const code = await mailed(server, 1, SET_UP);
  const typed = await server.client.POST("/api/sign_in/code", { body: { email: EMAIL } });
  const signIn = { request: typed.data?.request ?? "", code: await mailed(server, 1, "Your code to sign in") };
  const byMail = await server.client.POST("/api/sign_in/code/completion", { body: signIn });
  const waiting = byMail.error !== undefined && "sign_in_token" in byMail.error ? byMail.error.sign_in_token : "";
  t.like(byMail.error, { available_methods: ["authenticator"] });
  const twice = await server.client.POST(path, { body: { sign_in_token: waiting, method: "email" } });
  t.is(twice.error?.type, "urn:kudos:problem:factor-unavailable", "one mailbox is one factor");
  const done = await server.client.POST("/api/sign_in/second_factor", { body: { sign_in_token, code } });
  t.is(done.response.status, 201);
});

test("validateFactor: 400 by a mailed code once the factor is an authenticator, and 200 by that", async (t) => {
  const { server, ada, clock } = await guarded(t);
  const waiting = await beginSignIn(server, EMAIL);
  const code = await mailed(server, 1);
  const secret = await setUpAuthenticator(server, ada, clock);
  t.is(await problemOf(await sendCode(server, waiting, code)), "400 code-refused");
  t.is((await sendCode(server, waiting, codeAt(secret, clock.now()))).status, 200);
});

test("login: 200 where the server sends no mail any more: a recovery code goes on", async (t) => {
  const file = join(await temporaryFolder(t), "kudos.sqlite");
  const environment = { DATABASE_URL: `sqlite:${file}` };
  const { server, ada } = await guarded(t, environment);
  const made = await server.client.POST("/api/me/recovery_codes", { headers: ada.headers });
  const silent = await startServer(t, { environment });
  const waiting = await beginSignIn(silent, EMAIL);
  const { sign_in_token } = waiting.body;
  const sent = await silent.client.POST("/api/sign_in/second_factor/code", { body: { sign_in_token } });
  t.is(sent.error?.type, "urn:kudos:problem:factor-not-offered");
  const code = made.data?.recovery_codes[0];
  t.is((await sendCode(silent, waiting, code, "/mf-recovery")).status, 200);
});

test("chooseFactor: 200 with the first mail, where the user has a passkey besides; no mail before", async (t) => {
  const { server, ada } = await guarded(t);
  await addPasskey(server, ada, new SoftwareAuthenticator({ origin: SITE, verifies: false }), { usage: "secondary" });
  const waiting = await beginSignIn(server, EMAIL);
  t.deepEqual(waiting.body.tf_setup_methods, ["email", "webauthn"]);
  t.is(server.mails.mails.filter(({ email }) => email.subject === SIGN_IN).length, 0);
  t.is((await post(server, "/tf-select", { which: "email" }, { Cookie: waiting.cookie })).status, 200);
  t.is((await sendCode(server, waiting, await mailed(server, 1))).status, 200);
});

test("of 20 tries at once with one mailed code on two servers of one database one passes, for freshness as well", async (t) => {
  const clock = new Clock();
  const file = join(await temporaryFolder(t), "kudos.sqlite");
  const environment = { DATABASE_URL: `sqlite:${file}` };
  const server = await startMailingServer(t, { now: clock.now, environment });
  const sister = await startServer(t, { now: clock.now, environment });
  const ada = await signUp(server);
  await setUpMail(server, ada);
  const servers = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? server : sister));
  const passed = async (work: (one: TestServer) => Promise<Response>) =>
    (await Promise.all(servers.map(work))).filter(({ status }) => status === 200).length;
  const waiting = await beginSignIn(server, EMAIL);
  const code = await mailed(server, 1);
  t.is(await passed((one) => sendCode(one, waiting, code)), 1);
  await post(server, "/us-verify/send-code", {}, ada.headers);
  const second = await mailed(server, 2);
  t.is(await passed((one) => post(one, "/verify", { password: PASSWORD, code: second }, ada.headers)), 1);
});
