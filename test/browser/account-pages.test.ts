import { readFile } from "node:fs/promises";
import { browserTest, visit } from "../support/browser/browser.ts";
import { PASSWORD, post, signUp, startServer } from "../support/server.ts";

const EMAIL = "ada@example.com";

browserTest("pages without JavaScript: sign in, see the account, take the data along, delete all of it", async (t) => {
  let now = new Date();
  const server = await startServer(t, { now: () => now });
  await signUp(server);
  const { page, context } = await visit(t, server.url, { javaScriptEnabled: false, expected: /status of 40[01]/ });
  await page.goto("/account");
  await page.getByLabel("E-mail").fill(EMAIL);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.locator("main .button").click();
  t.is(page.url(), `${server.url}/account`);
  await page.goto("/");
  await page.getByRole("link", { name: EMAIL }).click();
  t.is(page.url(), `${server.url}/account`);

  const started = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download my data" }).click();
  const download = await started;
  t.regex(download.suggestedFilename(), /^account-\d{4}-\d\d-\d\d\.json$/);
  t.is(JSON.parse(await readFile(await download.path(), "utf8")).user.email, EMAIL);
  t.is(page.url(), `${server.url}/account`);

  now = new Date(now.getTime() + 3_600_001);
  await page.reload();
  await page.getByRole("link", { name: "Prove that it is you" }).click();
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Go on" }).click();
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Go on" }).click();
  t.is(page.url(), `${server.url}/account`);
  await page.getByRole("link", { name: "Download my data" }).waitFor();

  await page.getByRole("link", { name: "Delete my account" }).click();
  await page.getByRole("link", { name: "Keep it" }).click();
  now = new Date(now.getTime() + 3_600_001);
  await page.getByRole("link", { name: "Delete my account" }).click();
  await page.getByRole("heading", { name: "Is it you?" }).waitFor();
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Go on" }).click();
  t.is(page.url(), `${server.url}/delete-account`);
  // The page was open for too long: the form asks for the password once more, and leads back.
  now = new Date(now.getTime() + 3_600_001);
  await page.getByRole("button", { name: "Delete my account for good" }).click();
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Go on" }).click();
  t.is(page.url(), `${server.url}/delete-account`);
  t.is((await post(server, "/login", { email: EMAIL, password: PASSWORD })).status, 200);
  await page.getByRole("button", { name: "Delete my account for good" }).click();
  await page.getByRole("heading", { name: "Your account is deleted" }).waitFor();
  await page.getByRole("link", { name: "Sign in" }).waitFor();
  t.false((await context.cookies()).some(({ name }) => name === "kudos_session"));
  t.is((await post(server, "/login", { email: EMAIL, password: PASSWORD })).status, 400);
});
