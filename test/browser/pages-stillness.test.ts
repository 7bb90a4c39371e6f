import type { Page } from "playwright-core";
import { browserTest, visit } from "../support/browser/browser.ts";
import { PASSWORD, signUp, startServer } from "../support/server.ts";

/** The links and buttons of the page that are less than 4 pixels apart, as texts. */
const TOUCHING = `(() => {
  const found = [...document.querySelectorAll("a, button, input:not([type=hidden])")]
    .filter((one) => one.checkVisibility() && !one.classList.contains("skip"))
    .flatMap((one) => [...one.getClientRects()].map((box) => ({ one, box })));
  const apart = ({ box: a }, { box: b }) =>
    Math.max(a.left - b.right, b.left - a.right, a.top - b.bottom, b.top - a.bottom);
  const name = ({ one }) => one.textContent.trim() || one.getAttribute("aria-label") || one.className;
  return found.flatMap((first, index) => found.slice(index + 1)
    .filter((second) => !first.one.contains(second.one) && !second.one.contains(first.one) && apart(first, second) < 4)
    .map((second) => name(first) + " / " + name(second)));
})()`;

const PLACES = `[".site-header", "h1"].map((name) => {
  const { top, height } = document.querySelector(name).getBoundingClientRect();
  return Math.round(top) + " " + Math.round(height);
}).join(", ")`;

const EMAIL = "ada.with.quite.a.long.name@example.com";

async function enter(page: Page): Promise<void> {
  await page.goto("/login");
  await page.getByLabel("E-mail").fill(EMAIL);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.locator("form.form .button").click();
  await page.waitForURL("**/");
}

for (const width of [320, 600, 800]) {
  browserTest(`pages: at ${width} pixels nothing moves when one signs in, and no links or buttons touch`, async (t) => {
    const server = await startServer(t);
    await signUp(server, EMAIL);
    const options = { viewport: { width, height: 640 }, expected: /status of 404/ };
    for (const javaScriptEnabled of [false, true]) {
      const { page } = await visit(t, server.url, { ...options, javaScriptEnabled });
      const seen: Record<string, unknown>[] = [];
      for (const signedIn of [false, true]) {
        if (signedIn) await enter(page);
        const places: Record<string, unknown> = {};
        for (const path of ["/", "/login", "/register", "/docs", "/nowhere"]) {
          await page.goto(path);
          if (javaScriptEnabled && path === "/docs") await page.locator(".opblock").first().waitFor();
          if (javaScriptEnabled && path === "/") await page.locator("#app .articles[aria-busy=false]").waitFor();
          t.deepEqual(await page.evaluate(TOUCHING), [], `${path} ${signedIn}`);
          places[path] = await page.evaluate(PLACES);
        }
        for (const path of signedIn ? ["/account", "/delete-account"] : []) {
          await page.goto(path);
          t.deepEqual(await page.evaluate(TOUCHING), [], path);
        }
        seen.push(places);
      }
      t.deepEqual(seen[0], seen[1], `JavaScript ${javaScriptEnabled}`);
    }
  });
}
