import { browserTest, visit } from "../support/browser/browser.ts";
import { goTo, makeToken, openView, registerInPlace } from "../support/browser/view-steps.ts";
import { PASSWORD, signUp, startServer } from "../support/server.ts";

const ADA = "ada@example.com";

browserTest(
  "createToken: a program's token is made, shown once, copied, listed with its last use, and ended",
  async (t) => {
    const server = await startServer(t, { environment: { PERSONAL_TOKEN_DAYS: "40" } });
    const { page, context } = await visit(t, server.url);
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await registerInPlace(page, ADA);
    await goTo(page, "Tokens for programs");
    await page.getByText("There are none.").waitFor();
    await page.getByRole("button", { name: "Make a token" }).click();
    t.is(await page.evaluate("document.activeElement.id"), "token-name");
    t.deepEqual(await page.getByLabel("It expires after").locator("option").allTextContents(), [
      "7 days",
      "30 days",
      "40 days",
    ]);
    await page.getByRole("button", { name: "Cancel" }).click();
    await makeToken(page, "nightly report");
    t.true(await page.evaluate(`document.activeElement.matches(".new-token")`));
    const token = String(await page.locator(".new-token code").textContent());
    await page.getByRole("button", { name: "Copy", exact: true }).click();
    await page.getByRole("status").filter({ hasText: "The token is copied." }).waitFor();
    t.is(await page.evaluate("navigator.clipboard.readText()"), token);
    const call = (path: string, method = "GET") =>
      server.request(path, { method, headers: { "Authentication-Token": token } }).then(({ status }) => status);
    t.is(await call("/api/articles/1/likes", "POST"), 201);
    t.is(await call("/api/tokens"), 403, "it may do no more than was chosen");
    await page.getByRole("button", { name: "I have copied it" }).click();
    t.is(await page.locator(".new-token").count(), 0);
    await page.reload();
    const item = page.getByRole("list", { name: "Tokens" }).getByRole("listitem");
    await item.filter({ hasText: "nightly report" }).filter({ hasText: "last used" }).waitFor();
    t.false((await page.content()).includes(token));
    await goTo(page, "My devices");
    await page.locator(".device").first().waitFor();
    t.is(await page.locator(".device").count(), 1, "a program is no device");
    await goTo(page, "Tokens for programs");
    await page.getByRole("button", { name: /^End nightly report/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
    t.is(await call("/api/test"), 200);
    await page.getByRole("button", { name: /^End nightly report/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "End it" }).click();
    await page.getByText("There are none.").waitFor();
    t.is(await call("/api/test"), 401);
  },
);

browserTest(
  "createToken: who signed in by the form of the page makes a token that survives the sign-out",
  async (t) => {
    let time = Date.now();
    const server = await startServer(t, { now: () => new Date(time) });
    await signUp(server);
    const { page } = await visit(t, server.url, { expected: /status of 40[01]/ });
    await page.goto("/login?next=/");
    await page.getByLabel("E-mail").fill(ADA);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.locator("form.form .button").click();
    await openView(page, "/#/tokens");
    time += 25 * 60 * 60 * 1000;
    await page.getByRole("button", { name: "Make a token" }).click();
    const send = page.getByRole("button", { name: "Make the token" });
    await send.click();
    await page.getByRole("alert").filter({ hasText: "Enter a name." }).waitFor();
    await page.getByLabel("Name").fill("nightly report");
    await send.click();
    // The sign-in is old: the password is asked for first, whatever else is wrong.
    await page.getByRole("dialog", { name: "Enter your password" }).getByLabel("Password").fill(PASSWORD);
    await page.keyboard.press("Enter");
    await page.getByRole("alert").filter({ hasText: "Choose at least one." }).waitFor();
    await page.getByLabel("See and change your account").check();
    await send.click();
    const token = String(await page.locator(".new-token code").textContent());
    await page.locator(".who").click();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("link", { name: "Sign in" }).waitFor();
    t.is((await server.request("/api/me", { headers: { "Authentication-Token": token } })).status, 200);
  },
);

browserTest(
  "makePersonalToken: without JavaScript a token is made, shown once and ended, after a fresh proof",
  async (t) => {
    let now = new Date();
    const server = await startServer(t, { now: () => now });
    await signUp(server);
    const { page } = await visit(t, server.url, { javaScriptEnabled: false, expected: /status of 40[01]/ });
    await page.goto("/account/tokens");
    await page.getByLabel("E-mail").fill(ADA);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.locator("main .button").click();
    t.is(page.url(), `${server.url}/account/tokens`);
    await page.getByLabel("Name").fill("nightly report");
    await page.getByRole("button", { name: "Make the token" }).click();
    await page.getByRole("alert").filter({ hasText: "Choose at least one." }).waitFor();
    t.is(await page.getByLabel("Name").inputValue(), "nightly report");
    await page.getByLabel("Like articles").check();
    await page.getByLabel("It expires after").selectOption("7 days");
    await page.getByRole("button", { name: "Make the token" }).click();
    const token = String(await page.locator(".new-token code").textContent());
    const statusOf = async () =>
      (await server.request("/api/test", { headers: { "Authentication-Token": token } })).status;
    t.is(await statusOf(), 200);
    // The page was open for too long: the form asks for the password once more, and leads back.
    now = new Date(now.getTime() + 25 * 60 * 60 * 1000);
    await page.getByLabel("Name").fill("another");
    await page.getByLabel("Like articles").check();
    await page.getByRole("button", { name: "Make the token" }).click();
    await page.getByRole("heading", { name: "Is it you?" }).waitFor();
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Go on" }).click();
    t.is(page.url(), `${server.url}/account/tokens`);
    await page.getByRole("button", { name: /^End nightly report/ }).click();
    await page.getByText("There are none.").waitFor();
    t.is(await statusOf(), 401);
  },
);
