import type { Page } from "playwright-core";
import { PASSWORD } from "../server.ts";
import type { State } from "./states.ts";

/** Opens a page of the view application and waits until it has replaced the server's drawing. */
export async function openView(page: Page, path = "/"): Promise<void> {
  await page.goto(path);
  await viewOf(page);
}

/** Waits until the application has taken over, knows whether a person is signed in, and has loaded its content. */
export async function viewOf(page: Page): Promise<void> {
  await page.locator("body:has(#app .toast):has(#account :is(a, button)):not(:has(#app [aria-busy=true]))").waitFor();
}

/** Fills in and sends the dialog that signs in or registers. */
export async function signInInPlace(
  page: Page,
  email: string,
  { keep = false, password = PASSWORD } = {},
): Promise<void> {
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("E-mail").fill(email);
  await dialog.getByLabel("Password").fill(password);
  if (keep) await dialog.getByLabel("Keep me signed in").check();
  await dialog.locator("button[type=submit]").click();
}

/** Creates an account by the dialog, which signs in. */
export async function registerInPlace(
  page: Page,
  email: string,
  options: { keep?: boolean; path?: string } = {},
): Promise<void> {
  await openView(page);
  await page.getByRole("link", { name: "Create an account" }).click();
  await signInInPlace(page, email, options);
  await page.locator(".who").waitFor();
}

/** A state of a person of their own, who has just registered. */
export function signedIn(name: string, prepare: State["prepare"] = async () => {}): State {
  return {
    name,
    prepare: async (page) => {
      await registerInPlace(page, `${name}@example.com`);
      await prepare(page);
    },
  };
}

/** The pages of the account area by their headings, with what the menu behind one's name calls the way to them. */
const ENTRIES = {
  Security: "Security",
  "Change password": "Security",
  "My devices": "Devices",
  Activity: "Activity",
  "Tokens for programs": "Tokens",
  "E-mail address": "Address",
  Export: "Export",
  "Delete the account": "Delete account",
};

/** Goes to a page of the account area by the menu behind one's name. */
export async function goTo(page: Page, title: keyof typeof ENTRIES): Promise<void> {
  await page.locator(".who").click();
  await page.getByRole("navigation", { name: "Account menu" }).getByRole("link", { name: ENTRIES[title] }).click();
  if (title === "Change password") await page.getByRole("link", { name: title }).click();
  await page.getByRole("heading", { level: 1, name: title }).waitFor();
}

/** Makes a token for a program, in the account area. */
export async function makeToken(page: Page, name: string): Promise<void> {
  if ((await page.getByRole("heading", { level: 1, name: "Tokens for programs" }).count()) === 0)
    await goTo(page, "Tokens for programs");
  await page.getByRole("button", { name: "Make a token" }).click();
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Like articles").check();
  await page.getByRole("button", { name: "Make the token" }).click();
  await page.getByRole("group", { name: `Copy “${name}” now` }).waitFor();
}
