import { readFile } from "node:fs/promises";
import type { ExecutionContext } from "ava";
import type { Page } from "playwright-core";
import { browserTest, visit } from "../support/browser/browser.ts";
import { VIEW_STATES } from "../support/browser/view-states.ts";
import { startServer } from "../support/server.ts";

const AXE = await readFile(new URL(import.meta.resolve("axe-core/axe.min.js")), "utf8");

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** What axe-core is to look for; in the dark only what depends on colours, for the rest is the same page. */
const RULES = { light: "{}", dark: `{ runOnly: ["color-contrast", "link-in-text-block"] }` };

async function requireNoViolation(
  t: ExecutionContext,
  page: Page,
  what: string,
  colorScheme: keyof typeof RULES,
): Promise<void> {
  const run = `axe.run(${RULES[colorScheme]}).then(({ violations }) => violations)`;
  const violations: Violation[] = await page.evaluate(run);
  t.deepEqual(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`)}`),
    [],
    what,
  );
}

browserTest(
  "the view: no state has a barrier that axe-core finds, light or dark, nor overflows 320 pixels",
  async (t) => {
    const server = await startServer(t);
    for (const { name, prepare } of VIEW_STATES) {
      const { page } = await visit(t, server.url, { expected: /status of|ERR_/, reducedMotion: "reduce" });
      await prepare(page);
      // By the protocol, which the policy of the page does not bind.
      await page.evaluate(AXE);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        await requireNoViolation(t, page, `${name}, ${colorScheme}`, colorScheme);
      }
      await page.setViewportSize({ width: 320, height: 640 });
      const overflow = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth",
      );
      t.is(overflow, 0, `${name} at 320 pixels`);
    }
  },
);
