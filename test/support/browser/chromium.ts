import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

/** The headless shell comes first: without the window of a whole browser, a page costs half as much. */
const NAMES = [
  "chromium-headless-shell",
  "chrome-headless-shell",
  "chromium",
  "chromium-browser",
  "google-chrome",
  "chrome",
];
const FOLDERS = ["/usr/bin", ...(process.env.PATH ?? "").split(delimiter)];

/** The path of this machine's Chromium; undefined when it has none. */
export const executablePath = FOLDERS.flatMap((folder) => NAMES.map((name) => join(folder, name))).find((path) =>
  existsSync(path),
);

/** Parts of the browser's window that would start two more renderer processes for each page: more than half of a page's cost. */
const COSTLY = ["SpareRendererForSitePerProcess", "WebUIOmniboxPopup", "WebUIOmniboxAimPopup"];

/** Features that Playwright switches off; named again, since Chromium obeys only the last `--disable-features`. */
const UNWANTED = [
  "AimEnabled",
  "AvoidCorsURLLoaderRestartOnRedirect",
  "AvoidUnnecessaryBeforeUnloadCheckSync",
  "DestroyProfileOnBrowserClose",
  "HttpsFirstBalancedModeAutoEnable",
  "HttpsUpgrades",
  "LensOverlay",
  "MediaRouter",
  "NetworkTimeServiceQuerying",
  "OptimizationHints",
  "PaintHolding",
  "PreconnectToSearch",
  "ThirdPartyStoragePartitioning",
];

const ARGUMENTS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  `--disable-features=${[...UNWANTED, ...COSTLY].join()}`,
];

/** Starts a Chromium that sends no request of its own. */
export function launch(): Promise<Browser> {
  return chromium.launch({ ...(executablePath && { executablePath }), args: ARGUMENTS });
}
