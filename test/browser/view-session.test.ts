import type { Page } from "playwright-core";
import { browserTest, visit } from "../support/browser/browser.ts";
import { goTo, openView, registerInPlace, signInInPlace, viewOf } from "../support/browser/view-steps.ts";
import { PASSWORD, signIn, signUp, startServer, type TestServer } from "../support/server.ts";

const ADA = "ada@example.com";
const KEPT =
  "JSON.stringify([localStorage.getItem('auth-token') !== null, sessionStorage.getItem('auth-token') !== null])";

async function tokenOf(page: Page): Promise<string> {
  return String(await page.evaluate("sessionStorage.getItem('auth-token') ?? localStorage.getItem('auth-token')"));
}

/** Signs in or registers by a form that the server draws, which leads to the view. */
async function sendForm(page: Page, path: "/login" | "/register", { keep = false } = {}): Promise<void> {
  await page.goto(path);
  await page.getByLabel("E-mail").fill(ADA);
  await page.getByLabel("Password").fill(PASSWORD);
  if (keep) await page.getByLabel("Keep me signed in").check();
  await page.locator("main form.form .button").click();
  await viewOf(page);
  await page.locator(".who").waitFor();
}

/** Ends every session of the person but a new one, as another browser of theirs would. */
async function revokeOthers(server: TestServer): Promise<void> {
  const { cookie } = await signIn(server, ADA);
  const headers = { Cookie: cookie, "Sec-Fetch-Site": "same-origin" };
  const { data } = await server.client.GET("/api/sessions", { headers });
  for (const { id } of data?.items.filter(({ current }) => !current) ?? []) {
    await server.request(`/api/sessions/${id}`, { method: "DELETE", headers });
  }
}

browserTest(
  "the view: a browser that a form has signed in is asked to sign in when it was revoked before a reload",
  async (t) => {
    const server = await startServer(t);
    for (const [path, address] of [
      ["/register", "/"],
      ["/login", "/#/devices"],
    ] as const) {
      const { page } = await visit(t, server.url, { expected: /status of 401/ });
      await sendForm(page, path);
      await page.goto(address);
      await revokeOthers(server);
      await page.reload();
      await page.getByText("You have been signed out. Sign in to go on.").waitFor();
      await signInInPlace(page, ADA);
      await page.locator(".who").waitFor();
      if (address !== "/") await page.locator(".device").first().waitFor();
      await page.reload();
      await viewOf(page);
      t.is(await page.locator(".who").count(), 1);
    }
  },
);

browserTest(
  "the view: whoever signs out by a form is not asked to sign in, in no tab, now or after a reload",
  async (t) => {
    const server = await startServer(t);
    const { page, context } = await visit(t, server.url, { expected: /status of 401/ });
    await sendForm(page, "/register");
    const kept = await page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }])");
    const other = await context.newPage();
    await openView(other);
    await other.locator(".who").waitFor();
    await other.goto("/login");
    await other.getByRole("button", { name: "Sign out" }).click();
    await viewOf(other);
    await page.getByRole("status").filter({ hasText: "You have signed out in another tab." }).waitFor();
    t.is(await page.locator(".who").count(), 0);
    // The storage as a browser without Clear-Site-Data leaves it.
    await page.evaluate(
      `[localStorage, sessionStorage].forEach((storage, index) => Object.assign(storage, ${kept}[index]))`,
    );
    await page.reload();
    await viewOf(page);
    // Time for a dialog to open that must not.
    await page.waitForTimeout(500);
    for (const tab of [page, other]) t.is(await tab.getByRole("dialog").count(), 0);
  },
);

