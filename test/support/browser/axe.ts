import { readFileSync } from "node:fs";
import type { ExecutionContext } from "ava";
import type { Page } from "playwright-core";

// Read without waiting: the tests of a group have to be declared in one turn of the event loop.
const AXE = readFileSync(new URL(import.meta.resolve("axe-core/axe.min.js")), "utf8");

/** The rules for each colour scheme; in the dark only those about colours, since the document is the same. */
const RULES = { light: {}, dark: { runOnly: ["color-contrast", "link-in-text-block"] } } as const;

/** Results and selectors that no assertion reads; on a long page they are a third of the work. */
const UNREAD = { resultTypes: ["violations"], selectors: false } as const;

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** Requires that axe-core finds no violation on the page, light or dark, and that nothing overflows a window of 320 pixels. */
export async function requireNoBarrier(t: ExecutionContext, page: Page, name: string): Promise<void> {
  // Injected by the protocol, which the page's content security policy does not bind.
  await page.evaluate(AXE);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    const options = JSON.stringify({ ...RULES[colorScheme], ...UNREAD });
    const violations: Violation[] = await page.evaluate(`axe.run(${options}).then(({ violations }) => violations)`);
    const found = violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`)}`,
    );
    t.deepEqual(found, [], `${name}, ${colorScheme}`);
  }
  await page.setViewportSize({ width: 320, height: 640 });
  const overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
  t.is(await page.evaluate(overflow), 0, `${name} at 320 pixels`);
}
