import test from "ava";
import {
  type AccountMail,
  askedBy,
  type MailingServer,
  needsCode,
  problemOf,
  startMailingServer,
} from "../../support/account-mail.ts";
import { Clock, codeAt, setUpAuthenticator } from "../../support/authenticator.ts";
import { logIn, PASSWORD, type Person, post, signIn, signUp, startServer } from "../../support/server.ts";

const OLD = "ada@example.com";
const NEW = "countess@example.com";
const HOUR_MS = 3_600_000;

/** Changes the address of a signed-in person: the mail to the old address, which has the way back. */
async function change(
  server: MailingServer,
  person: Person,
  from: string,
  to: string,
): Promise<AccountMail | undefined> {
  const told = "The address of your account was changed";
  const before = server.mails.mails.filter(({ to, email }) => to.includes(from) && email.subject === told).length;
  const asked = await post(server, "/change-email", { email: to }, person.headers);
  const mail = (await server.mailsTo(to, 1)).at(-1);
  await post(server, mail?.path ?? "", {}, askedBy(asked));
  return (await server.mailsTo(from, before + 1, told)).at(-1);
}

test("requestEmailChange: 200 with the present address, which stays until the link that was mailed to the new one is spent", async (t) => {
  const server = await startMailingServer(t);
  const ada = await signUp(server);
  const asked = await post(server, "/change-email", { email: "Countess@EXAMPLE.com" }, ada.headers);
  const { response } = JSON.parse(await asked.text());
  t.is(asked.status, 200);
  t.deepEqual([response.current_email, response.user], [OLD, {}]);
  const [mail] = await server.mailsTo(NEW, 1);
  t.regex(mail?.path ?? "", /^\/change-email\/[\w-]{32}$/);
  t.is((await server.client.GET("/api/me", { headers: ada.headers })).data?.email, OLD);
  t.is((await post(server, mail?.path ?? "", {}, askedBy(asked))).status, 200);
  t.is((await server.client.GET("/api/me", { headers: ada.headers })).data?.email, NEW);
  await logIn(server, NEW);
  t.is((await post(server, "/login", { email: OLD, password: PASSWORD })).status, 400);
});

test("changeEmail: 400 without the code in another browser, and for a link that is spent", async (t) => {
  const server = await startMailingServer(t);
  const ada = await signUp(server);
  await post(server, "/change-email", { email: NEW }, ada.headers);
  const [mail] = await server.mailsTo(NEW, 1);
  const path = mail?.path ?? "";
  t.true(await needsCode(server, path));
  t.is(await problemOf(await post(server, path, {})), "400 mailed-code-refused");
  t.is((await post(server, path, { code: mail?.code })).status, 200);
  t.is(await problemOf(await post(server, path, { code: mail?.code })), "400 mailed-link-refused");
});

test("requestEmailChange: 200 for an address of another account, whose holder is told, and nothing changes", async (t) => {
  const server = await startMailingServer(t);
  const ada = await signUp(server);
  await signUp(server, NEW);
  const free = await post(server, "/change-email", { email: "free@example.com" }, ada.headers);
  const taken = await post(server, "/change-email", { email: NEW }, ada.headers);
  t.is(await taken.text(), await free.text());
  t.is(taken.status, free.status);
  const [mail] = await server.mailsTo(NEW, 1);
  t.is(mail?.subject, "Your address is that of an account already");
  t.is(mail?.code, "");
});

test("requestEmailChange: 400 for the own address or none, 401 an hour after the sign-in, 403 for a narrowed token", async (t) => {
  let now = new Date();
  const server = await startMailingServer(t, { now: () => now });
  const ada = await signUp(server);
  const ask = (email: string, headers: Record<string, string> = ada.headers) =>
    post(server, "/change-email", { email }, headers).then(problemOf);
  t.is(await ask(OLD), "400 email-unchanged");
  t.is(await ask("a..b@example.com"), "400 email-refused");
  const narrow = await logIn(server, OLD, { scopes: ["likes:write"] });
  t.is(await ask(NEW, narrow.headers), "403 insufficient-scope");
  t.is(await ask(NEW, {}), "401 authentication-required");
  now = new Date(now.getTime() + HOUR_MS + 1);
  t.is(await ask(NEW), "401 reauthentication-required");
});