browserTest("the view: whoever signs out leaves nothing behind, not even for Back, in no tab", async (t) => {
  const server = await startServer(t);
  const { page, context } = await visit(t, server.url);
  await sendForm(page, "/register");
  const other = await context.newPage();
  await openView(other);
  await other.locator(".who").waitFor();
  await goTo(page, "My devices");
  await page.locator(".device").first().waitFor();
  t.is(await page.locator(".device").count(), 1, "a browser is one device: its session, with a token for its tabs");
  await page.goto("/docs");
  await page.goBack();
  await viewOf(page);

  await page.getByRole("button", { name: "Sign out", exact: true }).first().click();
  await page.getByRole("status").filter({ hasText: "You are signed out." }).waitFor();
  t.is(await page.evaluate(KEPT), "[false,false]");
  await other.getByRole("link", { name: "Sign in" }).waitFor();
  t.is(await other.getByText(ADA).count(), 0, "the other tab has heard of it");
  for (const _ of [1, 2, 3]) {
    await page.goBack();
    if (new URL(page.url()).pathname === "/") await viewOf(page);
    t.false((await page.content()).includes(ADA), page.url());
    t.is(await page.locator(".device").count(), 0, page.url());
  }
  await page.goto("/");
  t.false((await page.content()).includes(ADA));
  t.deepEqual(
    (await context.cookies()).map(({ name }) => name),
    ["kudos_device"],
  );
});

browserTest("the view: who wants to be kept signed in is so in a new tab, others are so in theirs", async (t) => {
  const server = await startServer(t);
  for (const keep of [true, false]) {
    const { page, context } = await visit(t, server.url);
    await registerInPlace(page, `${keep}@example.com`, { keep });
    t.is(await page.evaluate(KEPT), keep ? "[true,false]" : "[false,true]");
    await page.reload();
    await page.locator(".who").waitFor();
    const other = await context.newPage();
    await openView(other);
    t.is(await other.locator(".who").count(), keep ? 1 : 0);
  }
});

browserTest(
  "the view: who signs in by a form is kept signed in only if they want to, and in a new tab anyway",
  async (t) => {
    const server = await startServer(t);
    const likes = async () => (await server.client.GET("/api/articles")).data?.items[0]?.like_count;
    for (const [path, keep] of [
      ["/register", false],
      ["/login", true],
    ] as const) {
      const { page, context } = await visit(t, server.url, { expected: /status of 401/ });
      await sendForm(page, path, { keep });
      const where = keep ? "[true,false]" : "[false,true]";
      t.is(await page.evaluate(KEPT), where);
      const tokens = async () => {
        const { data } = await server.client.GET("/api/tokens", {
          headers: { "Authentication-Token": await tokenOf(page) },
        });
        return data?.items.filter(({ session_id }) => session_id !== undefined).length;
      };
      const before = await tokens();
      const other = await context.newPage();
      await openView(other);
      t.is(await other.locator(".who").count(), 1);
      t.is(await tokenOf(other), await tokenOf(page), "one browser, one token");
      await other.reload();
      await viewOf(other);
      t.is(await other.locator(".who").count(), 1);
      t.is(await other.evaluate(KEPT), where);
      t.is(await tokens(), before);
      await page.close();
      const last = await context.newPage();
      await other.close();
      await openView(last);
      await last.locator(".like").first().click();
      await last
        .getByRole("status")
        .filter({ hasText: keep ? "no longer like" : "You like" })
        .waitFor();
      t.is(await likes(), keep ? 0 : 1);
      await goTo(last, "My devices");
      await last.locator(".device").first().waitFor();
      t.is(await last.locator(".device").count(), keep ? 2 : 1, "a browser is one device");

      await revokeOthers(server);
      const asked = await context.newPage();
      await asked.goto("/");
      await asked.getByText("You have been signed out. Sign in to go on.").waitFor();
    }
  },
);

