import { readFile } from "node:fs/promises";
import { Secret, TOTP } from "otpauth";
import type { Page } from "playwright-core";
import { browserTest, visit } from "../support/browser/browser.ts";
import { goTo, openView, registerInPlace, signInInPlace } from "../support/browser/view-steps.ts";
import { logIn, PASSWORD, startServer } from "../support/server.ts";

const ADA = "ada@example.com";
const STEP = 30_000;

/** The code that an authenticator with this key shows at a time. */
function codeAt(key: string, timestamp: number): string {
  return new TOTP({ secret: Secret.fromBase32(key.replaceAll(" ", "")) }).generate({ timestamp });
}

/** Sets up an authenticator on the page of security. Answers its key, and the recovery codes, which are on the page. */
async function setUp(page: Page, time: number): Promise<{ key: string; codes: string[] }> {
  await page.getByRole("button", { name: "Set up" }).click();
  const key = (await page.locator(".key").textContent()) ?? "";
  await page.getByLabel("Code that the app shows").fill(codeAt(key, time));
  await page.keyboard.press("Enter");
  await page.getByRole("list", { name: "Recovery codes" }).waitFor();
  return { key, codes: await page.locator(".code-list li").allTextContents() };
}

async function startSignIn(page: Page): Promise<void> {
  await openView(page);
  await page.getByRole("link", { name: "Sign in" }).click();
  await signInInPlace(page, ADA);
  await page.getByRole("dialog", { name: "Second step" }).waitFor();
}

browserTest(
  "confirmMyFactor: an authenticator is set up, its recovery codes are shown once, and both sign in",
  async (t) => {
    let time = Date.now();
    const server = await startServer(t, { now: () => new Date(time) });
    const { page } = await visit(t, server.url, { expected: /status of 40[03]/ });
    await page.addInitScript("window.print = () => { window.printed = true; }");
    await registerInPlace(page, ADA);
    const other = await logIn(server, ADA);
    await goTo(page, "Security");
    await page.getByRole("button", { name: "Set up" }).click();
    const picture = page.getByRole("img", { name: "QR code" });
    t.true(Number(await picture.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth)) > 0);
    const field = page.getByLabel("Code that the app shows");
    t.is(await page.evaluate("document.activeElement.id"), "factor-code");
    const key = (await page.locator(".key").textContent()) ?? "";
    await field.fill("12 34");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").first().waitFor();
    await field.fill(codeAt(key, time));
    await page.keyboard.press("Enter");
    const list = page.getByRole("list", { name: "Recovery codes" });
    await list.waitFor();
    const codes = await page.locator(".code-list li").allTextContents();
    t.true(codes.length >= 5);
    const box = page.getByRole("group", { name: "Keep these codes" });
    for (const width of [320, 768, 1280]) {
      await page.setViewportSize({ width, height: 720 });
      const around = await box.boundingBox();
      for (const part of ["h3", "p", "ul"]) {
        const within = await box.locator(part).first().boundingBox();
        const inset = (within?.x ?? 0) - (around?.x ?? 0);
        t.true(inset >= 12, `${part} keeps off the edge at ${width}: ${inset}`);
        t.true((around?.width ?? 0) - (within?.width ?? 0) <= 2 * inset, `${part} is as wide as the box at ${width}`);
      }
    }
    t.is((await server.request("/api/me", { headers: other.headers })).status, 401, "the others are signed out");
    const downloaded = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download" }).click();
    const text = await readFile(await (await downloaded).path(), "utf8");
    for (const code of codes) t.true(text.includes(code));
    await page.getByRole("button", { name: "Print" }).click();
    t.true(await page.evaluate("window.printed"));
    await page.getByRole("button", { name: "I have kept them" }).click();
    await list.waitFor({ state: "detached" });
    await page.getByText(`${codes.length} are left`).waitFor();
    t.false((await page.content()).includes(codes[0] ?? "-"), "once");

    await page.getByRole("button", { name: "Sign out" }).click();
    await startSignIn(page);
    t.is(await page.locator(".who").count(), 0);
    t.is(await page.evaluate("document.activeElement.id"), "question-code");
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Code of your authenticator").fill(codeAt(key, time));
    await page.keyboard.press("Enter");
    await dialog.getByRole("alert").first().waitFor();
    t.is(await page.locator(".who").count(), 0, "the code of the set-up passes no more");
    time += STEP;
    await dialog.getByLabel("Code of your authenticator").fill(codeAt(key, time).replace(/^.../, "$& "));
    await page.keyboard.press("Enter");
    await page.locator(".who").waitFor();

    await page.getByRole("button", { name: "Sign out" }).click();
    await startSignIn(page);
    await dialog.getByRole("button", { name: "Use a recovery code" }).click();
    t.is(await page.evaluate("document.activeElement.id"), "question-code");
    await dialog.getByLabel("Recovery code").fill("0000-0000-0000");
    await page.keyboard.press("Enter");
    await dialog.getByRole("alert").filter({ hasText: "This code is not right" }).waitFor();
    await dialog.getByLabel("Recovery code").fill(codes[0] ?? "");
    await page.keyboard.press("Enter");
    await page.locator(".who").waitFor();
    await goTo(page, "Security");
    await page.getByText(`${codes.length - 1} are left`).waitFor();
  },
);

