import type { ExecutionContext } from "ava";
import type { Page } from "playwright-core";
import { type MailingServer, startMailingServer } from "../support/account-mail.ts";
import { browserTest, visit } from "../support/browser/browser.ts";
import { goTo, openView, signInInPlace } from "../support/browser/view-steps.ts";
import { PASSWORD, signUp } from "../support/server.ts";

const ADA = "ada@example.com";

/** A server with Ada, whose second factor is a code by mail, and a browser at its page. */
async function start(t: ExecutionContext) {
  let time = Date.now();
  const server = await startMailingServer(t, { now: () => new Date(time) });
  const { headers } = await signUp(server);
  const begun = await server.client.POST("/api/me/second_factor", { headers, body: { method: "email" } });
  const [mail] = await server.mailsTo(ADA, 1, "Your code to set up a second factor");
  const body = { set_up_token: begun.data?.set_up_token ?? "", code: mail?.code ?? "" };
  await server.client.PUT("/api/me/second_factor", { headers, body });
  const { page } = await visit(t, server.url, { expected: /status of 40[013]/ });
  const later = (milliseconds: number): void => {
    time += milliseconds;
  };
  return { server, page, later };
}

/** The code of the newest of so many mails. */
async function mailed(server: MailingServer, count: number): Promise<string> {
  return (await server.mailsTo(ADA, count, "Your code as a second factor")).at(-1)?.code ?? "";
}

async function signInByMail(page: Page, server: MailingServer): Promise<void> {
  await openView(page);
  await page.getByRole("link", { name: "Sign in" }).click();
  await signInInPlace(page, ADA);
  const dialog = page.getByRole("dialog", { name: "Second step" });
  await mailed(server, 1);
  await dialog.getByRole("button", { name: "Send one more code by mail" }).click();
  await dialog.getByText("It is on its way.").waitFor();
  await dialog.getByLabel("Code that is sent to you").fill(await mailed(server, 2));
  await page.keyboard.press("Enter");
  await page.locator(`.who[title="${ADA}"]`).waitFor();
}

browserTest("sendFactorCode: a mailed code, and one more, signs in within the dialog", async (t) => {
  const { server, page } = await start(t);
  await signInByMail(page, server);
  await goTo(page, "Security");
  await page.getByText("A code by mail").waitFor();
  t.pass();
});

browserTest("sendVerificationCode: a code is sent from the dialog that asks for a fresh proof", async (t) => {
  const { server, page, later } = await start(t);
  await signInByMail(page, server);
  later(25 * 60 * 60 * 1000);
  await goTo(page, "Security");
  await page.getByRole("button", { name: "Remove" }).first().click();
  await page.getByRole("button", { name: "Remove it" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Send a code by mail" }).click();
  await dialog.getByText("It is on its way.").waitFor();
  await dialog.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await dialog.getByLabel("Code that is sent to you").fill(await mailed(server, 3));
  await page.keyboard.press("Enter");
  await page.getByText("The second factor is gone").waitFor();
  t.is((await server.client.POST("/api/sign_in", { body: { email: ADA, password: PASSWORD } })).response.status, 201);
});