browserTest("the view: who is asked to sign in again is kept signed in as before, or not", async (t) => {
  const server = await startServer(t);
  for (const [path, keep] of [
    ["/register", true],
    ["/login", false],
  ] as const) {
    const { page } = await visit(t, server.url, { expected: /status of 401/ });
    const keepBox = page.getByRole("dialog").getByLabel("Keep me signed in");
    await sendForm(page, path, { keep });
    await revokeOthers(server);
    await page.reload();
    await keepBox.waitFor();
    t.is(await keepBox.isChecked(), keep, "after a reload");
    await signInInPlace(page, ADA);
    await page.locator(".who").waitFor();
    t.is(await page.evaluate(KEPT), keep ? "[true,false]" : "[false,true]");
    await server.request("/logout", { method: "POST", headers: { "Authentication-Token": await tokenOf(page) } });
    await page.locator(".like").first().click();
    await keepBox.waitFor();
    t.is(await keepBox.isChecked(), keep, "in use");
    await page.getByRole("button", { name: "Not now" }).click();
  }
});

browserTest("the view: a new password ends the others, and the form says what was wrong", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  const { page } = await visit(t, server.url, { expected: /status of 400/ });
  await openView(page);
  await page.getByRole("link", { name: "Sign in" }).click();
  await signInInPlace(page, ADA);
  await goTo(page, "Change password");
  const [current, wanted] = [page.getByLabel("Current password"), page.getByLabel("New password")];
  const change = page.getByRole("button", { name: "Change password" });
  await current.fill("not the password");
  await wanted.fill("staple battery horse correct");
  await change.click();
  await page.locator("#password-errors").waitFor();
  t.is(await current.getAttribute("aria-invalid"), "true");
  t.is(await page.evaluate("document.activeElement.id"), "password");
  await current.fill(PASSWORD);
  await wanted.fill("short");
  await change.click();
  await page.locator("#new-password-errors").waitFor();
  t.is(await current.getAttribute("aria-invalid"), null);
  await wanted.fill("staple battery horse correct");
  await change.click();
  await page.getByText("Your password is changed").waitFor();
  t.is((await server.request("/api/me", { headers: ada.headers })).status, 401);
  await goTo(page, "My devices");
  await page.locator(".device").first().waitFor();
  t.is(await page.locator(".device").count(), 1, "this one goes on");
});

browserTest(
  "the view: a sign-in that ends meanwhile keeps the form of a new password, and what was sent is done",
  async (t) => {
    const server = await startServer(t);
    const ada = await signUp(server);
    const { page } = await visit(t, server.url, { expected: /status of 401/ });
    await openView(page);
    await page.getByRole("link", { name: "Sign in" }).click();
    await signInInPlace(page, ADA);
    await page.locator(".who").waitFor();
    t.is(await page.evaluate("document.activeElement.tagName"), "H1", "the link that had the focus is gone");
    await goTo(page, "Change password");
    const change = page.getByRole("button", { name: "Change password" });
    await page.getByLabel("Current password").fill(PASSWORD);
    await page.getByLabel("New password").fill("staple battery horse correct");
    await server.request("/api/tokens", { method: "DELETE", headers: ada.headers });
    await change.click();
    const dialog = page.getByRole("dialog", { name: "Sign in" });
    await dialog.waitFor();
    t.is(await dialog.getByLabel("E-mail").inputValue(), ADA);
    t.is(await page.evaluate("document.activeElement.id"), "question-password");
    t.is(await page.getByLabel("New password").inputValue(), "staple battery horse correct");
    await dialog.getByLabel("Password").fill(PASSWORD);
    await dialog.locator("button[type=submit]").click();
    await page.getByText("Your password is changed").waitFor();
    await page.getByRole("status").filter({ hasText: "Every other device is signed out" }).waitFor();
    t.is(await page.getByLabel("New password").inputValue(), "");
  },
);