browserTest(
  "removeMyFactor: asks to confirm, and for a code where the sign-in is old; a declined question changes nothing",
  async (t) => {
    let time = Date.now();
    const server = await startServer(t, { now: () => new Date(time) });
    const { page } = await visit(t, server.url, { expected: /status of 40[013]/ });
    await registerInPlace(page, ADA);
    await goTo(page, "Security");
    const { key } = await setUp(page, time);
    await page.getByRole("button", { name: "I have kept them" }).click();
    time += 25 * 60 * 60 * 1000;
    const remove = page.getByRole("button", { name: "Remove", exact: true });
    await remove.click();
    await page
      .getByRole("dialog", { name: "Remove the second factor?" })
      .getByRole("button", { name: "Cancel" })
      .click();
    await remove.click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove it" }).click();
    const dialog = page.getByRole("dialog", { name: "Enter your password" });
    await dialog.getByLabel("Code of your authenticator").waitFor();
    await dialog.getByRole("button", { name: "Not now" }).click();
    await remove.waitFor();
    await remove.click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove it" }).click();
    await dialog.getByLabel("Password").fill(PASSWORD);
    await dialog.getByLabel("Code of your authenticator").fill("000000");
    await page.keyboard.press("Enter");
    await dialog.getByRole("alert").first().waitFor();
    await dialog.getByLabel("Code of your authenticator").fill(codeAt(key, time));
    await page.keyboard.press("Enter");
    await page.getByRole("status").filter({ hasText: "The second factor is gone" }).waitFor();
    await page.getByRole("button", { name: "Set up" }).waitFor();
    t.is(await page.getByRole("heading", { name: "Recovery codes" }).count(), 0);
    t.is((await server.client.POST("/api/sign_in", { body: { email: ADA, password: PASSWORD } })).response.status, 201);
  },
);

browserTest("signInBySecondFactor: too many tries or too long a wait lead back to the start", async (t) => {
  let time = Date.now();
  const server = await startServer(t, { now: () => new Date(time) });
  const { page } = await visit(t, server.url, { expected: /status of 40[013]/ });
  await registerInPlace(page, ADA);
  await goTo(page, "Security");
  const { key } = await setUp(page, time);
  await page.getByRole("button", { name: "Sign out" }).click();
  await startSignIn(page);
  time += 11 * 60 * 1000;
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Code of your authenticator").fill(codeAt(key, time));
  await page.keyboard.press("Enter");
  await dialog.getByRole("alert").first().waitFor();
  t.is(await dialog.getByRole("button", { name: "Sign in", exact: true }).count(), 0);
  await dialog.getByRole("button", { name: "Start again" }).click();
  await page.getByRole("dialog", { name: "Sign in" }).waitFor();
  await signInInPlace(page, ADA);
  await page
    .getByRole("dialog", { name: "Second step" })
    .getByLabel("Code of your authenticator")
    .fill(codeAt(key, time));
  await page.keyboard.press("Enter");
  await page.locator(".who").waitFor();
});

browserTest(
  "setUpFactorToSignIn: where every account needs a second factor, one is set up in the dialog",
  async (t) => {
    const time = Date.now();
    const server = await startServer(t, { now: () => new Date(time), environment: { SECOND_FACTOR: "required" } });
    const { page } = await visit(t, server.url, { expected: /status of 40[03]/ });
    await server.client.POST("/api/sign_up", { body: { email: ADA, password: PASSWORD } });
    await startSignIn(page);
    const dialog = page.getByRole("dialog");
    const key = (await dialog.locator(".key").textContent()) ?? "";
    await dialog.getByLabel("Code of your authenticator").fill(codeAt(key, time));
    await page.keyboard.press("Enter");
    await page.locator(`.who[title="${ADA}"]`).waitFor();
    await goTo(page, "Security");
    t.is(await page.getByText("An authenticator app").count(), 1);
  },
);
