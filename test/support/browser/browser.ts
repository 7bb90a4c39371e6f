import test, { type ExecutionContext, type Implementation } from "ava";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { executablePath, launch } from "./chromium.ts";

const VIOLATIONS = `document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, sample }) => {
  console.error("content security policy", effectiveDirective, blockedURI, sample);
});`;

let launched: Promise<Browser> | undefined;
let closes = false;

/** A test in a real browser; where there is none it is skipped, and its title says so. */
export function browserTest(title: string, implementation: Implementation<[]>): void {
  if (!executablePath) {
    test.serial.skip(`${title} (skipped: there is no Chromium)`, implementation);
    return;
  }
  if (!closes) test.after.always(async () => (await launched)?.close());
  closes = true;
  test.serial(title, implementation);
}

/** A page of a browser profile of its own, and all that went wrong in it. */
export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Console errors, uncaught errors, violations of the content security policy, requests to other origins. */
  readonly faults: string[];
}

/** A window that is wider than every breakpoint, and small: drawing it is a good part of what a page costs. */
const VIEWPORT = { width: 800, height: 600 };

/** Opens a page that may only talk to `origin`. At the end of the test there must be no fault that `expected` does not name. */
export async function visit(
  t: ExecutionContext,
  origin: string,
  { expected, ...options }: BrowserContextOptions & { readonly expected?: RegExp } = {},
): Promise<Visit> {
  launched ??= launch();
  const browser = await launched;
  const context = await browser.newContext({ baseURL: origin, viewport: VIEWPORT, ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("console", (message) => {
    const { url } = message.location();
    if (message.type() === "error") faults.push(`console: ${message.text()} ${url}`);
  });
  page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  context.on("request", (request) => {
    const { protocol, origin: other } = new URL(request.url());
    if (other !== origin && protocol !== "data:" && protocol !== "blob:") faults.push(`request to ${request.url()}`);
  });
  await page.addInitScript({ content: VIOLATIONS });
  t.teardown(async () => {
    await context.close();
    const unexpected = faults.filter((fault) => !expected?.test(fault));
    if (unexpected.length > 0) throw new Error(unexpected.join("\n"));
  });
  return { page, context, faults };
}

/** What the browser shows of an answer in JSON, parsed. */
export async function jsonIn(page: Page): Promise<unknown> {
  return JSON.parse((await page.locator("pre").textContent()) ?? "");
}