browserTest("the view: an old sign-in is asked for its password, and what was wanted is done", async (t) => {
  let time = Date.now();
  const server = await startServer(t, { now: () => new Date(time) });
  await signUp(server);
  const { cookie } = await signIn(server, ADA);
  const { page, context } = await visit(t, server.url, { expected: /status of 401/ });
  const [name = "", value = ""] = cookie.split("=");
  await context.addCookies([{ name, value, url: server.url }]);
  time += 25 * 60 * 60 * 1000;
  await openView(page);
  await page.locator(".who").waitFor();
  await page.locator(".like").first().click();
  const dialog = page.getByRole("dialog", { name: "Enter your password" });
  await dialog.getByLabel("Password").fill(PASSWORD);
  await dialog.locator("button[type=submit]").click();
  await page.getByRole("status").filter({ hasText: "You like" }).waitFor();
  const { data } = await server.client.GET("/api/articles", { params: { query: { limit: 1 } } });
  t.is(data?.items[0]?.like_count, 1);
});

browserTest(
  "the view: a device whose token is revoked asks for a sign-in, also where a form had signed it in",
  async (t) => {
    const server = await startServer(t);
    const { page } = await visit(t, server.url, { expected: /status of 401/ });
    await sendForm(page, "/register");
    const { cookie } = await signIn(server, ADA);
    const { data } = await server.client.GET("/api/tokens", { headers: { Cookie: cookie } });
    for (const { id } of data?.items ?? []) {
      const headers = { Cookie: cookie, "Sec-Fetch-Site": "same-origin" };
      await server.request(`/api/tokens/${id}`, { method: "DELETE", headers });
    }
    await page.reload();
    await page.getByText("You have been signed out. Sign in to go on.").waitFor();
    await page.reload();
    await viewOf(page);
    t.is(await page.locator(".who").count(), 0, "the cookie does not bring it back");
    await page.getByRole("link", { name: "Sign in" }).click();
    await signInInPlace(page, ADA);
    await page.locator(".who").waitFor();
  },
);

browserTest("the view: a browser that a form has signed in is one device, which another can revoke", async (t) => {
  const server = await startServer(t);
  const expected = /status of 401/;
  const [first, second] = [await visit(t, server.url, { expected }), await visit(t, server.url)];
  await sendForm(first.page, "/register");
  await openView(second.page);
  await second.page.getByRole("link", { name: "Sign in" }).click();
  await signInInPlace(second.page, ADA);
  await goTo(second.page, "My devices");
  const others = second.page.locator(".device:not(:has(.badge))");
  await others.first().waitFor();
  t.is(await others.count(), 1);
  await others.getByRole("button").click();
  await second.page.getByRole("status").filter({ hasText: "is revoked" }).waitFor();
  await others.waitFor({ state: "detached" });
  await first.page.locator(".like").first().click();
  await first.page.getByText("You have been signed out. Sign in to go on.").waitFor();
});

browserTest("the view: a new sign-in by the form goes on in every tab, also for somebody else", async (t) => {
  const server = await startServer(t);
  await signUp(server, "grace@example.com");
  const { page, context } = await visit(t, server.url, { expected: /status of 401/ });
  await sendForm(page, "/register");
  const other = await context.newPage();
  await sendForm(other, "/login");
  t.is((await server.client.GET("/api/articles")).data?.items[0]?.like_count, 0);
  await page.locator(".like").first().click();
  await page.getByRole("status").filter({ hasText: "You like" }).waitFor();
  await page.reload();
  await viewOf(page);
  t.is(await page.locator(".who").getAttribute("title"), ADA);

  await other.goto("/login");
  await other.getByLabel("E-mail").fill("grace@example.com");
  await other.getByLabel("Password").fill(PASSWORD);
  await other.locator("main form.form .button").click();
  await viewOf(other);
  await page.locator(".like").nth(1).click();
  await page.getByRole("dialog", { name: "Sign in" }).waitFor();
  await other.reload();
  await viewOf(other);
  t.is(await other.locator(".who").getAttribute("title"), "grace@example.com");
});

