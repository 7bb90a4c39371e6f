import type { Page } from "playwright-core";
import { browserTest, visit } from "../support/browser/browser.ts";
import { signIn, tryOut } from "../support/browser/docs-page.ts";
import { logIn, PASSWORD, signUp, startServer } from "../support/server.ts";

const EMAIL = "ada@example.com";

/** Signs in at the start page, by the view application. */
async function enterView(page: Page, keep: boolean): Promise<void> {
  await page.goto("/");
  await page.getByRole("link", { name: "Sign in" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("E-mail").fill(EMAIL);
  await dialog.getByLabel("Password").fill(PASSWORD);
  if (keep) await dialog.getByLabel("Keep me signed in").check();
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await page.locator("#account").getByText(EMAIL).waitFor();
}

browserTest(
  "the documentation: Authorize says what it is for, and after a sign-in whose token it holds, without the form",
  async (t) => {
    const server = await startServer(t);
    await signUp(server);
    const { page } = await visit(t, server.url, { expected: /status of 400/, viewport: { width: 320, height: 640 } });
    await page.goto("/docs");
    await page.locator(".btn.authorize").first().click();
    const dialog = page.getByRole("dialog", { name: "Authorize" });
    await dialog.getByText("Authorize fills in what your calls below are sent with").waitFor();
    const button = dialog.getByRole("button", { name: "Sign in and authorize" });
    t.true(((await button.boundingBox())?.height ?? 0) >= 44);
    t.is(await dialog.getByRole("status").textContent(), "");
    await dialog.getByLabel("E-mail").fill(EMAIL);
    await dialog.getByLabel("Password").fill("not the password");
    await button.click();
    await dialog
      .getByText("The e-mail address or the password is wrong. If you are sure of both, ask whoever runs this server.")
      .waitFor();
    await page.locator("#authorize-password:focus").waitFor();
    await dialog.getByLabel("Password").fill(PASSWORD);
    await button.click();
    await button.waitFor({ state: "detached" });
    t.is(
      await dialog.getByRole("status").textContent(),
      "Signed in as ada@example.com: a token is filled in, and goes with every call that takes one.",
    );
    t.true(await dialog.getByRole("status").evaluate((element) => element === element.ownerDocument.activeElement));
    t.is(await dialog.locator("input[type=password]").count(), 0);
    // After a logout in the dialog, the dialog offers the form again.
    await dialog.getByRole("button", { name: "Logout" }).first().click();
    await dialog.getByLabel("Password").first().waitFor();
    t.is(await dialog.getByLabel("Password").inputValue(), "");
  },
);

browserTest(
  "the documentation: says that the token has ended once a call is refused, and offers another",
  async (t) => {
    const server = await startServer(t);
    await signUp(server);
    const { page } = await visit(t, server.url, { expected: /status of 401/ });
    await page.goto("/docs");
    await signIn(page, "Get a token");
    await page.getByText("Signed in as ada@example.com by a token").waitFor();
    // A 401 for a missing cookie says nothing about the token.
    t.is(await tryOut(page, "getTestSession"), 401);
    t.is(await tryOut(page, "getMe"), 200);
    t.true(await page.getByText("Signed in as ada@example.com by a token").isVisible());
    await server.request("/api/tokens", { method: "DELETE", headers: (await logIn(server, EMAIL)).headers });
    t.is(await tryOut(page, "getMe"), 401);
    const state = page.locator("#access-state");
    await state.getByText("The token of ada@example.com has ended").waitFor();
    t.false((await state.textContent())?.includes("Signed in"));
    t.is(await page.locator(".btn.authorize.locked").count(), 0);
    await signIn(page, "Get a token");
    await page.getByText("Signed in as ada@example.com by a token").waitFor();
    t.is(await tryOut(page, "getMe"), 200);
  },
);

browserTest(
  "the documentation: says that the session has ended, and no more in the header that there is one",
  async (t) => {
    const server = await startServer(t);
    await signUp(server);
    const { page } = await visit(t, server.url, { expected: /status of 401/ });
    await page.goto("/docs");
    await signIn(page, "Use a cookie session");
    await page.getByText("Signed in as ada@example.com by a cookie session.").waitFor();
    await server.request("/api/sessions", { method: "DELETE", headers: (await logIn(server, EMAIL)).headers });
    t.is(await tryOut(page, "getTestSession"), 401);
    await page.getByText("The cookie session of ada@example.com has ended").waitFor();
    t.is(await page.locator("#account *").count(), 0);
    t.true(await page.locator("#access-form").isVisible());
  },
);

browserTest("the documentation: takes over the token of the start page, and signs out of both", async (t) => {
  const server = await startServer(t);
  await signUp(server);
  const { page, context } = await visit(t, server.url, { expected: /status of 401/ });
  await enterView(page, true);
  const docs = await context.newPage();
  await docs.goto("/docs");
  await docs.getByText("Signed in as ada@example.com by the token of the start page").waitFor();
  await docs.locator(".opblock").first().waitFor();
  t.is(await tryOut(docs, "getMe"), 200);
  await page.getByRole("button", { name: "Sign out" }).click();
  await docs.getByText("You have signed out in another tab.").waitFor();
  t.is(await docs.locator(".btn.authorize.locked").count(), 0);

  await enterView(page, true);
  await docs.getByText("Signed in as ada@example.com by the token of the start page").waitFor();
  await docs.locator("#access").getByRole("button", { name: "Sign out" }).click();
  await docs.locator("#access-form").waitFor();
  await page.locator("#account").getByRole("link", { name: "Sign in" }).waitFor();
  const { data } = await server.client.GET("/api/tokens", { headers: (await logIn(server, EMAIL)).headers });
  t.is(data?.items.length, 2, "that of the registration and of this look, and none of the browser's");
});

browserTest(
  "the documentation: leaves a token of the start page that works no more or is of somebody else",
  async (t) => {
    const server = await startServer(t);
    await signUp(server);
    const grace = await signUp(server, "grace@example.com");
    const { page } = await visit(t, server.url, { expected: /status of 401/ });
    await page.goto("/docs");
    await page.evaluate(`localStorage.setItem("auth-token", "kudos_of_old")`);
    await page.reload();
    await page.locator("#access-form").waitFor();
    await page.locator(".opblock").first().waitFor();
    t.is(await page.locator("#access-state").textContent(), "");
    await signIn(page, "Use a cookie session");
    await page.getByText("Signed in as ada@example.com by a cookie session.").waitFor();
    await page.evaluate(`localStorage.setItem("auth-token", ${JSON.stringify(grace.token)})`);
    await page.reload();
    await page.locator(".opblock").first().waitFor();
    await page.waitForLoadState("networkidle");
    t.is(await page.locator("#access-state").textContent(), "Signed in as ada@example.com by a cookie session.");
  },
);
