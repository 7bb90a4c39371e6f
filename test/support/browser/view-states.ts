import type { Page } from "playwright-core";
import { PASSWORD } from "../server.ts";
import { ACCOUNT_STATES } from "./account-states.ts";
import type { State } from "./states.ts";
import { goTo, openView, signedIn, signInInPlace } from "./view-steps.ts";

/** The state in which the list of articles gets this answer. */
function answered(name: string, status: number, body: object, headers: Record<string, string> = {}): State {
  return {
    name,
    prepare: async (page) => {
      const contentType = status < 400 ? "application/json" : "application/problem+json";
      const answer = { status, contentType, headers, body: JSON.stringify(body) };
      await page.route("**/api/articles", (route) => route.fulfill(answer));
      await openView(page);
    },
  };
}

async function showDevices(page: Page): Promise<void> {
  await goTo(page, "My devices");
  await page.locator(".device").first().waitFor();
}

async function changePassword(page: Page, current: string, wanted: string): Promise<void> {
  await goTo(page, "Change password");
  await page.getByLabel("Current password").fill(current);
  await page.getByLabel("New password").fill(wanted);
  await page.getByRole("button", { name: "Change password" }).click();
}

const REQUEST = { "X-Request-Id": "0b7e3f9c-5d1a-4c58-9f0e-2a6b1d3c4e5f" };

/** Every state of the view application. */
export const VIEW_STATES: readonly State[] = [
  { name: "view", prepare: (page) => openView(page) },
  {
    name: "view-secret-shown",
    prepare: async (page) => {
      await openView(page);
      await page.getByRole("link", { name: "Sign in" }).click();
      await page.getByRole("dialog").getByLabel("Password").fill(PASSWORD);
      await page.getByRole("button", { name: "Show password" }).click();
    },
  },
  signedIn("view-liked", async (page) => {
    await page.locator(".like").first().click();
    await page.getByRole("status").filter({ hasText: "You like" }).waitFor();
  }),
  {
    name: "view-sign-in-wrong",
    prepare: async (page) => {
      await openView(page);
      await page.getByRole("link", { name: "Sign in" }).click();
      await signInInPlace(page, "nobody@example.com");
      await page.getByRole("dialog").getByRole("alert").waitFor();
    },
  },
  {
    name: "view-register-refused",
    prepare: async (page) => {
      await openView(page);
      await page.getByRole("link", { name: "Create an account" }).click();
      await signInInPlace(page, "nobody", { password: "short" });
      await page.getByRole("dialog").getByRole("alert").first().waitFor();
    },
  },
  {
    name: "view-signed-out-meanwhile",
    prepare: async (page) => {
      await page.goto("/");
      await page.evaluate("localStorage.setItem('auth-token', 'kudos_gone')");
      await openView(page);
      await page.getByRole("dialog").waitFor();
    },
  },
  {
    name: "view-articles-loading",
    prepare: async (page) => {
      await page.route("**/api/articles", () => {});
      await page.goto("/");
      await page.getByText("Loading the articles").waitFor();
      const fades = "document.getAnimations().filter(({ effect }) => effect.getTiming().iterations < Infinity)";
      await page.evaluate(`Promise.all(${fades}.map(({ finished }) => finished)).then(() => undefined)`);
    },
  },
  ...ACCOUNT_STATES,
  signedIn("view-devices", showDevices),
  signedIn("view-devices-loading", async (page) => {
    await page.route("**/api/tokens", () => {});
    await goTo(page, "My devices");
    await page.locator(".devices .placeholder").first().waitFor();
  }),
  signedIn("view-devices-confirm", async (page) => {
    await showDevices(page);
    await page.getByRole("button", { name: "Revoke all" }).click();
    await page.getByRole("dialog").waitFor();
  }),
  signedIn("view-devices-forbidden", async (page) => {
    const body = JSON.stringify({
      type: "about:blank",
      title: "Forbidden",
      status: 403,
      detail: "The token lacks the scope account.",
    });
    await page.route("**/api/tokens", (route) =>
      route.fulfill({ status: 403, contentType: "application/problem+json", body }),
    );
    await goTo(page, "My devices");
    await page.getByRole("heading", { name: "Not allowed" }).waitFor();
  }),
  signedIn("view-password-asked", async (page) => {
    const response = { errors: ["Enter your password."], reauth_required: true };
    const body = JSON.stringify({
      type: "about:blank",
      title: "Unauthorized",
      status: 401,
      meta: { code: 401 },
      response,
    });
    await page.route("**/api/tokens", (route) =>
      route.fulfill({ status: 401, contentType: "application/problem+json", body }),
    );
    await goTo(page, "My devices");
    await page.getByRole("dialog").waitFor();
  }),
  { name: "view-nobody", prepare: (page) => openView(page, "/#/devices") },
  signedIn("view-password-refused", async (page) => {
    await changePassword(page, "not the password", "short");
    await page.getByRole("alert").first().waitFor();
  }),
  signedIn("view-password-changed", async (page) => {
    await changePassword(page, PASSWORD, "staple battery horse correct");
    await page.getByText("Your password is changed").waitFor();
  }),
  answered("view-empty", 200, { items: [], next_cursor: null }),
  answered("view-fault", 500, { type: "about:blank", title: "Internal Server Error", status: 500 }, REQUEST),
  answered(
    "view-limited",
    429,
    { type: "about:blank", title: "Too Many Requests", status: 429 },
    { "Retry-After": "90" },
  ),
  answered(
    "view-busy",
    503,
    { type: "about:blank", title: "Service Unavailable", status: 503 },
    { "Retry-After": "1", ...REQUEST },
  ),
  {
    name: "view-offline",
    prepare: async (page) => {
      await openView(page);
      await page.context().setOffline(true);
      await page.getByRole("link", { name: "Older articles" }).click();
      await page.getByRole("heading", { name: "No connection" }).waitFor();
    },
  },
];
