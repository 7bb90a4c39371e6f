import type { Page } from "playwright-core";
import { browserTest } from "../support/browser/browser.ts";
import { goTo, registerInPlace } from "../support/browser/view-steps.ts";
import { visitWithAuthenticator } from "../support/browser/virtual-authenticator.ts";
import { logIn, PASSWORD, signUp, startServer, type TestServer } from "../support/server.ts";

const ADA = "ada@example.com";

/**
 * Has the virtual authenticator make a passkey where a page asks for one without a question. Chromium says that it can (`conditionalCreate`),
 * but asks its password manager only, which no test has: the request would wait for ever. The page's request is noted, and all else of it
 * stays as it is.
 */
async function withPasswordManager(page: Page): Promise<{ asked(): Promise<string[]> }> {
  await page.addInitScript(`
    const create = navigator.credentials.create.bind(navigator.credentials);
    navigator.credentials.create = ({ mediation, ...rest }) => {
      localStorage.setItem("asked", (localStorage.getItem("asked") ?? "") + " " + mediation);
      return create(rest);
    };
  `);
  return {
    asked: async () =>
      String(await page.evaluate("localStorage.getItem('asked') ?? ''"))
        .trim()
        .split(" "),
  };
}

async function passkeysOf(server: TestServer): Promise<{ readonly name: string; readonly usage: string }[]> {
  const { headers } = await logIn(server, ADA);
  return (await server.client.GET("/api/passkeys", { headers })).data?.items ?? [];
}

async function waitForKeys(page: Page, keys: () => Promise<number>): Promise<void> {
  for (let tries = 0; tries < 100 && (await keys()) === 0; tries += 1) await page.waitForTimeout(50);
}

browserTest("addPasskey: a passkey is made quietly after the form of the page, and signs in", async (t) => {
  const server = await startServer(t);
  await signUp(server, ADA);
  const { page, keys } = await visitWithAuthenticator(t, server.url);
  const { asked } = await withPasswordManager(page);
  const stored = page.waitForResponse(
    (response) => response.url().endsWith("/api/passkeys") && response.status() === 201,
  );
  await page.goto("/login");
  await page.getByLabel("E-mail").fill(ADA);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.locator("main .button").first().click();
  await stored;
  t.deepEqual(await asked(), ["conditional"]);
  t.is(await keys(), 1);
  const [passkey] = await passkeysOf(server);
  t.regex(passkey?.name ?? "", /^Made on \d+ \w+ \d{4}$/);
  t.is(passkey?.usage, "first", "it signs in by itself, and is no second factor that the password would ask for");

  await page.context().clearCookies();
  await page.goto("/login?next=/api/test_session");
  await page.waitForURL("**/api/test_session");
  t.deepEqual(await asked(), ["conditional"], "a sign-in by passkey asks for no other one");
});

browserTest(
  "addPasskey: a passkey is made quietly after the dialog, once, and none where the page is opened again",
  async (t) => {
    const server = await startServer(t);
    const { page, keys } = await visitWithAuthenticator(t, server.url);
    const { asked } = await withPasswordManager(page);
    await registerInPlace(page, ADA);
    await waitForKeys(page, keys);
    t.deepEqual(await asked(), ["conditional"]);
    await goTo(page, "Security");
    await page
      .getByRole("list", { name: "Passkeys" })
      .getByText(/^Made on /)
      .waitFor();
    await page.reload();
    await page
      .getByRole("list", { name: "Passkeys" })
      .getByText(/^Made on /)
      .waitFor();
    t.deepEqual(await asked(), ["conditional"]);
    t.is((await passkeysOf(server)).length, 1);
  },
);
