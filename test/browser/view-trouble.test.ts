import type { Page } from "playwright-core";
import { browserTest, visit } from "../support/browser/browser.ts";
import { goTo, openView, registerInPlace, signInInPlace, viewOf } from "../support/browser/view-steps.ts";
import { PASSWORD, signUp, startServer, type TestServer } from "../support/server.ts";

const ADA = "ada@example.com";
const GRACE = "grace@example.com";

/** Ends the token of a page at the server, without the page's knowledge. */
async function endToken(server: TestServer, page: Page): Promise<void> {
  const kept = "sessionStorage.getItem('auth-token') ?? localStorage.getItem('auth-token')";
  const headers = { "Authentication-Token": String(await page.evaluate(kept)) };
  await server.request("/logout", { method: "POST", headers });
}

browserTest("the view: likes and unlikes in quick succession end as the last one wished, or as it was", async (t) => {
  const server = await startServer(t);
  const { page } = await visit(t, server.url, { expected: /Failed to load resource/ });
  await registerInPlace(page, ADA);
  const like = page.locator(".like").first();
  const calls: string[] = [];
  await page.route("**/likes", async (route) => {
    calls.push(route.request().method());
    await new Promise((resolve) => setTimeout(resolve, route.request().method() === "POST" ? 500 : 0));
    await route.continue();
  });
  await like.click();
  await like.click();
  await page.getByRole("status").filter({ hasText: "You no longer like" }).waitFor();
  t.deepEqual(calls, ["POST", "DELETE"]);
  t.is(await like.getAttribute("aria-pressed"), "false");
  const liked = async () => (await server.client.GET("/api/articles")).data?.items[0]?.like_count;
  t.is(await liked(), 0);
  await page.unroute("**/likes");
  await page.route("**/likes", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    await route.abort();
  });
  await like.click();
  await like.click();
  await page.getByRole("status").filter({ hasText: "was not changed" }).waitFor();
  t.is(await like.getAttribute("aria-pressed"), "false");
  t.is((await like.textContent())?.trim(), "0");
});

browserTest("the view: what one person began is not done as another", async (t) => {
  const server = await startServer(t);
  const grace = await signUp(server, GRACE);
  const { page } = await visit(t, server.url, { expected: /status of 401/ });
  await registerInPlace(page, ADA);
  await goTo(page, "My devices");
  await page.getByRole("button", { name: "Revoke all" }).click();
  await endToken(server, page);
  await page.getByRole("button", { name: "Revoke all devices" }).click();
  await page.getByRole("dialog", { name: "Sign in" }).waitFor();
  await signInInPlace(page, GRACE);
  await page.getByRole("status").filter({ hasText: "somebody else is signed in now" }).waitFor();
  t.is((await server.request("/api/me", { headers: grace.headers })).status, 200);
  await page.locator(".device").nth(1).waitFor();
  t.is(await page.locator(".device").count(), 2, "the devices are those of who is signed in");
});

browserTest("the view: a sign-out that the server has not heard of is made up for before anything else", async (t) => {
  const server = await startServer(t);
  const { page } = await visit(t, server.url, { expected: /status of 503/ });
  const comeInBy = async (path: string) => {
    await page.goto(path);
    await page.getByLabel("E-mail").fill(ADA);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.locator("main form.form .button").click();
    await viewOf(page);
    await page.locator(".who").waitFor();
  };
  const leaveInVain = async () => {
    await page.route("**/logout", (route) => route.fulfill({ status: 503, headers: { "Retry-After": "1" } }));
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("status").filter({ hasText: "Reload the page to sign out for good" }).waitFor();
    await page.unroute("**/logout");
  };
  await comeInBy("/register");
  await leaveInVain();
  await comeInBy("/login");
  await page.reload();
  await viewOf(page);
  t.is(await page.locator(".who").count(), 1, "a new sign-in is not what was left");
  await leaveInVain();
  await page.reload();
  await viewOf(page);
  t.is(await page.locator(".who").count(), 0);
  await page.reload();
  await viewOf(page);
  t.false((await page.content()).includes(ADA), "nor does the server draw it");
});

