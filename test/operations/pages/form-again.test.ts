import test, { type ExecutionContext } from "ava";
import { startMailingServer } from "../../support/account-mail.ts";
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
