import { grantAuthor } from "../support/authors.ts";
import { browserTest, visit } from "../support/browser/browser.ts";
import { openView, viewOf } from "../support/browser/view-steps.ts";
import { startServerOnDisk } from "../support/database-file.ts";
import { PASSWORD, post, signUp, startServer } from "../support/server.ts";

browserTest("the view: a page further on keeps its place for reload and Back", async (t) => {
  const server = await startServer(t);
  const { page } = await visit(t, server.url);
  const firstTitle = () => page.locator(".article-title").first().textContent().then(String);
  await openView(page);
  const newest = await firstTitle();
  await page.getByRole("link", { name: "Older articles" }).click();
  await page.getByRole("link", { name: "Newest articles" }).waitFor();
  await page.locator(".article-title").first().filter({ hasNotText: newest }).waitFor();
  const older = await firstTitle();
  t.regex(page.url(), /\/\?cursor=/);
  t.is(await page.evaluate("document.activeElement.tagName"), "H1", "one hears where one is");
  await page.reload();
  await viewOf(page);
  t.is(await firstTitle(), older);
  await page.goBack();
  await page.locator(".article-title").first().filter({ hasText: newest }).waitFor();
  t.is(page.url(), `${server.url}/`);
});

browserTest("the view: by keyboard alone from registering to a like and to signing out", async (t) => {
  const server = await startServer(t);
  const { page } = await visit(t, server.url);
  await openView(page);
  const { keyboard } = page;
  const tabTo = async (name: RegExp) => {
    for (let count = 0; count < 60; count++) {
      await keyboard.press("Tab");
      const focused = `(document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent).trim()`;
      if (name.test(String(await page.evaluate(focused)))) return;
    }
    t.fail(`${name} cannot be reached`);
  };
  await tabTo(/^Like “/);
  await keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  await keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  t.regex(
    String(await page.evaluate("document.activeElement.getAttribute('aria-label')")),
    /^Like “/,
    "back where it was",
  );
  await keyboard.press("Space");
  await dialog.waitFor();
  await tabTo(/^Create one$/);
  await keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Create an account" }).waitFor();
  await keyboard.type("ada@example.com");
  await keyboard.press("Tab");
  await keyboard.type(PASSWORD);
  await keyboard.press("Enter");
  await page.getByRole("status").filter({ hasText: "You like" }).waitFor();
  t.is(await page.locator('.like[aria-pressed="true"]').count(), 1);
  t.regex(String(await page.evaluate("document.activeElement.getAttribute('aria-label')")), /^Like “/);
  await page.evaluate("document.querySelector('.brand').focus()");
  await tabTo(/^Sign out$/);
  await keyboard.press("Enter");
  await page.getByRole("link", { name: "Sign in" }).waitFor();
});

browserTest("the view: markup in titles, addresses and errors is text", async (t) => {
  const { server, sql } = await startServerOnDisk(t);
  const { page } = await visit(t, server.url, { expected: /status of 400/ });
  const run: string[] = [];
  await page.exposeFunction("pwned", (how: string) => void run.push(how));
  const script = `<img src=x onerror="pwned('image')"><script>pwned("script")</script>`;
  const ada = await signUp(server);
  await grantAuthor(sql, ada.id);
  const created = await post(
    server,
    "/api/articles",
    { title: script, author: `{{constructor.constructor("pwned()")()}}` },
    ada.headers,
  );
  t.is(created.status, 201);
  await openView(page);
  t.is(await page.locator(".article-title").first().textContent(), script);
  await page.locator(".like").first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("E-mail").fill(script);
  await dialog.getByLabel("Password").fill(PASSWORD);
  await dialog.locator("button[type=submit]").click();
  await dialog.getByRole("alert").first().waitFor();
  await dialog.getByLabel("E-mail").fill(ada.email);
  await dialog.locator("button[type=submit]").click();
  await page.getByRole("status").filter({ hasText: script }).waitFor();
  t.is(await page.locator("#app img, #app script").count(), 0);
  t.deepEqual(run, []);
});

browserTest("the view: what could not be loaded can be tried again", async (t) => {
  const server = await startServer(t);
  const { page, context } = await visit(t, server.url, { expected: /ERR_|status of 500/ });
  await openView(page);
  await context.setOffline(true);
  await page.getByRole("link", { name: "Older articles" }).click();
  await page.getByText("You are offline.").waitFor();
  await context.setOffline(false);
  await page.locator(".article").first().waitFor();
  let faults = 1;
  await page.route("**/api/articles", (route) =>
    faults-- > 0 ? route.fulfill({ status: 500, body: "" }) : route.continue(),
  );
  await page.getByRole("link", { name: "Newest articles" }).click();
  await page.getByRole("button", { name: "Try again" }).click();
  await page.locator(".article").first().waitFor();
  t.is(await page.getByRole("alert").count(), 0);
});