browserTest("the view: who cannot be told to be signed in is not told to be signed out", async (t) => {
  const server = await startServer(t);
  const { page } = await visit(t, server.url, { expected: /status of 500/ });
  await registerInPlace(page, ADA, { keep: true });
  await page.route("**/api/me", (route) => route.fulfill({ status: 500 }));
  await page.reload();
  const again = page.getByRole("button", { name: "Try again" });
  await again.waitFor();
  t.is(await page.getByRole("link", { name: "Sign in" }).count(), 0);
  await page.evaluate("location.hash = '#/devices'");
  await page.getByRole("heading", { name: "Something went wrong" }).waitFor();
  await page.unroute("**/api/me");
  await page.locator("#app").getByRole("button", { name: "Try again" }).click();
  await page.locator(".device").waitFor();
  await page.locator(".who").waitFor();
});

browserTest("the view: a device that is revoked hears of it at the next page of articles", async (t) => {
  const server = await startServer(t);
  const { page } = await visit(t, server.url, { expected: /status of 401/ });
  await registerInPlace(page, ADA);
  await endToken(server, page);
  await page.getByRole("link", { name: "Older articles" }).click();
  await page.getByText("You have been signed out. Sign in to go on.").waitFor();
  t.is(await page.getByRole("dialog").getByLabel("E-mail").inputValue(), ADA);
});

browserTest("the view: the link past the header keeps the view, and Esc calls a sign-in off", async (t) => {
  const server = await startServer(t);
  await signUp(server, GRACE);
  const { page } = await visit(t, server.url);
  await openView(page);
  const held = Promise.withResolvers<void>();
  await page.route("**/api/sign_in", async (route) => {
    await held.promise;
    await route.continue().catch(() => {});
  });
  await page.getByRole("link", { name: "Sign in" }).click();
  await signInInPlace(page, GRACE);
  const cancelled = page.waitForEvent("requestfailed", (request) => request.url().endsWith("/api/sign_in"));
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await cancelled;
  held.resolve();
  t.is(await page.locator(".who").count(), 0);
  await page.unroute("**/api/sign_in");
  await page.getByRole("link", { name: "Sign in" }).click();
  await signInInPlace(page, GRACE);
  await page.locator(".who").waitFor();
  await goTo(page, "Change password");
  await page.getByLabel("Current password").fill("half a pass");
  await page.locator(".skip").focus();
  await page.keyboard.press("Enter");
  t.is(await page.evaluate("document.activeElement.id"), "main");
  t.is(await page.getByLabel("Current password").inputValue(), "half a pass");
  t.true(page.url().endsWith("/#/password"));
});

browserTest("the view: a tab that is asked goes on when another has signed in to stay", async (t) => {
  const server = await startServer(t);
  const { page, context } = await visit(t, server.url, { expected: /status of 401/ });
  await registerInPlace(page, ADA, { keep: true });
  const other = await context.newPage();
  await openView(other);
  await other.locator(".who").waitFor();
  await endToken(server, page);
  await page.locator(".like").first().click();
  await page.getByRole("dialog", { name: "Sign in" }).waitFor();
  // The other tab notices that the stored token is gone, and asks the server whether its own still works.
  await other.getByRole("dialog", { name: "Sign in" }).waitFor();
  await signInInPlace(page, ADA, { keep: true });
  await page.locator(".who").waitFor();
  await other.getByRole("dialog").waitFor({ state: "detached" });
  await other.locator(".who").waitFor();
  await other.locator(".like").nth(1).click();
  await other.getByRole("status").filter({ hasText: "You like" }).waitFor();
  const { data } = await server.client.GET("/api/articles");
  t.deepEqual(
    data?.items.slice(0, 2).map(({ like_count }) => like_count),
    [1, 1],
    "what each was asked for is done",
  );
});
