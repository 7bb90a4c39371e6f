import type { Page } from "playwright-core";
import { browserTest, visit } from "../support/browser/browser.ts";
import { goTo, openView, registerInPlace } from "../support/browser/view-steps.ts";
import { visitWithAuthenticator } from "../support/browser/virtual-authenticator.ts";
import { logIn, startServer } from "../support/server.ts";

const ADA = "ada@example.com";

async function add(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByLabel("Name of the passkey").fill(name);
  await page.getByRole("button", { name: "Add the passkey" }).click();
}

browserTest(
  "addPasskey: a passkey is added, renamed, signs in and is removed, and the browser hears of it",
  async (t) => {
    const server = await startServer(t);
    const { page, keys } = await visitWithAuthenticator(t, server.url);
    await registerInPlace(page, ADA);
    await goTo(page, "Security");
    await add(page, "phone");
    await page.getByRole("status").filter({ hasText: "“phone” signs you in" }).waitFor();
    const list = page.getByRole("list", { name: "Passkeys" });
    await list.getByText("phone").waitFor();
    t.is(await keys(), 1);
    await add(page, "another");
    await page.getByRole("alert").filter({ hasText: "has a passkey for this account already" }).waitFor();
    await page.getByLabel("Name of the passkey").fill("");
    await page.getByRole("button", { name: "Add the passkey" }).click();
    await page.getByRole("alert").filter({ hasText: "Enter a name." }).waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    await list.getByRole("button", { name: "Rename phone" }).click();
    t.is(await page.getByLabel("New name").inputValue(), "phone");
    const item = list.getByRole("listitem");
    const [facts, form] = [await item.locator(".device-name").boundingBox(), await item.locator("form").boundingBox()];
    t.true((form?.y ?? 0) >= (facts?.y ?? 0) + (facts?.height ?? 0), "the form stands below its passkey");
    t.is(form?.x, facts?.x);
    await page.getByLabel("New name").fill("my <b>phone</b>");
    await page.keyboard.press("Enter");
    await list.getByText("my <b>phone</b>").waitFor();

    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("link", { name: "Sign in" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Sign in with a passkey" }).click();
    await page.locator(`.who[title="${ADA}"]`).waitFor();
    await goTo(page, "Security");
    await list.getByText("last used").waitFor();
    await list.getByRole("button", { name: "Remove my" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
    await list.getByRole("button", { name: "Remove my" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove it" }).click();
    await page.getByRole("status").filter({ hasText: "is removed" }).waitFor();
    await list.waitFor({ state: "detached" });
    const { data } = await server.client.GET("/api/passkeys", {
      headers: { "Authentication-Token": String(await page.evaluate("sessionStorage.getItem('auth-token')")) },
    });
    t.deepEqual(data?.items, []);
  },
);

browserTest(
  "finishPasskeyVerification: an old sign-in is proved by a passkey, and what was wanted is done",
  async (t) => {
    let time = Date.now();
    const server = await startServer(t, { now: () => new Date(time) });
    const { page } = await visitWithAuthenticator(t, server.url);
    await registerInPlace(page, ADA);
    await goTo(page, "Security");
    await add(page, "phone");
    await page.getByRole("status").filter({ hasText: "“phone” signs you in" }).waitFor();
    time += 25 * 60 * 60 * 1000;
    await logIn(server, ADA);
    await goTo(page, "My devices");
    await page.getByRole("button", { name: "Sign out everywhere else" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Sign out the others" }).click();
    await page
      .getByRole("dialog", { name: "Enter your password" })
      .getByRole("button", { name: "Use a passkey" })
      .click();
    await page.getByRole("status").filter({ hasText: "Every other device is signed out." }).waitFor();
    await page.locator(".device").nth(1).waitFor({ state: "detached" });
    t.is(await page.locator(".device").count(), 1);
  },
);

browserTest(
  "signInWithPasskey: none in the browser, or called off, says so in the dialog; the password still signs in",
  async (t) => {
    const server = await startServer(t);
    const { page, consent } = await visitWithAuthenticator(t, server.url);
    await consent(false);
    await openView(page);
    await page.getByRole("link", { name: "Sign in" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Sign in with a passkey" }).click();
    await dialog
      .getByRole("alert")
      .filter({ hasText: /passkey/i })
      .waitFor();
    t.is(await page.locator(".who").count(), 0);
    t.true(await dialog.getByLabel("Password").isVisible());
  },
);

browserTest("addPasskey: where a browser makes none, at the address of this machine, none is offered", async (t) => {
  const server = await startServer(t);
  const { page } = await visit(t, server.url);
  await registerInPlace(page, ADA);
  await goTo(page, "Security");
  await page.getByText("This browser makes no passkeys here.").waitFor();
  t.is(await page.getByRole("button", { name: "Add a passkey" }).count(), 0);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("link", { name: "Sign in" }).click();
  t.is(await page.getByRole("button", { name: "Sign in with a passkey" }).count(), 0);
});
