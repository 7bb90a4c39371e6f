import type { Page } from "playwright-core";
import { browserTest, visit } from "../support/browser/browser.ts";
import { goTo, openView, signInInPlace, viewOf } from "../support/browser/view-steps.ts";
import { PASSWORD, signUp, startServer, type TestServer } from "../support/server.ts";

const LOST = "You have been signed out. Sign in to go on.";

/** The like button of the first article whose title starts so. */
function likeButton(page: Page, title = "") {
  return page.getByRole("button", { name: `Like “${title}` }).first();
}

async function drawn(page: Page): Promise<string> {
  const button = likeButton(page);
  return `${await button.getAttribute("aria-pressed")} ${(await button.textContent())?.trim()}`;
}

async function becomes(page: Page, state: string): Promise<void> {
  const [pressed, count] = state.split(" ");
  await page
    .locator(`.like[aria-pressed="${pressed}"]`, { hasText: new RegExp(`^\\s*${count}\\s*$`) })
    .first()
    .waitFor();
}

async function likesOf(server: TestServer): Promise<number | undefined> {
  const { data } = await server.client.GET("/api/articles", { params: { query: { limit: 1 } } });
  return data?.items[0]?.like_count;
}

browserTest(
  "the view: register, like, reload, seen by a second browser, which revokes the first, which signs in and goes on",
  async (t) => {
    const server = await startServer(t);
    const { page: first } = await visit(t, server.url, { expected: /status of 401/ });
    await first.goto("/register");
    await first.getByLabel("E-mail").fill("ada@example.com");
    await first.getByLabel("Password").fill(PASSWORD);
    await first.locator("main form .button").click();
    await viewOf(first);
    t.is(first.url(), `${server.url}/`);
    await likeButton(first).click();
    await becomes(first, "true 1");
    await first.getByRole("status").filter({ hasText: "You like" }).waitFor();
    await first.reload();
    await viewOf(first);
    t.is(await drawn(first), "true 1");
    t.is(await likesOf(server), 1);

    const { page: second } = await visit(t, server.url);
    await openView(second);
    t.is(await drawn(second), "false 1");
    await second.getByRole("link", { name: "Sign in" }).click();
    await signInInPlace(second, "ada@example.com");
    await becomes(second, "true 1");
    await goTo(second, "My devices");
    await second.getByRole("heading", { level: 1, name: "My devices" }).waitFor();
    const others = second.locator(".device", { hasNot: second.getByText("This one") }).getByRole("button");
    while ((await others.count()) > 0) {
      const before = await others.count();
      await others.first().click();
      await others.nth(before - 1).waitFor({ state: "detached" });
    }
    t.is(await second.locator(".device").count(), 1);

    await likeButton(first).click();
    await first.getByText(LOST).waitFor();
    await signInInPlace(first, "ada@example.com");
    await becomes(first, "false 0");
    await first.getByRole("status").filter({ hasText: "no longer like" }).waitFor();
    t.is(await likesOf(server), 0);
  },
);

browserTest("the view: a like that is refused is taken back, and so is one that reaches nobody", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  const { page } = await visit(t, server.url, { expected: /status of 404|ERR_/ });
  await openView(page);
  await likeButton(page).click();
  await signInInPlace(page, ada.email);
  await becomes(page, "true 1");
  // The like is drawn before the server has answered: the route below must not catch its call.
  await page.getByRole("status").filter({ hasText: "You like" }).waitFor();

  // The answer as if an author had deleted the article meanwhile.
  const looked = Promise.withResolvers<void>();
  await page.route("**/api/articles/*/likes", async (route) => {
    await looked.promise;
    await route.continue({ url: `${server.url}/api/articles/1000/likes` });
  });
  await likeButton(page).click();
  t.is(await drawn(page), "false 0", "at once");
  looked.resolve();
  await page.getByRole("status").filter({ hasText: "no longer there" }).waitFor();
  await becomes(page, "true 1");
  await page.unroute("**/api/articles/*/likes");

  await server.stop();
  await likeButton(page).click();
  await page.getByRole("status").filter({ hasText: "cannot be reached" }).waitFor();
  await becomes(page, "true 1");
  await page.getByRole("link", { name: "Older articles" }).click();
  await page.getByRole("heading", { name: "No connection" }).waitFor();
});
