import type { Request } from "playwright-core";
import { browserTest, visit } from "../support/browser/browser.ts";
import { goTo, openView, registerInPlace } from "../support/browser/view-steps.ts";
import { startServer } from "../support/server.ts";

browserTest(
  "ratePassword: how good a new password is stands below it while it is typed, by the server's rules",
  async (t) => {
    const server = await startServer(t);
    const { page } = await visit(t, server.url);
    const places = [
      { go: () => page.goto("/register"), password: "main [name=password]" },
      {
        go: async () => {
          await openView(page);
          await page.getByRole("link", { name: "Create an account" }).click();
        },
        password: "dialog [name=password]",
      },
      {
        go: async () => {
          await registerInPlace(page, "ada.lovelace@example.com");
          await goTo(page, "Change password");
        },
        password: "[name=new_password]",
      },
    ];
    for (const { go, password } of places) {
      await go();
      const asked: string[] = [];
      await page.route("**/api/password_strength", async (route) => {
        asked.push(route.request().postDataJSON().password);
        await route.continue();
      });
      const [input, said] = [page.locator(password), page.locator("form .strength[role=status]")];
      const email = page.locator("form [name=email]");
      if ((await email.count()) > 0) await email.fill("ada.lovelace@example.com");
      const box = await page.locator("form .button").first().boundingBox();
      await input.pressSequentially("short");
      await said.filter({ hasText: "at least 8 characters" }).waitFor();
      t.deepEqual(asked, ["short"], "once, after a pause");
      await input.fill("ada.lovelace");
      await said.filter({ hasText: /guess|address/ }).waitFor();
      t.true(Number(await said.getAttribute("data-score")) < 2);
      await input.fill("staple battery horse correct");
      await said.filter({ hasText: "This password is very good." }).waitFor();
      t.is(await said.getAttribute("data-score"), "4");
      t.deepEqual(await page.locator("form .button").first().boundingBox(), box, "the page keeps still");
      await input.fill("");
      await said.filter({ hasText: /^$/ }).waitFor({ state: "attached" });
      t.is(await said.getAttribute("data-score"), null);
      await page.unroute("**/api/password_strength");
    }
  },
);

browserTest("ratePassword: 429, 503 and no answer say nothing, and keep nobody from sending", async (t) => {
  const server = await startServer(t);
  const { page } = await visit(t, server.url, { expected: /status of|ERR_/ });
  await page.goto("/register");
  await page.getByLabel("E-mail").fill("ada@example.com");
  for (const status of [429, 503, 0]) {
    await page.route("**/api/password_strength", (route) => (status === 0 ? route.abort() : route.fulfill({ status })));
    const ends = { predicate: (request: Request) => request.url().endsWith("/api/password_strength") };
    const answered =
      status === 0 ? page.waitForEvent("requestfailed", ends) : page.waitForEvent("requestfinished", ends);
    await page.getByLabel("Password").fill(`staple battery horse ${status}`);
    await answered;
    t.is(await page.locator(".strength").textContent(), "");
    await page.unroute("**/api/password_strength");
  }
  await page.locator("main .button").click();
  await page.locator(".who").waitFor();
});
