import type { Page } from "playwright-core";
import { loadAssets } from "../../../src/web/assets/assets.ts";
import { errorPage } from "../../../src/web/pages/error-page.ts";
import { PASSWORD } from "../server.ts";

/** A state of a page, and the way to it from an unused server. */
export interface State {
  /** The name in kebab-case, the page first. */
  readonly name: string;
  /** The settings of the server that the state needs. */
  readonly environment?: Record<string, string>;
  readonly javaScriptEnabled?: boolean;
  prepare(page: Page): Promise<void>;
}

let assets: ReturnType<typeof loadAssets> | undefined;
const EMAIL = "ada@example.com";

async function submit(page: Page, path: string, email: string, password: string): Promise<void> {
  await page.goto(path);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.locator("form.form .button").click();
}

function opened(path: string): State["prepare"] {
  return async (page) => {
    await page.goto(path);
  };
}

/** The page of a problem that no request of a test can cause. */
function problem(status: number, title: string, detail: string, more = {}): State["prepare"] {
  const instance = "urn:uuid:0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f";
  return async (page) => {
    assets ??= loadAssets();
    const body = errorPage(await assets, { status, title, detail, instance, ...more });
    await page.route("/as-if", (route) => route.fulfill({ status, contentType: "text/html", body }));
    await page.goto("/as-if");
  };
}

/** Every state of the pages that the server writes. */
export const PAGE_STATES: readonly State[] = [
  { name: "home", javaScriptEnabled: false, prepare: opened("/") },
  {
    name: "home-signed-in",
    javaScriptEnabled: false,
    async prepare(page) {
      await submit(page, "/register", "home@example.com", PASSWORD);
      await page.getByRole("link", { name: "Older articles" }).click();
    },
  },
  { name: "login", prepare: opened("/login") },
  { name: "login-wrong", prepare: (page) => submit(page, "/login", EMAIL, "not the password") },
  {
    name: "login-too-often",
    async prepare(page) {
      for (let attempt = 0; attempt <= 10; attempt += 1) {
        await submit(page, "/login", "often@example.com", `guess ${attempt}`);
      }
    },
  },
  {
    name: "login-signed-in",
    async prepare(page) {
      await submit(page, "/register", "signed-in@example.com", PASSWORD);
      await page.goto("/login?next=/docs");
    },
  },
  { name: "login-registration-closed", environment: { REGISTRATION: "closed" }, prepare: opened("/login") },
  { name: "register", prepare: opened("/register") },
  { name: "register-refused", prepare: (page) => submit(page, "/register", "ada@", "short") },
  { name: "register-weak", prepare: (page) => submit(page, "/register", EMAIL, "password1") },
  { name: "register-empty", prepare: (page) => submit(page, "/register", "", "") },
  { name: "register-closed", environment: { REGISTRATION: "closed" }, prepare: opened("/register") },
  {
    name: "account",
    async prepare(page) {
      await submit(page, "/register", "account@example.com", PASSWORD);
      await page.goto("/account");
    },
  },
  {
    name: "account-activity",
    prepare: async (page) => {
      await submit(page, "/register", "account-activity@example.com", PASSWORD);
      await page.goto("/account/activity");
    },
  },
  {
    name: "account-tokens",
    javaScriptEnabled: false,
    async prepare(page) {
      await submit(page, "/register", "tokens@example.com", PASSWORD);
      await page.goto("/account/tokens");
      for (const name of ["q".repeat(100), "nightly report"]) {
        await page.getByLabel("Name").fill(name);
        await page.getByLabel("Like articles").check();
        await page.getByRole("button", { name: "Make the token" }).click();
        await page.getByRole("status").waitFor();
      }
    },
  },
  {
    name: "account-tokens-refused",
    javaScriptEnabled: false,
    async prepare(page) {
      await submit(page, "/register", "tokens-refused@example.com", PASSWORD);
      await page.goto("/account/tokens");
      await page.getByLabel("Name").fill("nightly report");
      await page.getByRole("button", { name: "Make the token" }).click();
      await page.getByRole("alert").waitFor();
    },
  },
  {
    name: "account-deletion",
    async prepare(page) {
      await submit(page, "/register", "deletion@example.com", PASSWORD);
      await page.goto("/delete-account");
    },
  },
  {
    name: "account-deleted",
    async prepare(page) {
      await submit(page, "/register", "deleted@example.com", PASSWORD);
      await page.goto("/delete-account");
      await page.getByRole("button", { name: "Delete my account for good" }).click();
      await page.getByRole("heading", { name: "Your account is deleted" }).waitFor();
    },
  },
  { name: "error-400", prepare: opened("/?cursor=elsewhere") },
  {
    name: "error-403",
    async prepare(page) {
      await page.route("http://elsewhere.example/", (route) =>
        route.fulfill({ contentType: "text/html", body: "<form method=post><button>" }),
      );
      await page.goto("/login");
      const { origin } = new URL(page.url());
      await page.goto("http://elsewhere.example/");
      await page.locator("form").evaluate((form, action) => form.setAttribute("action", action), `${origin}/logout`);
      await page.getByRole("button").click();
    },
  },
  {
    name: "error-404",
    async prepare(page) {
      await page.goto("/docs");
      await page.goto("/nowhere", { referer: page.url() });
    },
  },
  { name: "error-405", prepare: opened("/logout") },
  {
    name: "error-429",
    prepare: problem(429, "Too Many Requests", "Too many attempts; try again later.", { retryAfterSeconds: 840 }),
  },
  {
    name: "error-500",
    prepare: problem(500, "Internal Server Error", "Something went wrong on our side.", { again: "/", back: "/docs" }),
  },
  {
    name: "error-503",
    prepare: problem(503, "Service Unavailable", "Too many sign-ins are under way.", { retryAfterSeconds: 2 }),
  },
];
