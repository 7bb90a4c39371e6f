import { readFile } from "node:fs/promises";
import { startMailingServer } from "../support/account-mail.ts";
import { browserTest, visit } from "../support/browser/browser.ts";
import { goTo, openView, registerInPlace, signInInPlace } from "../support/browser/view-steps.ts";
import { logIn, PASSWORD, signUp, startServer } from "../support/server.ts";

const ADA = "ada@example.com";
const NEW = "countess@example.com";

browserTest(
  "startEmailChange: an address is changed by the code of the mail to the new one, and one stays signed in",
  async (t) => {
    const server = await startMailingServer(t);
    const { page } = await visit(t, server.url, { expected: /status of 400/ });
    await registerInPlace(page, ADA);
    await goTo(page, "E-mail address");
    const send = page.getByRole("button", { name: "Send the mail" });
    for (const wrong of ["", "nobody"]) {
      await page.getByLabel("New e-mail address").fill(wrong);
      await send.click();
      await page.locator("#new-email-errors").filter({ hasText: "Enter" }).waitFor();
      t.is(await page.evaluate("document.activeElement.id"), "new-email");
    }
    await page.getByLabel("New e-mail address").fill(NEW);
    await send.click();
    const code = page.getByLabel("Code of the mail");
    await code.waitFor();
    t.is(await page.evaluate("document.activeElement.id"), "mailed-code");
    const [mail] = await server.mailsTo(NEW, 1);
    await code.fill("00000000");
    await page.getByRole("button", { name: "Change the address" }).click();
    await page.getByRole("alert").first().waitFor();
    t.is(await page.locator(".who").getAttribute("title"), ADA);
    await code.fill(mail?.code.replace(/^..../, "$& ") ?? "");
    await page.keyboard.press("Enter");
    await page
      .getByRole("status")
      .filter({ hasText: `Your address is ${NEW} now.` })
      .waitFor();
    t.is(await page.locator(".who").getAttribute("title"), NEW);
    await page.reload();
    await page.locator(`.who[title="${NEW}"]`).waitFor();
    await goTo(page, "My devices");
    await page.locator(".device").first().waitFor();
  },
);

browserTest("exportMe: one's data are a file, after the password where the sign-in is old", async (t) => {
  let time = Date.now();
  const server = await startServer(t, { now: () => new Date(time) });
  const { page } = await visit(t, server.url, { expected: /status of/ });
  await registerInPlace(page, ADA);
  await page.locator(".like").first().click();
  await page.getByRole("status").filter({ hasText: "You like" }).waitFor();
  time += 2 * 60 * 60 * 1000;
  await goTo(page, "Export");
  t.is(await page.locator(".menu-list a", { hasText: "Address" }).count(), 0, "without mails no address changes");
  await page.getByRole("button", { name: "Download my data" }).click();
  const dialog = page.getByRole("dialog", { name: "Enter your password" });
  await dialog.getByLabel("Password").fill(PASSWORD);
  const downloaded = page.waitForEvent("download");
  await page.keyboard.press("Enter");
  const download = await downloaded;
  t.regex(download.suggestedFilename(), /^kudos-\d{4}-\d\d-\d\d\.json$/);
  const data = JSON.parse(await readFile(await download.path(), "utf8"));
  t.is(data.user.email, ADA);
  t.is(data.likes.length, 1);
  t.false(JSON.stringify(data).includes("kudos_"), "no token");
  await page.getByRole("status").filter({ hasText: "among your downloads" }).waitFor();
  await page.route("**/api/me/export", (route) => route.fulfill({ status: 503, headers: { "Retry-After": "2" } }));
  await page.getByRole("button", { name: "Download my data" }).click();
  await page.getByRole("alert").filter({ hasText: "too much to do" }).waitFor();
});