test("changeEmail: 400 when an account has got the address in the meantime, and for one of two that want it at once", async (t) => {
  const server = await startMailingServer(t);
  const ada = await signUp(server);
  const bob = await signUp(server, "bob@example.com");
  const asked = [
    await post(server, "/change-email", { email: NEW }, ada.headers),
    await post(server, "/change-email", { email: NEW }, bob.headers),
  ];
  const mails = await server.mailsTo(NEW, 2);
  const answers = await Promise.all(mails.map(({ path, code }) => post(server, path, { code })));
  t.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 400]);
  const refused = answers.find(({ status }) => status === 400);
  t.is(refused && (await problemOf(refused)), "400 email-taken");
  t.is(asked.length, 2);
});

test("undoEmailChange: 200 gives the old address back, and ends every sign-in and the password; a mail sets a new one", async (t) => {
  const server = await startMailingServer(t);
  const ada = await signUp(server);
  const told = await change(server, ada, OLD, NEW);
  t.is(told?.subject, "The address of your account was changed");
  t.false(told?.text.includes(NEW));
  const way = told?.path ?? "";
  t.regex(way, /^\/undo-email\//);
  t.true(await needsCode(server, way));
  t.is(await problemOf(await post(server, way, {})), "400 mailed-code-refused");
  t.is((await post(server, way, { code: told?.code })).status, 200);
  t.is((await server.request("/api/me", { headers: ada.headers })).status, 401);
  t.is((await post(server, "/login", { email: OLD, password: PASSWORD })).status, 400);
  const reset = (await server.mailsTo(OLD, 2)).at(-1);
  t.is(reset?.subject, "Set a new password");
  const set = { password: PASSWORD, password_confirm: PASSWORD, code: reset?.code };
  t.is((await post(server, reset?.path ?? "", set)).status, 200);
  await logIn(server, OLD);
});

test("undoEmailChange: 200 for the owner, whatever the thief of an account has done with the ways back since", async (t) => {
  const server = await startMailingServer(t);
  const ada = await signUp(server);
  const owners = await change(server, ada, OLD, NEW);
  const thiefs = await change(server, ada, NEW, "lair@example.com");
  // The thief goes back to an address of theirs, changes the password and asks for a reset: none of it ends the owner's way.
  t.is((await post(server, thiefs?.path ?? "", { code: thiefs?.code })).status, 200);
  const reset = (await server.mailsTo(NEW, 3)).at(-1);
  const set = { password: "a thief was here now", password_confirm: "a thief was here now", code: reset?.code };
  t.is((await post(server, reset?.path ?? "", set)).status, 200);
  const thief = await logIn(server, NEW, { password: "a thief was here now" });
  const later = await change(server, thief, NEW, "den@example.com");
  t.is((await post(server, owners?.path ?? "", { code: owners?.code })).status, 200);
  t.is((await server.request("/api/me", { headers: thief.headers })).status, 401);
  t.is(await problemOf(await post(server, later?.path ?? "", { code: later?.code })), "400 mailed-link-refused");
});

test("undoEmailChange: 200 ends the recovery codes too: whoever had the account has seen some of their own, and the factor goes on", async (t) => {
  const clock = new Clock();
  const server = await startMailingServer(t, { now: clock.now });
  const ada = await signUp(server);
  const secret = await setUpAuthenticator(server, ada, clock);
  const told = await change(server, ada, OLD, NEW);
  const made = await server.client.POST("/api/me/recovery_codes", { headers: ada.headers });
  t.is((await post(server, told?.path ?? "", { code: told?.code })).status, 200);
  const reset = (await server.mailsTo(OLD, 2)).at(-1);
  const set = { password: PASSWORD, password_confirm: PASSWORD, code: reset?.code };
  t.is((await post(server, reset?.path ?? "", set)).status, 200);
  const begun = JSON.parse(await (await post(server, "/login", { email: OLD, password: PASSWORD })).text());
  const { sign_in_token } = begun.response;
  const finish = (proof: { recovery_code: string } | { code: string }) =>
    server.client.POST("/api/sign_in/second_factor", { body: { sign_in_token, ...proof } });
  const seen = await finish({ recovery_code: made.data?.recovery_codes[0] ?? "" });
  t.is(seen.error?.type, "urn:kudos:problem:code-refused");
  t.is((await finish({ code: codeAt(secret, clock.now()) })).response.status, 201);
});

test("undoEmailChange: 400 after seven days", async (t) => {
  let now = new Date();
  const server = await startMailingServer(t, { now: () => now });
  const ada = await signUp(server);
  const told = await change(server, ada, OLD, NEW);
  now = new Date(now.getTime() + 7 * 24 * HOUR_MS + 1);
  t.is(await problemOf(await post(server, told?.path ?? "", { code: told?.code })), "400 mailed-link-refused");
});

test("startEmailChange: 202; finishEmailChange: 204 by the code; finishEmailUndo: 204 by the link and the code of the old address", async (t) => {
  const server = await startMailingServer(t);
  const ada = await signUp(server);
  const { data, response } = await server.client.POST("/api/email_change", {
    headers: ada.headers,
    body: { email: NEW },
  });
  t.is(response.status, 202);
  const [mail] = await server.mailsTo(NEW, 1);
  const proof = { request: data?.request ?? "", code: mail?.code ?? "" };
  t.is((await server.client.POST("/api/email_change/completion", { body: proof })).response.status, 204);
  t.is((await server.client.POST("/api/email_change/completion", { body: proof })).response.status, 400);
  const [told] = await server.mailsTo(OLD, 1);
  const back = { link: told?.link ?? "", code: told?.code ?? "" };
  t.is((await server.client.POST("/api/email_change/undoing", { body: back })).response.status, 204);
  const again = await server.client.POST("/api/email_change/undoing", { body: back });
  t.is(again.error?.type, "urn:kudos:problem:mailed-link-refused");
});

test("showEmailChangeRequest: 200 with a form for a session, 302 to the sign-in without one, 403 where no mail is sent", async (t) => {
  const server = await startMailingServer(t);
  await signUp(server);
  const { cookie } = await signIn(server, OLD);
  const page = await server.request("/change-email", { headers: { Accept: "text/html", Cookie: cookie } });
  t.regex(await page.text(), /<strong>ada@example\.com<\/strong>[\s\S]*action="\/change-email"/);
  const json = await server.request("/change-email", { headers: { Accept: "application/json", Cookie: cookie } });
  t.is(JSON.parse(await json.text()).response.current_email, OLD);
  const anonymous = await server.request("/change-email", { headers: { Accept: "text/html" } });
  t.is(anonymous.headers.get("Location"), "/login?next=%2Fchange-email");
  const silent = await startServer(t);
  const eve = await signUp(silent);
  t.is(
    await problemOf(await silent.request("/change-email", { headers: { ...eve.headers, Accept: "application/json" } })),
    "403 mail-not-configured",
  );
});

test("signUp: 400 for an address that its account can still take back, so that nobody blocks the way", async (t) => {
  const server = await startMailingServer(t);
  const ada = await signUp(server);
  const bob = await signUp(server, "bob@example.com");
  const told = await change(server, ada, OLD, NEW);
  const taken = await server.client.POST("/api/sign_up", { body: { email: OLD, password: PASSWORD } });
  t.is(taken.error?.type, "urn:kudos:problem:email-taken");
  await post(server, "/change-email", { email: OLD }, bob.headers);
  const [wanted] = await server.mailsTo(OLD, 1, "Your address is that of an account already");
  t.is(wanted?.code, "");
  t.is((await post(server, told?.path ?? "", { code: told?.code })).status, 200);
});

test("changeEmail: 200 for the old address of the own account, which is kept for nobody else", async (t) => {
  const server = await startMailingServer(t);
  const ada = await signUp(server);
  await change(server, ada, OLD, NEW);
  const asked = await post(server, "/change-email", { email: OLD }, ada.headers);
  const [mail] = await server.mailsTo(OLD, 1, "Confirm your new e-mail address");
  t.is((await post(server, mail?.path ?? "", {}, askedBy(asked))).status, 200);
});

test("finishEmailChange: 400 for a code that is wrong, and for one of another purpose", async (t) => {
  const server = await startMailingServer(t);
  const ada = await signUp(server);
  const { data } = await server.client.POST("/api/email_change", { headers: ada.headers, body: { email: NEW } });
  const [mail] = await server.mailsTo(NEW, 1);
  const request = data?.request ?? "";
  const wrong = await server.client.POST("/api/email_change/completion", { body: { request, code: "12345678" } });
  t.is(wrong.error?.type, "urn:kudos:problem:mailed-code-refused");
  const other = await server.client.POST("/api/confirmation/completion", { body: { request, code: mail?.code ?? "" } });
  t.is(other.error?.type, "urn:kudos:problem:mailed-code-refused");
});

test("finishEmailUndo: 400 for a link or a code that is wrong", async (t) => {
  const server = await startMailingServer(t);
  const ada = await signUp(server);
  const told = await change(server, ada, OLD, NEW);
  const undo = async (link: string, code: string) =>
    (await server.client.POST("/api/email_change/undoing", { body: { link, code } })).error?.type;
  t.is(await undo(told?.link ?? "", "12345678"), "urn:kudos:problem:mailed-code-refused");
  t.is(await undo("b3RoZXI", told?.code ?? ""), "urn:kudos:problem:mailed-link-refused");
});
