import type { Page } from "playwright-core";
import { browserTest, visit } from "../support/browser/browser.ts";
import { goTo, openView, registerInPlace, signInInPlace } from "../support/browser/view-steps.ts";
import { logIn, PASSWORD, signIn, signUp, startServer } from "../support/server.ts";

const ADA = "ada@example.com";

/** The text of the focused element. */
async function focused(page: Page): Promise<string> {
  return String(await page.evaluate("document.activeElement.textContent.trim()"));
}

browserTest("the account menu: opens and closes by keyboard and by a press elsewhere, and nothing moves", async (t) => {
  const server = await startServer(t);
  const { page } = await visit(t, server.url);
  await registerInPlace(page, `${"a".repeat(60)}@example.com`);
  const [button, menu] = [page.locator(".who"), page.getByRole("navigation", { name: "Account menu" })];
  const places = `["h1", ".site-header", ".who"].map((name) => JSON.stringify(document.querySelector(name).getBoundingClientRect()))`;
  for (const width of [320, 600, 1280]) {
    await page.setViewportSize({ width, height: 640 });
    t.is(await button.getAttribute("aria-expanded"), "false");
    t.false(await menu.isVisible());
    const before = await page.evaluate(places);
    await button.focus();
    await page.keyboard.press("Enter");
    await menu.waitFor();
    t.is(await button.getAttribute("aria-expanded"), "true");
    t.deepEqual(await page.evaluate(places), before, `${width}`);
    t.is(await page.evaluate("document.documentElement.scrollWidth"), width);
    const box = await menu.boundingBox();
    t.true(box !== null && box.x >= 0 && box.x + box.width <= width, "all of it is in the window");
    await page.keyboard.press("Tab");
    t.is(await focused(page), "Security");
    await page.keyboard.press("Escape");
    await menu.waitFor({ state: "hidden" });
    t.regex(await focused(page), /^Your account: a+@example\.com$/);
    await page.keyboard.press("Space");
    await menu.waitFor();
    await page.keyboard.press("Shift+Tab");
    await menu.waitFor({ state: "hidden" });
    await button.click();
    await menu.waitFor();
    await page.locator(".article-title").nth(2).click();
    await menu.waitFor({ state: "hidden" });
    await button.click();
    await menu.waitFor();
    await button.click();
    await menu.waitFor({ state: "hidden" });
  }
});

browserTest("the account menu: leads to each page, whose heading has the focus, and back by the browser", async (t) => {
  const server = await startServer(t);
  const { page } = await visit(t, server.url);
  await registerInPlace(page, ADA);
  await goTo(page, "Security");
  t.is(await focused(page), "Security");
  t.is(page.url(), `${server.url}/#/security`);
  const tabs = page.getByRole("navigation", { name: "Your account" });
  t.is(await tabs.locator("[aria-current]").textContent(), "Security");
  await page.getByRole("link", { name: "Change password" }).click();
  await page.getByRole("heading", { level: 1, name: "Change password" }).waitFor();
  t.is(await tabs.locator("[aria-current]").getAttribute("aria-current"), "true", "a step of that page");
  await tabs.getByRole("link", { name: "Devices" }).click();
  await page.getByRole("heading", { level: 1, name: "My devices" }).waitFor();
  t.is(await page.title(), "My devices · Kudos");
  // From the page itself the menu only closes.
  await page.locator(".who").click();
  await page.getByRole("navigation", { name: "Account menu" }).getByRole("link", { name: "Devices" }).click();
  await page.getByRole("navigation", { name: "Account menu" }).waitFor({ state: "hidden" });
  t.regex(await focused(page), /ada@example\.com$/);
  await page.goBack();
  await page.goBack();
  await page.getByRole("heading", { level: 1, name: "Security" }).waitFor();
  // The pages that the server draws lead there by the page of the account that it draws, too.
  await page.goto("/login");
  await page.getByLabel("E-mail").fill(ADA);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.locator("main .button").click();
  await page.goto("/docs");
  await page.locator(".who").click();
  await page.getByRole("heading", { level: 1, name: "Your account" }).waitFor();
  await page.getByRole("link", { name: "Manage devices" }).click();
  await page.getByRole("heading", { level: 1, name: "My devices" }).waitFor();
  await tabs.getByRole("link", { name: "Overview" }).click();
  await page.getByRole("heading", { level: 1, name: "Your account" }).waitFor();
  t.is(page.url(), `${server.url}/account`);
});

