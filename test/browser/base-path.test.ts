import { browserTest, visit } from "../support/browser/browser.ts";
import { goTo } from "../support/browser/view-steps.ts";
import { BASE, proxied } from "../support/prefix-proxy.ts";
import { PASSWORD } from "../support/server.ts";

browserTest(
  "below a path of a host that is shared: register, like, turn the page, look at devices, read the documentation",
  async (t) => {
    const origin = await proxied(t, true);
    const { page } = await visit(t, origin);
    await page.goto(`${BASE}/`);
    await page.locator("button.like").first().waitFor();
    t.is(await page.getByRole("link", { name: "Create an account" }).getAttribute("href"), `${BASE}/register`);
    await page.goto(`${BASE}/register`);
    await page.getByLabel("E-mail").fill("ada@example.com");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.locator("main form .button").click();
    await page.locator("button.like").first().waitFor();
    t.is(page.url(), `${origin}${BASE}/`);
    await page.locator("button.like").first().click();
    await page.locator('.like[aria-pressed="true"]').first().waitFor();
    await page.getByRole("link", { name: "Older articles" }).click();
    await page.getByRole("link", { name: "Newest articles" }).waitFor();
    t.true(page.url().startsWith(`${origin}${BASE}/?cursor=`));
    await page.reload();
    await page.locator("button.like").first().waitFor();
    await goTo(page, "My devices");
    await page.getByRole("heading", { level: 1, name: "My devices" }).waitFor();
    t.is(page.url(), `${origin}${BASE}/#/devices`);
    await page.getByRole("link", { name: "Articles", exact: true }).click();
    await page.locator("button.like").first().waitFor();
    t.is(page.url(), `${origin}${BASE}/`);
    await page.getByRole("link", { name: "Documentation" }).click();
    await page.locator(".opblock").first().waitFor();
    t.is(await page.locator(".contract").first().textContent(), `${origin}${BASE}/openapi.client.json`);
  },
);
