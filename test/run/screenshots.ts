import { mkdir, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { createLogger } from "../../src/http/log.ts";
import { readSettings } from "../../src/settings.ts";
import { start } from "../../src/start.ts";
import { launch } from "../support/browser/chromium.ts";
import { DOCS_STATES } from "../support/browser/docs-states.ts";
import { RECOVERY_STATES } from "../support/browser/recovery-states.ts";
import { PAGE_STATES, type State } from "../support/browser/states.ts";
import { VIEW_STATES } from "../support/browser/view-states.ts";
import { registerInPlace } from "../support/browser/view-steps.ts";

const FOLDER = fileURLToPath(new URL("../../screenshots/", import.meta.url));
/** The picture of the README. No page imports it, so that no build contains it. */
const README_PICTURE = fileURLToPath(new URL("../../src/web/screenshot.png", import.meta.url));
const WIDTHS = [320, 768, 1280];
const SCHEMES = ["light", "dark"] as const;

/** The start page of a person who is signed in and likes some articles. */
const README_STATE: State = {
  name: "readme",
  prepare: async (page) => {
    await registerInPlace(page, "ada@example.com");
    for (const place of [0, 2, 3]) {
      await page.locator(".like").nth(place).click();
      await page.locator(".like").nth(place).and(page.locator('[aria-pressed="true"]')).waitFor();
    }
    await page.getByRole("status").filter({ hasText: "You like" }).waitFor();
    await page.keyboard.press("Escape");
    await page.evaluate("document.activeElement.blur()");
  },
};

/** Takes pictures of every state whose name contains `wanted`, in every width and colour scheme; "readme" stands for its picture. */
async function main(wanted = ""): Promise<void> {
  if (wanted === README_STATE.name) return takeReadmePicture();
  await rm(FOLDER, { recursive: true, force: true });
  await mkdir(FOLDER, { recursive: true });
  const browser = await launch();
  try {
    for (const state of [...PAGE_STATES, ...RECOVERY_STATES, ...DOCS_STATES, ...VIEW_STATES].filter(({ name }) =>
      name.includes(wanted),
    )) {
      await picture(browser, state);
      console.log(state.name);
    }
  } finally {
    await browser.close();
  }
  console.log(`The pictures are in ${FOLDER}`);
}

async function takeReadmePicture(): Promise<void> {
  const browser = await launch();
  try {
    await open(browser, README_STATE, async (page) => {
      await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
      await page.screenshot({ path: README_PICTURE });
    });
  } finally {
    await browser.close();
  }
}

async function picture(browser: Browser, state: State): Promise<void> {
  await open(browser, state, async (page) => {
    for (const colorScheme of SCHEMES)
      for (const width of WIDTHS) await shoot(page, { name: state.name, colorScheme, width });
  });
}

/** Brings a page of a fresh server into a state. */
async function open(
  browser: Browser,
  { environment, javaScriptEnabled = true, prepare }: State,
  look: (page: Page) => Promise<void>,
): Promise<void> {
  const quick = { PORT: "0", DATABASE_URL: "sqlite::memory:", PASSWORD_COST: "ln=4,r=8,p=1" };
  const logger = createLogger("silent", { write: () => undefined });
  const server = await start({ settings: readSettings({ ...quick, ...environment }), logger });
  const viewport = { width: 1280, height: 800 };
  const context = await browser.newContext({ baseURL: server.url, viewport, javaScriptEnabled });
  try {
    const page = await context.newPage();
    await prepare(page);
    await look(page);
  } finally {
    await context.close();
    await server.stop();
  }
}

interface Shot {
  readonly name: string;
  readonly colorScheme: (typeof SCHEMES)[number];
  readonly width: number;
}

async function shoot(page: Page, { name, colorScheme, width }: Shot): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
  await page.setViewportSize({ width, height: width < 600 ? 640 : 800 });
  await page.screenshot({ path: `${FOLDER}${name}-${width}-${colorScheme}.png`, fullPage: true });
}

await main(process.argv[2]);