browserTest("signOutElsewhere: the list of devices ends every other one, and this one goes on", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  const [token, session] = [await logIn(server, ADA), await signIn(server, ADA)];
  const { page } = await visit(t, server.url);
  await openView(page);
  await page.getByRole("link", { name: "Sign in" }).click();
  await signInInPlace(page, ADA);
  await goTo(page, "My devices");
  await page.locator(".device").nth(3).waitFor();
  await page.getByRole("button", { name: "Sign out everywhere else" }).click();
  const dialog = page.getByRole("dialog", { name: "Sign out everywhere else?" });
  await dialog.getByRole("button", { name: "Cancel" }).click();
  t.is(await focused(page), "Sign out everywhere else");
  t.is((await server.request("/api/me", { headers: token.headers })).status, 200);
  await page.getByRole("button", { name: "Sign out everywhere else" }).click();
  await dialog.getByRole("button", { name: "Sign out the others" }).click();
  await page.getByRole("status").filter({ hasText: "Every other device is signed out." }).waitFor();
  await page.locator(".device").nth(1).waitFor({ state: "detached" });
  t.is(await page.locator(".device .badge").count(), 1);
  t.is(await page.getByRole("button", { name: "Sign out everywhere else" }).count(), 0, "there are no others");
  for (const headers of [ada.headers, token.headers, { Cookie: session.cookie }]) {
    t.is((await server.request("/api/me", { headers })).status, 401);
  }
  await page.getByRole("link", { name: "Articles", exact: true }).click();
  await page.locator(".like").first().click();
  await page.getByRole("status").filter({ hasText: "You like" }).waitFor();
});

browserTest("signOutElsewhere: 500 and no answer leave the list as it was, and say so", async (t) => {
  const server = await startServer(t);
  await signUp(server);
  const { page } = await visit(t, server.url, { expected: /status of|ERR_/ });
  await openView(page);
  await page.getByRole("link", { name: "Sign in" }).click();
  await signInInPlace(page, ADA);
  await goTo(page, "My devices");
  await page.locator(".device").nth(1).waitFor();
  for (const [status, said] of [
    [500, "It is not your fault"],
    [0, "The server cannot be reached"],
  ] as const) {
    await page.route("**/api/sign_out_elsewhere", (route) =>
      status === 0 ? route.abort() : route.fulfill({ status }),
    );
    await page.getByRole("button", { name: "Sign out everywhere else" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Sign out the others" }).click();
    await page
      .getByRole("status")
      .filter({ hasText: `Nothing was signed out. ${said}` })
      .waitFor();
    t.is(await page.locator(".device").count(), 2);
    await page.unroute("**/api/sign_out_elsewhere");
  }
});

browserTest(
  "passwords: a button shows what was typed, in the view and in the server's forms, and sending hides it",
  async (t) => {
    const server = await startServer(t);
    await signUp(server);
    const { page } = await visit(t, server.url, { expected: /status of 400/ });
    const places = [
      { go: () => page.goto("/login"), form: "main form.form" },
      { go: () => page.goto("/docs"), form: "#access-form" },
      {
        go: async () => {
          await openView(page);
          await page.getByRole("link", { name: "Sign in" }).click();
        },
        form: "dialog form",
      },
    ];
    for (const { go, form } of places) {
      await go();
      const password = page.locator(`${form} [name="password"]`);
      const [show, hide] = ["Show password", "Hide password"].map((name) =>
        page.locator(form).getByRole("button", { name, exact: true }),
      );
      await password.fill("not the password");
      t.is(await password.getAttribute("type"), "password", form);
      await password.press("Tab");
      await page.keyboard.press("Enter");
      await hide?.waitFor();
      t.is(await password.getAttribute("type"), "text", form);
      t.is(await password.inputValue(), "not the password");
      await hide?.click();
      t.is(await password.getAttribute("type"), "password", form);
      await show?.click();
      await page.locator(`${form} [name="email"]`).fill(ADA);
      await password.press("Enter");
      await page.getByRole("alert").filter({ hasText: /wrong/ }).waitFor();
      t.is(await page.locator(`${form} [name="password"]`).getAttribute("type"), "password", form);
    }
    const { page: plain } = await visit(t, server.url, { javaScriptEnabled: false });
    await plain.goto("/register");
    t.is(await plain.locator(".reveal").count(), 0, "no button where it would do nothing");
  },
);
