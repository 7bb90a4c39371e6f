import type { ExecutionContext } from "ava";
import type { CDPSession, Page } from "playwright-core";
import { browserTest, visit } from "../support/browser/browser.ts";
import { PASSWORD, signUp, startServer, type TestServer } from "../support/server.ts";

const EMAIL = "ada@example.com";

/** A page at the address where Chromium makes passkeys, with its virtual authenticator. */
async function visitSite(
  t: ExecutionContext,
  server: TestServer,
  { verifies = true, expected }: { verifies?: boolean; expected?: RegExp } = {},
): Promise<{ page: Page; site: string; cdp: CDPSession; authenticatorId: string }> {
  const site = server.url.replace("127.0.0.1", "localhost");
  const { page, context } = await visit(t, site, expected === undefined ? {} : { expected });
  const cdp = await context.newCDPSession(page);
  await cdp.send("WebAuthn.enable", { enableUI: false });
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: verifies,
      isUserVerified: verifies,
      automaticPresenceSimulation: true,
    },
  });
  return { page, site, cdp, authenticatorId };
}

/** Registers a passkey by a script on the page, as a front end does it; the status of the last answer. */
function register(page: Page, token: string, usage: "first" | "secondary"): Promise<number> {
  // The browser's own readers and writers of JSON (W3C Web Authentication §5.1.8).
  return page.evaluate(`(async () => {
    const headers = { "Content-Type": "application/json", "Authentication-Token": ${JSON.stringify(token)} };
    const post = (path, body) => fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
    const begun = await (await post("/api/passkeys/options", { name: "browser", usage: ${JSON.stringify(usage)} })).json();
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(begun.options);
    const made = await navigator.credentials.create({ publicKey });
    return (await post("/api/passkeys", { state: begun.state, credential: made.toJSON() })).status;
  })()`);
}

async function signInByPassword(page: Page): Promise<void> {
  await page.getByLabel("E-mail").fill(EMAIL);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.locator("main form .button").first().click();
}

browserTest("passkeys: registered, then in the list below the field, without a name and without a click", async (t) => {
  const server = await startServer(t);
  const { token } = await signUp(server);
  const { page, site, cdp, authenticatorId } = await visitSite(t, server);
  await page.goto("/docs");
  t.is(await register(page, token, "first"), 201);
  const { credentials } = await cdp.send("WebAuthn.getCredentials", { authenticatorId });
  t.is(credentials.length, 1);
  t.true(credentials[0]?.isResidentCredential);
  t.is(credentials[0]?.rpId, "localhost");
  // The virtual authenticator answers the waiting field by itself.
  await page.goto("/login?next=/api/test_session");
  await page.waitForURL(`${site}/api/test_session`);
  t.true((await page.textContent("pre"))?.includes("Hello World"));
});

browserTest(
  "passkeys: the button signs in, and after the removal the browser is told to forget the passkey",
  async (t) => {
    const server = await startServer(t);
    const { token, headers } = await signUp(server);
    const { page, site, cdp, authenticatorId } = await visitSite(t, server, { expected: /status of 400/ });
    await page.goto("/docs");
    await register(page, token, "first");
    await cdp.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled: false });
    await page.goto("/login?next=/docs");
    const button = page.getByRole("button", { name: "Sign in with a passkey" });
    await button.waitFor();
    t.is(await page.getByLabel("E-mail").getAttribute("autocomplete"), "username webauthn");
    await cdp.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled: true });
    await button.click();
    await page.waitForURL(`${site}/docs`);

    const { data } = await server.client.GET("/api/passkeys", { headers });
    const params = { path: { passkey_id: data?.items[0]?.id ?? "" } };
    t.is((await server.client.DELETE("/api/passkeys/{passkey_id}", { headers, params })).response.status, 204);
    await page.context().clearCookies();
    await page.goto("/login");
    await page.getByRole("alert").waitFor();
    t.is((await page.getByRole("alert").textContent())?.trim(), "This passkey is not registered here.");
    const left = async () => (await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials.length;
    for (let tries = 0; tries < 40 && (await left()) > 0; tries += 1) await page.waitForTimeout(50);
    t.is(await left(), 0, "the authenticator has forgotten it");
  },
);

browserTest("passkeys: the second factor after a password, on a page that asks for nothing else", async (t) => {
  const server = await startServer(t);
  const { token } = await signUp(server);
  const { page, site } = await visitSite(t, server, { verifies: false });
  await page.goto("/docs");
  t.is(await register(page, token, "secondary"), 201);
  await page.goto("/login?next=/api/test_session");
  await signInByPassword(page);
  await page.waitForURL(`${site}/tf-validate`);
  t.is(await page.locator("h1").textContent(), "Use your passkey");
  t.is(await page.locator("main input").count(), 0);
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await page.waitForURL(`${site}/api/test_session`);
});

browserTest("passkeys: a fresh proof instead of the password", async (t) => {
  const server = await startServer(t);
  const { token } = await signUp(server);
  const { page, site } = await visitSite(t, server);
  await page.goto("/login");
  await signInByPassword(page);
  await page.waitForURL(`${site}/`);
  await page.goto("/docs");
  t.is(await register(page, token, "first"), 201);
  await page.goto("/verify?next=/docs");
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await page.waitForURL(`${site}/docs`);
  t.true(server.log().includes('"kind":"verified"'));
});

browserTest("passkeys: none is offered at an address that is not the site's", async (t) => {
  const server = await startServer(t);
  await signUp(server);
  const { page } = await visit(t, server.url);
  await page.goto("/login");
  await page.locator(".reveal").waitFor();
  t.is(await page.getByRole("button", { name: "passkey" }).count(), 0);
});

browserTest(
  "passkeys: where a key verifies nobody, an old sign-in is led to a new one, not round and round",
  async (t) => {
    let time = Date.now();
    const server = await startServer(t, { now: () => new Date(time) });
    const { token } = await signUp(server);
    const { page, site } = await visitSite(t, server, { verifies: false });
    await page.goto("/docs");
    t.is(await register(page, token, "secondary"), 201);
    const signInByBoth = async () => {
      await signInByPassword(page);
      await page.waitForURL(`${site}/tf-validate`);
      await page.getByRole("button", { name: "Use a passkey" }).click();
      await page.waitForURL(`${site}/tf-setup`);
    };
    await page.goto("/login?next=/tf-setup");
    await signInByBoth();
    time += 25 * 60 * 60 * 1000;
    await page.goto("/tf-setup");
    await page.waitForURL(`${site}/verify?next=/tf-setup`);
    await page.getByRole("link", { name: "Sign in again" }).click();
    await signInByBoth();
    t.is(new URL(page.url()).pathname, "/tf-setup");
  },
);
