import type { Page } from "playwright-core";
import { startMailingServer } from "../support/account-mail.ts";
import { browserTest, visit } from "../support/browser/browser.ts";
import { goTo, openView, registerInPlace, signInInPlace } from "../support/browser/view-steps.ts";
import { PASSWORD, startServer } from "../support/server.ts";
import { startTextGateway } from "../support/text-gateway.ts";

const ADA = "ada@example.com";
const SET_UP = "Your code to set up a second factor";

/** Begins to set up the second factor by a method, on the page of security or in the dialog. */
async function choose(page: Page, method: string): Promise<void> {
  await page.getByRole("radio", { name: method }).check();
  await page.getByRole("button", { name: "Go on" }).click();
}

browserTest(
  "beginMyFactor: codes by mail are set up where the server sends mail, a wrong code and a second mail included",
  async (t) => {
    const server = await startMailingServer(t);
    const { page } = await visit(t, server.url, { expected: /status of 400/ });
    await registerInPlace(page, ADA);
    await goTo(page, "Security");
    await page.getByRole("button", { name: "Set up" }).click();
    const choice = page.getByRole("group", { name: "How do you get your codes?" });
    t.deepEqual(await choice.getByRole("radio").count(), 2, "no SMS: this server sends none");
    t.is(await page.evaluate("document.activeElement.value"), "authenticator");
    await choose(page, "By mail");
    await page.getByText("on its way to a…@example.com").waitFor();
    const field = page.getByLabel("Code that was sent to you");
    t.is(await page.evaluate("document.activeElement.id"), "factor-code");
    await field.fill("0000 0000");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").first().waitFor();
    await server.mailsTo(ADA, 1, SET_UP);
    await page.getByRole("button", { name: "Send it again" }).click();
    const mails = await server.mailsTo(ADA, 2, SET_UP);
    t.is(await field.inputValue(), "");
    await field.fill(mails.at(-1)?.code ?? "");
    await page.keyboard.press("Enter");
    await page.getByRole("list", { name: "Recovery codes" }).waitFor();
    await page.getByText("A code by mail, since").waitFor();
    await page.getByRole("button", { name: "I have kept them" }).click();
    await page.getByRole("button", { name: "Replace" }).click();
    await page.getByRole("img", { name: "QR code" }).waitFor();
    t.is(await page.getByRole("radio").count(), 0, "what is there is not offered once more");
  },
);

browserTest("confirmMyFactor: codes by SMS take a telephone number, and the sign-in asks for one", async (t) => {
  const gateway = await startTextGateway(t);
  const server = await startMailingServer(t, { environment: { SMS_URL: gateway.url } });
  const { page } = await visit(t, server.url, { expected: /status of 40[03]/ });
  await registerInPlace(page, ADA);
  await goTo(page, "Security");
  await page.getByRole("button", { name: "Set up" }).click();
  t.is(await page.getByLabel("Telephone number").count(), 0);
  await choose(page, "By SMS");
  await page.getByRole("alert").filter({ hasText: "This is no telephone number." }).waitFor();
  t.is(await page.evaluate("document.activeElement.name"), "phone");
  await page.getByLabel("Telephone number").fill("+1 (415) 555-0199");
  await page.keyboard.press("Enter");
  await page.getByText("on its way to …0199").waitFor();
  await page.getByRole("button", { name: "Choose another way" }).click();
  t.true(await page.getByRole("radio", { name: "By SMS" }).isChecked());
  await page.getByLabel("Telephone number").fill("+1 (415) 555-0123");
  await page.keyboard.press("Enter");
  await page.getByText("on its way to …0123").waitFor();
  const texts = await gateway.received(2);
  t.deepEqual(
    texts.map(({ to }) => to),
    ["+14155550199", "+14155550123"],
  );
  await page.getByLabel("Code that was sent to you").fill(texts[1]?.code ?? "");
  await page.keyboard.press("Enter");
  await page.getByRole("list", { name: "Recovery codes" }).waitFor();
  await page.getByText("A code by SMS to …0123, since").waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();
  await openView(page);
  await page.getByRole("link", { name: "Sign in" }).click();
  await signInInPlace(page, ADA);
  const sent = await gateway.received(3);
  await page
    .getByRole("dialog")
    .getByLabel("Code that is sent to you")
    .fill(sent[2]?.code ?? "");
  await page.keyboard.press("Enter");
  await page.locator(`.who[title="${ADA}"]`).waitFor();
});

browserTest("beginMyFactor: where the server sends nothing, an authenticator is begun at once", async (t) => {
  const server = await startServer(t);
  const { page } = await visit(t, server.url);
  await registerInPlace(page, ADA);
  await goTo(page, "Security");
  await page.getByRole("button", { name: "Set up" }).click();
  await page.getByRole("img", { name: "QR code" }).waitFor();
  t.is(await page.getByRole("radio").count(), 0);
  t.is(await page.getByRole("button", { name: "Choose another way" }).count(), 0);
});

browserTest(
  "setUpFactorToSignIn: where every account needs a second factor, codes by mail are set up in the dialog",
  async (t) => {
    const server = await startMailingServer(t, { environment: { SECOND_FACTOR: "required" } });
    const { page } = await visit(t, server.url, { expected: /status of 40[03]/ });
    await server.client.POST("/api/sign_up", { body: { email: ADA, password: PASSWORD } });
    await openView(page);
    await page.getByRole("link", { name: "Sign in" }).click();
    await signInInPlace(page, ADA);
    const dialog = page.getByRole("dialog", { name: "Second step" });
    await dialog.getByRole("radio").first().waitFor();
    await choose(page, "By mail");
    const [mail] = await server.mailsTo(ADA, 1, SET_UP);
    await dialog.getByLabel("Code that was sent to you").fill(mail?.code ?? "");
    await page.keyboard.press("Enter");
    await page.locator(`.who[title="${ADA}"]`).waitFor();
    await goTo(page, "Security");
    await page.getByText("A code by mail, since").waitFor();
    t.pass();
  },
);
