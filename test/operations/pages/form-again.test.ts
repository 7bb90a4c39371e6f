import test, { type ExecutionContext } from "ava";
import { askedBy, startMailingServer } from "../../support/account-mail.ts";
import { beginSignIn, Clock, cookieOf, setUpAuthenticator } from "../../support/authenticator.ts";
import { addPasskey, SITE, startSite } from "../../support/passkey-owner.ts";
import { post, signIn, signUp, type TestServer } from "../../support/server.ts";
import { SoftwareAuthenticator } from "../../support/software-authenticator.ts";

const EMAIL = "ada@example.com";

/** What a page offers: its forms, fields, buttons and places for a passkey, in order. */
function offers(page: string): string[] {
  const body = page.slice(page.indexOf("<main"));
  return [
    ...body.matchAll(
      /<form [^>]*>|<label[^>]*>[^<]*|<input type="hidden"[^>]*>|<button[^>]*>[^<]*|<div class="passkey"[^>]*>/g,
    ),
  ].map(([part]) => part);
}

/** Holds the form that a refused post is answered with to the form as it was shown first. */
async function requireSame(
  t: ExecutionContext,
  server: TestServer,
  {
    path,
    action = path.replace(/\?.*/, ""),
    fields,
    cookie = "",
  }: { path: string; action?: string; fields: Record<string, string>; cookie?: string },
): Promise<string[]> {
  const headers = { Accept: "text/html", Cookie: cookie };
  const first = await server.request(path, { headers });
  t.is(first.status, 200, path);
  const refused = await server.request(action, {
    method: "POST",
    headers: { ...headers, Origin: server.url, "Content-Type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(fields).toString(),
  });
  t.is(refused.status, 400, action);
  const [shown, again] = [await first.text(), await refused.text()];
  t.regex(again, /role="alert"/);
  t.deepEqual(offers(again), offers(shown));
  return offers(again);
}

const passkeyIn = (parts: readonly string[]) => parts.find((part) => part.startsWith('<div class="passkey"'));

test("login: a refused form is shown again with the button for a passkey", async (t) => {
  const server = await startSite(t);
  const fields = { email: "nobody@example.com", password: "wrong horse", next: "/docs" };
  const parts = await requireSame(t, server, { path: "/login?next=/docs", fields });
  t.regex(passkeyIn(parts) ?? "", /data-passkey="sign-in" data-next="\/docs" data-site="kudos\.example"/);
});

test("validateFactor, recoverSignIn: a refused code is asked for again beside the button for a passkey", async (t) => {
  const clock = new Clock();
  const server = await startSite(t, { now: clock.now });
  const ada = await signUp(server);
  await setUpAuthenticator(server, ada, clock);
  await addPasskey(server, ada, new SoftwareAuthenticator({ origin: SITE, verifies: false }), { usage: "secondary" });
  const { cookie } = await beginSignIn(server, EMAIL);
  for (const path of ["/tf-validate", "/mf-recovery"]) {
    const parts = await requireSame(t, server, { path, fields: { code: "000000" }, cookie });
    t.regex(passkeyIn(parts) ?? "", /data-passkey="second-factor"/, path);
  }
});

test("validateFactor: a refused code that was sent is asked for again by the place that it went to", async (t) => {
  const server = await startMailingServer(t);
  const { headers } = await signUp(server);
  const begun = await server.client.POST("/api/me/second_factor", { headers, body: { method: "email" } });
  const [mail] = await server.mailsTo(EMAIL, 1, "Your code to set up a second factor");
  const body = { set_up_token: begun.data?.set_up_token ?? "", code: mail?.code ?? "" };
  await server.client.PUT("/api/me/second_factor", { headers, body });
  const { cookie } = await beginSignIn(server, EMAIL);
  const parts = await requireSame(t, server, { path: "/tf-validate", fields: { code: "00000000" }, cookie });
  t.true(parts.some((part) => part.includes("Code that was sent to a…@example.com")));
  t.true(parts.some((part) => part.includes("Send a new code")));
  const done = await post(
    server,
    "/tf-validate",
    { code: (await server.mailsTo(EMAIL, 1, "Your code as a second factor"))[0]?.code },
    { Cookie: cookie },
  );
  const session = cookieOf(done, "kudos_session");
  const fields = { password: "wrong horse", next: "/docs" };
  const verify = await requireSame(t, server, { path: "/verify?next=/docs", fields, cookie: session });
  t.true(verify.some((part) => part.includes("Send a code to a…@example.com")));
});

test("verifyPassword: a refused password is asked for again beside the button for a passkey, and the code where there is one", async (t) => {
  const clock = new Clock();
  const server = await startSite(t, { now: clock.now });
  const ada = await signUp(server);
  const { cookie } = await signIn(server, EMAIL);
  const fields = { password: "wrong horse", next: "/docs" };
  const path = "/verify?next=/docs";
  t.is(passkeyIn(await requireSame(t, server, { path, fields, cookie })), undefined);
  await addPasskey(server, ada, new SoftwareAuthenticator({ origin: SITE }));
  const parts = await requireSame(t, server, { path, fields, cookie });
  t.regex(passkeyIn(parts) ?? "", /data-passkey="verify" data-next="\/docs"/);
  t.false(parts.some((part) => part.includes('for="code"')));
});

test("createRecoveryCodes: a stale sign-in is asked to prove itself by the same form, with all that /verify offers", async (t) => {
  const clock = new Clock();
  const server = await startSite(t, { now: clock.now });
  const ada = await signUp(server);
  await addPasskey(server, ada, new SoftwareAuthenticator({ origin: SITE }));
  const { cookie } = await signIn(server, EMAIL);
  clock.step(2 * 60 * 25);
  const headers = { Accept: "text/html", Cookie: cookie };
  const refused = await server.request("/mf-recovery-codes", {
    method: "POST",
    headers: {
      ...headers,
      Origin: server.url,
      Referer: `${server.url}/tf-setup`,
      "Content-Type": "application/x-www-form-urlencoded",
    },
    body: "",
  });
  t.is(refused.status, 401);
  const first = await server.request("/verify?next=/tf-setup", { headers });
  t.deepEqual(offers(await refused.text()), offers(await first.text()));
});

/** A browser that has asked for a code to sign in, and what it sends with a form. */
async function asking(t: ExecutionContext, environment: Record<string, string> = {}) {
  const server = await startMailingServer(t, { environment });
  await signUp(server);
  const sent = await post(server, "/us-signin/send-code", { identity: EMAIL });
  return { server, cookie: askedBy(sent).Cookie };
}

function send(server: TestServer, path: string, fields: Record<string, string>, cookie = ""): Promise<Response> {
  return server.request(path, {
    method: "POST",
    headers: {
      Accept: "text/html",
      Cookie: cookie,
      Origin: server.url,
      "Content-Type": "application/x-www-form-urlencoded",
    },
    body: new URLSearchParams(fields).toString(),
  });
}

test("signInByPasscode: a refused code is asked for again, with what was ticked, and the code of the mail signs in", async (t) => {
  const { server, cookie } = await asking(t);
  const fields = { passcode: "0000 0000", remember: "on", next: "/docs" };
  await requireSame(t, server, { path: "/us-signin?next=/docs", action: "/us-signin", fields, cookie });
  const again = await (await send(server, "/us-signin", fields, cookie)).text();
  t.regex(again, /This code is not right, or its time is over\./);
  t.regex(again, /<title>Not done yet: Sign in with a code/);
  t.regex(again, /name="remember" value="on" checked/);
  t.regex(again, /id="passcode"[^>]* aria-invalid="true"/);
  t.false(again.includes("0000 0000"));
  const [mail] = await server.mailsTo(EMAIL, 1, "Your code to sign in");
  const done = await send(server, "/us-signin", { ...fields, passcode: mail?.code ?? "" }, cookie);
  t.is(done.headers.get("Location"), "/docs");
});

test("signInByPasscode: no code at all, and a browser that has asked for no mail, are told so on the page", async (t) => {
  const { server, cookie } = await asking(t);
  const empty = await (await send(server, "/us-signin", { passcode: "" }, cookie)).text();
  t.regex(empty, /id="passcode-errors" role="alert"><p>Type the eight digits of the mail\./);
  const stranger = await send(server, "/us-signin", { passcode: "12345678", next: "//evil.example" });
  const page = await stranger.text();
  t.is(stranger.status, 400);
  t.regex(page, /role="alert"><p>This code is not right/);
  t.regex(page, /action="\/us-signin\/send-code"/);
  t.false(page.includes('action="/us-signin"'), "no code can be right in this browser");
  t.false(page.includes("evil.example"));
});

test("signInByPasscode, sendSignInCode: the form is there with the time to wait after too many tries", async (t) => {
  const { server, cookie } = await asking(t, { RATE_LIMITS: "on", RATE_LIMIT_MAIL_ADDRESS: "1/60m" });
  let tried = await send(server, "/us-signin", { passcode: "00000000" }, cookie);
  for (let count = 0; tried.status === 400 && count < 40; count += 1) {
    tried = await send(server, "/us-signin", { passcode: "00000000" }, cookie);
  }
  t.is(tried.status, 429);
  t.regex(await tried.text(), /Too many attempts\.[\s\S]*You can try again in[\s\S]*action="\/us-signin"/);
  const bob = { identity: "bob@example.com" };
  t.is((await send(server, "/us-signin/send-code", bob, cookie)).status, 303);
  const limited = await send(server, "/us-signin/send-code", bob, cookie);
  t.is(limited.status, 429);
  t.regex(await limited.text(), /Too many attempts\.[\s\S]*value="bob@example\.com"/);
});

test("sendSignInCode: a text that is no address is shown again with the reason beside it", async (t) => {
  const { server } = await asking(t);
  const refused = await send(server, "/us-signin/send-code", { identity: "ada@", next: "/docs" });
  t.is(refused.status, 400);
  const page = await refused.text();
  t.regex(page, /id="identity"[^>]* value="ada@" aria-invalid="true"/);
  t.regex(page, /id="identity-errors" role="alert"><p>Enter a whole e-mail address/);
  t.regex(page, /name="next" value="\/docs"/);
});
