import test, { type ExecutionContext, type Implementation } from "ava";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { executablePath, launch } from "./chromium.ts";

const VIOLATIONS = `document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, sample }) => {
  console.error("content security policy", effectiveDirective, blockedURI, sample);
});`;

let launched: Promise<Browser> | undefined;
let closes = false;

/** A test in a real browser; without a Chromium it is skipped, and its title says so. */
export function browserTest(title: string, implementation: Implementation<[]>): void {
  if (!executablePath) {
    test.serial.skip(`${title} (skipped: there is no Chromium)`, implementation);
    return;
  }
  if (!closes) test.after.always(async () => (await launched)?.close());
  closes = true;
  test.serial(title, implementation);
}

/** A page in a browser profile of its own, and the faults that were seen in it. */
export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Console errors, uncaught errors, violations of the content security policy, requests to other origins. */
  readonly faults: string[];
}

/** A small window, wider than every breakpoint of the styles: drawing is a good part of a page's cost. */
const VIEWPORT = { width: 800, height: 600 };

/** Transitions would have frames drawn that no test looks at. */
const reducedMotion = "reduce";

/** Opens a page that may send requests to `origin` alone. The test fails at its end on every fault that `expected` does not match. */
export async function visit(
  t: ExecutionContext,
  origin: string,
  { expected, ...options }: BrowserContextOptions & { readonly expected?: RegExp } = {},
): Promise<Visit> {
  launched ??= launch();
  const browser = await launched;
  const context = await browser.newContext({ baseURL: origin, viewport: VIEWPORT, reducedMotion, ...options });
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

/** The JSON that the browser shows, parsed. */
export async function jsonIn(page: Page): Promise<unknown> {
  return JSON.parse((await page.locator("pre").textContent()) ?? "");
}
