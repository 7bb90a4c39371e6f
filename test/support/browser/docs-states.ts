import type { Page } from "playwright-core";
import { PASSWORD } from "../server.ts";
import type { State } from "./states.ts";

async function openDocs(page: Page): Promise<void> {
  await page.goto("/docs");
  await page.locator(".opblock").first().waitFor();
}

/** Every state of the documentation. */
export const DOCS_STATES: readonly State[] = [
  { name: "docs", prepare: openDocs },
  {
    name: "docs-tried",
    async prepare(page) {
      await openDocs(page);
      for (const id of ["listArticles", "updateArticle"]) {
        const operation = page.locator(`.opblock[id$="-${id}"]`);
        await operation.locator(".opblock-summary-control").click();
        await operation.getByRole("button", { name: "Try it out" }).click();
        await operation.getByRole("button", { name: "Execute" }).click();
        await operation.locator(".live-responses-table .response").first().waitFor();
      }
      await page.locator(".models button").first().click();
      await page.locator(".models .json-schema-2020-12-accordion").first().click();
    },
  },
  {
    name: "docs-authorize",
    async prepare(page) {
      await openDocs(page);
      await page.locator(".btn.authorize").first().click();
      await page.getByRole("button", { name: "Sign in and authorize" }).waitFor();
    },
  },
  {
    name: "docs-authorized",
    async prepare(page) {
      await openDocs(page);
      await page.locator(".btn.authorize").first().click();
      await page.locator(".auth-container input").first().fill("a token");
      await page.locator(".auth-container button.authorize").first().click();
      await page.getByText("Authorized", { exact: true }).waitFor();
    },
  },
  {
    name: "docs-signed-in",
    async prepare(page) {
      await page.goto("/register?next=/docs");
      await page.getByLabel("E-mail").fill("docs@example.com");
      await page.getByLabel("Password").fill(PASSWORD);
      await page.locator("form.form .button").click();
      await page.locator("#access").getByLabel("E-mail").fill("docs@example.com");
      await page.locator("#access").getByLabel("Password").fill(PASSWORD);
      await page.getByRole("button", { name: "Get a token" }).click();
      await page.getByText("by a token").waitFor();
    },
  },
  {
    name: "docs-authorize-signed-in",
    async prepare(page) {
      await page.request.post("/register", { data: { email: "authorize@example.com", password: PASSWORD } });
      await page.context().clearCookies();
      await openDocs(page);
      await page.locator(".btn.authorize").first().click();
      const dialog = page.getByRole("dialog", { name: "Authorize" });
      await dialog.getByLabel("E-mail").fill("authorize@example.com");
      await dialog.getByLabel("Password").fill(PASSWORD);
      await dialog.getByRole("button", { name: "Sign in and authorize" }).click();
      await dialog.getByText("Signed in as").waitFor();
    },
  },
  {
    name: "docs-token-ended",
    async prepare(page) {
      await openDocs(page);
      await page.request.post("/register", { data: { email: "ended@example.com", password: PASSWORD } });
      await page.locator("#access").getByLabel("E-mail").fill("ended@example.com");
      await page.locator("#access").getByLabel("Password").fill(PASSWORD);
      await page.getByRole("button", { name: "Get a token" }).click();
      await page.getByText("by a token").waitFor();
      await page.request.delete("/api/tokens", { headers: { "Sec-Fetch-Site": "same-origin" } });
      const operation = page.locator('.opblock[id$="-getTest"]');
      await operation.locator(".opblock-summary-control").click();
      await operation.getByRole("button", { name: "Try it out" }).click();
      await operation.getByRole("button", { name: "Execute" }).click();
      await page.getByText("The token of ended@example.com has ended").waitFor();
    },
  },
  {
    name: "docs-not-loaded",
    async prepare(page) {
      await page.route("**/openapi.json", (route) => route.fulfill({ status: 503 }));
      await page.goto("/docs");
      await page.getByRole("button", { name: "Try again" }).waitFor();
    },
  },
];