browserTest(
  "the view: until it is known who is signed in, nobody is told to sign in, and the articles stay",
  async (t) => {
    const server = await startServer(t);
    const { page } = await visit(t, server.url);
    await registerInPlace(page, ADA, { keep: true });
    const held = Promise.withResolvers<void>();
    await page.route(/\/api\//, async (route) => {
      await held.promise;
      await route.continue();
    });
    await page.goto("/#/devices");
    await page.reload();
    await page.locator("#app [aria-busy=true]").waitFor();
    t.is(await page.locator("#account :is(a, button)").count(), 0);
    t.is(await page.getByText("Nobody is signed in").count(), 0);
    await page.goto("/");
    await page.locator("#app [aria-busy=true] .article").first().waitFor();
    t.is(await page.locator(".article").count(), 20);
    t.is(await page.getByRole("link", { name: "Sign in" }).count(), 0);
    held.resolve();
    await viewOf(page);
    await page.locator(".who").waitFor();
    t.is(await page.locator(".article").count(), 20);
  },
);

browserTest("the view: the articles are read while the server does not say who is signed in", async (t) => {
  const server = await startServer(t);
  const { page } = await visit(t, server.url);
  await registerInPlace(page, ADA, { keep: true });
  await page.getByRole("button", { name: /^Like/ }).first().click();
  await page.getByRole("status").filter({ hasText: "You like" }).waitFor();
  const held = Promise.withResolvers<void>();
  await page.route("**/api/me", async (route) => {
    await held.promise;
    await route.continue();
  });
  await page.reload();
  await page.locator("#app .articles[aria-busy=false] .like").first().waitFor();
  t.is(await page.locator(".who").count(), 0);
  held.resolve();
  await page.locator(".who").waitFor();
  await page.locator("#app .articles[aria-busy=false] .like[aria-pressed=true]").waitFor();
});

browserTest("the view: the form in a tab of its own leads back to where one was", async (t) => {
  const server = await startServer(t);
  const { page } = await visit(t, server.url);
  for (const [path, next] of [
    ["/", null],
    ["/#/devices", "/#/devices"],
  ] as const) {
    await page.goto(path);
    for (const [name, form] of [
      ["Sign in", "/login"],
      ["Create an account", "/register"],
    ] as const) {
      const href = await page.locator("#account").getByRole("link", { name }).getAttribute("href");
      const { pathname, searchParams } = new URL(href ?? "", server.url);
      t.deepEqual([pathname, searchParams.get("next")], [form, next]);
    }
  }
});

browserTest("the view: wrong credentials mark both fields, and the password is to be typed again", async (t) => {
  const server = await startServer(t);
  const { page } = await visit(t, server.url, { expected: /status of 400/ });
  await page.goto("/");
  await page.getByRole("link", { name: "Sign in" }).click();
  await signInInPlace(page, "nobody@example.com");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("alert").waitFor();
  for (const label of ["E-mail address", "Password"]) {
    const field = dialog.getByLabel(label);
    t.is(await field.getAttribute("aria-invalid"), "true", label);
    t.is(await field.getAttribute("aria-describedby"), "question-errors", label);
  }
  t.is(await page.evaluate("document.activeElement.name"), "password");
});

browserTest("the view: a question ends with the page that it was asked on, and fits who has no account", async (t) => {
  const server = await startServer(t);
  const { page } = await visit(t, server.url);
  await page.goto("/");
  await page.getByRole("link", { name: "Older articles" }).click();
  await page.getByRole("link", { name: "Newest articles" }).waitFor();
  await page.locator(".like").first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Sign in to go on.").waitFor();
  await dialog.getByRole("button", { name: "Create one" }).click();
  await dialog.getByText("Create an account to go on.").waitFor();
  t.is(await dialog.getByText("Sign in to go on.").count(), 0);
  await page.goBack();
  await dialog.waitFor({ state: "detached" });
  await page.getByRole("link", { name: "Newest articles" }).waitFor({ state: "detached" });
});
