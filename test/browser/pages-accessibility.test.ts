import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { browserTest, visit } from "../support/browser/browser.ts";
import { DOCS_STATES } from "../support/browser/docs-states.ts";
import { PAGE_STATES, type State } from "../support/browser/states.ts";
import { startServer } from "../support/server.ts";

const AXE = await readFile(new URL(import.meta.resolve("axe-core/axe.min.js")), "utf8");

/** Many states, on a machine that may have much else to do. */
const LONG = 10 * 60_000;

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** What axe-core is to look for; in the dark only what depends on colours, for the rest is the same page. */
const RULES = { light: "{}", dark: `{ runOnly: ["color-contrast", "link-in-text-block"] }` };

/** What axe-core finds on a page, rule by rule with the first element that breaks it. */
async function violationsOf(page: Page, colorScheme: keyof typeof RULES): Promise<string[]> {
  const run = `${AXE}; axe.run(${RULES[colorScheme]}).then(({ violations }) => violations)`;
  const violations: Violation[] = await page.evaluate(run);
  return violations.map(({ id, nodes: [first] }) => `${id}: ${first?.html} ${first?.failureSummary}`);
}

// Those that differ in the settings of their server are in a test of their own.
const GROUPS: readonly (readonly [string, readonly State[]])[] = [
  ["the pages", PAGE_STATES.filter(({ environment }) => environment === undefined)],
  ["the pages where nobody can register", PAGE_STATES.filter(({ environment }) => environment !== undefined)],
  ["the documentation", DOCS_STATES],
];

for (const [what, states] of GROUPS) {
  browserTest(`${what}: axe-core finds no violation, light or dark, and at 320 pixels nothing overflows`, async (t) => {
    t.timeout(LONG);
    const environment = { RATE_LIMITS: "on", ...states[0]?.environment };
    const server = await startServer(t, { environment });
    for (const { name, javaScriptEnabled = true, prepare } of states) {
      const { page, context } = await visit(t, server.url, { expected: /status of [45]\d\d|elsewhere\.example/ });
      // The checker is a script itself: where there shall be none it is the page's own that is kept away.
      if (!javaScriptEnabled) {
        await page.route("**/*.js", (route) => route.fulfill({ contentType: "text/javascript", body: "" }));
      }
      await prepare(page);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        t.deepEqual(await violationsOf(page, colorScheme), [], `${name}, ${colorScheme}`);
      }
      await page.setViewportSize({ width: 320, height: 640 });
      const beyond = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
      t.is(await page.evaluate(beyond), 0, `${name} at 320 pixels`);
      await context.close();
    }
  });
}
