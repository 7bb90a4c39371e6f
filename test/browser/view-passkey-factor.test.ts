import type { Page } from "playwright-core";
import { requireNoBarrier } from "../support/browser/axe.ts";
import { browserTest } from "../support/browser/browser.ts";
import { goTo, openView, registerInPlace, signInInPlace } from "../support/browser/view-steps.ts";
import { visitWithAuthenticator } from "../support/browser/virtual-authenticator.ts";
import { PASSWORD, startServer, type TestServer } from "../support/server.ts";

const ADA = "ada@example.com";
const BOX = "Ask for it after my password, too";

/** Adds a passkey that is to be a second factor, too. */
async function addAsFactor(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByLabel("Name of the passkey").fill("phone");
  await page.getByLabel(BOX).check();
  await page.getByRole("button", { name: "Add the passkey" }).click();
}

async function openDialog(page: Page): Promise<void> {
  await openView(page);
  await page.getByRole("link", { name: "Sign in" }).click();
}

/** Signs in by the password, and then by the passkey that is asked for. */
async function signInByBoth(page: Page): Promise<void> {
  await openDialog(page);
  await signInInPlace(page, ADA);
  const dialog = page.getByRole("dialog", { name: "Second step" });
  await dialog.getByRole("button", { name: "Use a passkey" }).click();
  await page.locator(`.who[title="${ADA}"]`).waitFor();
}

async function methodsAfterPassword(server: TestServer): Promise<unknown> {
  const { error, response } = await server.client.POST("/api/sign_in", { body: { email: ADA, password: PASSWORD } });
  return error !== undefined && "methods" in error ? error.methods : response.status;
}

browserTest(
  "addPasskey: one passkey signs in alone, and is asked for after the password, where its authenticator keeps it and verifies",
  async (t) => {
    let time = Date.now();
    const server = await startServer(t, { now: () => new Date(time) });
    const { page } = await visitWithAuthenticator(t, server.url);
    await registerInPlace(page, ADA);
    await goTo(page, "Security");
    await addAsFactor(page);
    await page
      .getByRole("status")
      .filter({ hasText: "“phone” signs you in, and is asked for after your password" })
      .waitFor();
    await page.getByRole("list", { name: "Passkeys" }).getByText("also after the password").waitFor();
    t.deepEqual(await methodsAfterPassword(server), ["webauthn"]);
    await page.getByText("Your passkey is asked for after the password.").waitFor();
    await page.getByRole("button", { name: "Make some" }).click();
    const [code = ""] = await page.locator(".code-list li").allTextContents();
    await page.getByRole("button", { name: "I have kept them" }).click();
    await page.getByRole("button", { name: "Sign out" }).click();

    await openDialog(page);
    await page.getByRole("dialog").getByRole("button", { name: "Sign in with a passkey" }).click();
    await page.locator(`.who[title="${ADA}"]`).waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await signInByBoth(page);
    await page.getByRole("button", { name: "Sign out" }).click();

    await openDialog(page);
    await signInInPlace(page, ADA);
    await page.getByRole("dialog").getByRole("button", { name: "Use a recovery code" }).click();
    await page.getByLabel("Recovery code").fill(code);
    await page.keyboard.press("Enter");
    await page.locator(`.who[title="${ADA}"]`).waitFor();

    time += 25 * 60 * 60 * 1000;
    await goTo(page, "Security");
    await page.getByRole("button", { name: "Remove phone" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove it" }).click();
    const proof = page.getByRole("dialog", { name: "Use your passkey" });
    t.is(await proof.getByLabel("Password").count(), 0, "the password alone would not do");
    await proof.getByRole("button", { name: "Use a passkey" }).click();
    await page.getByRole("status").filter({ hasText: "is removed" }).waitFor();
    await page.getByText("None. With one").waitFor();
    t.is(await methodsAfterPassword(server), 201);
  },
);

for (const [what, options] of [
  ["does not verify its user", { hasUserVerification: false, isUserVerified: false }],
  ["keeps no passkeys", { hasResidentKey: false }],
] as const) {
  browserTest(
    `addPasskey: where the authenticator ${what}, the passkey is asked for after the password only`,
    async (t) => {
      const server = await startServer(t);
      const { page } = await visitWithAuthenticator(t, server.url, { transport: "usb", ...options });
      await registerInPlace(page, ADA);
      await goTo(page, "Security");
      await addAsFactor(page);
      await page.getByRole("status").filter({ hasText: "“phone” is asked for after your password" }).waitFor();
      await page.getByRole("list", { name: "Passkeys" }).getByText("only after the password").waitFor();
      t.deepEqual(await methodsAfterPassword(server), ["webauthn"]);
      await page.getByRole("button", { name: "Sign out" }).click();
      await signInByBoth(page);
    },
  );
}

browserTest(
  "addPasskey: where nobody sets up a second factor, none is offered, and the password signs in as before",
  async (t) => {
    const server = await startServer(t, { environment: { SECOND_FACTOR: "off" } });
    const { page } = await visitWithAuthenticator(t, server.url);
    await registerInPlace(page, ADA);
    await goTo(page, "Security");
    await page.getByRole("button", { name: "Add a passkey" }).click();
    t.is(await page.getByLabel(BOX).count(), 0);
    await page.getByLabel("Name of the passkey").fill("phone");
    await page.getByRole("button", { name: "Add the passkey" }).click();
    await page.getByRole("status").filter({ hasText: "“phone” signs you in from now on." }).waitFor();
    t.is(await methodsAfterPassword(server), 201);
  },
);

browserTest(
  "addPasskey: the form has no barrier that axe-core finds, light or dark, nor overflows 320 pixels",
  async (t) => {
    const server = await startServer(t);
    const { page } = await visitWithAuthenticator(t, server.url);
    await registerInPlace(page, ADA);
    await goTo(page, "Security");
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await page.getByLabel(BOX).check();
    await requireNoBarrier(t, page, "add a passkey");
  },
);