browserTest("deleteMe: an account is deleted by its typed address alone, for good, in every tab", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  const { page, context } = await visit(t, server.url, { expected: /status of 40[01]/ });
  await openView(page);
  await page.getByRole("link", { name: "Sign in" }).click();
  await signInInPlace(page, ADA, { keep: true });
  await page.locator(".who").waitFor();
  const other = await context.newPage();
  await openView(other);
  await other.locator(".who").waitFor();
  await goTo(page, "Delete the account");
  const [field, button] = [
    page.getByLabel("E-mail address of the account"),
    page.getByRole("button", { name: "Delete my account" }),
  ];
  for (const typed of ["", "ad@example.com"]) {
    await field.fill(typed);
    await button.click();
    await page.getByRole("alert").filter({ hasText: "Type the address of your account" }).waitFor();
    t.is(await page.evaluate("document.activeElement.id"), "deletion-email");
  }
  t.is((await server.request("/api/me", { headers: ada.headers })).status, 200);
  await field.fill(" ADA@example.com ");
  await button.click();
  await page.getByRole("status").filter({ hasText: "Your account is deleted." }).waitFor();
  t.is(page.url(), `${server.url}/`);
  await other.getByRole("link", { name: "Sign in" }).waitFor();
  t.is((await server.request("/api/me", { headers: ada.headers })).status, 401);
  t.false((await page.content()).includes(ADA));
  await page.getByRole("link", { name: "Sign in" }).click();
  await signInInPlace(page, ADA);
  await page.getByRole("dialog").getByRole("alert").filter({ hasText: "wrong" }).waitFor();
});

browserTest("signUp: an address that has to be confirmed is so by the code of the mail, in the dialog", async (t) => {
  const server = await startMailingServer(t, { environment: { CONFIRMATION: "required" } });
  const { page } = await visit(t, server.url, { expected: /status of 400/ });
  await openView(page);
  await page.getByRole("link", { name: "Create an account" }).click();
  await signInInPlace(page, ADA);
  const dialog = page.getByRole("dialog", { name: "Confirm your address" });
  await dialog.waitFor();
  t.is(await page.evaluate("document.activeElement.id"), "question-code");
  const [mail] = await server.mailsTo(ADA, 1);
  await dialog.getByLabel("Code of the mail").fill("12345678");
  await page.keyboard.press("Enter");
  await dialog.getByRole("alert").first().waitFor();
  await dialog.getByLabel("Code of the mail").fill(mail?.code ?? "");
  await page.keyboard.press("Enter");
  await page.locator(".who").waitFor();
});

browserTest(
  "signIn: an address that is not confirmed is told so, with the way to another mail, and a forgotten password has a link",
  async (t) => {
    const server = await startMailingServer(t, { environment: { CONFIRMATION: "required" } });
    const { page } = await visit(t, server.url, { expected: /status of 400/ });
    await server.client.POST("/api/sign_up", { body: { email: ADA, password: PASSWORD } });
    await openView(page);
    await page.getByRole("link", { name: "Sign in" }).click();
    await signInInPlace(page, ADA);
    await page.getByRole("dialog").getByRole("link", { name: "Send the mail of confirmation again" }).waitFor();
    await page.getByRole("dialog").getByRole("link", { name: "Forgot your password?" }).click();
    await page.getByRole("heading", { level: 1, name: "Forgot your password?" }).waitFor();
    t.is(page.url(), `${server.url}/reset`);
  },
);

browserTest("listMyEvents: what happened to the account, in words, page by page and back", async (t) => {
  const server = await startServer(t);
  const { page } = await visit(t, server.url);
  await registerInPlace(page, ADA);
  for (let count = 0; count < 60; count += 1) await logIn(server, ADA);
  await goTo(page, "Activity");
  const items = page.getByRole("list", { name: "Events" }).getByRole("listitem");
  await items.nth(49).waitFor();
  t.is(await items.count(), 50);
  t.regex((await items.first().textContent()) ?? "", /Sign-in.* from 127\.0\.0\.1/s);
  await page.getByText("It is deleted after 730 days.").waitFor();
  await page.getByRole("button", { name: "Older" }).click();
  await items.filter({ hasText: "The account was made" }).waitFor();
  t.is(await page.getByRole("button", { name: "Older" }).count(), 0);
  await page.getByRole("button", { name: "Newest" }).click();
  await items.nth(49).waitFor();
});
