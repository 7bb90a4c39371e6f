import type { ExecutionContext } from "ava";
import { requireNoBarrier } from "../support/browser/axe.ts";
import { browserTest, visit } from "../support/browser/browser.ts";
import { DOCS_STATES } from "../support/browser/docs-states.ts";
import { RECOVERY_STATES } from "../support/browser/recovery-states.ts";
import { PAGE_STATES, type State } from "../support/browser/states.ts";
import { startServer } from "../support/server.ts";

/** Time for many states on a machine that has other work to do. */
const LONG = 10 * 60_000;

// One server serves all states of a group: those with other settings are a group of their own.
const PAGES: readonly (readonly [string, readonly State[]])[] = [
  ["the pages", PAGE_STATES.filter(({ environment }) => environment === undefined)],
  ["the pages of mailed links", RECOVERY_STATES],
  ["the pages where nobody can register", PAGE_STATES.filter(({ environment }) => environment !== undefined)],
];

/** Requires that no state has a barrier. Answers each state's width, in pixels, with text of twice its size in a window of 320. */
async function requireNoBarriers(t: ExecutionContext, states: readonly State[]): Promise<Record<string, unknown>> {
  t.timeout(LONG);
  const widths: Record<string, unknown> = {};
  const environment = { RATE_LIMITS: "on", ...states[0]?.environment };
  const server = await startServer(t, { environment });
  for (const { name, javaScriptEnabled = true, prepare } of states) {
    const { page, context } = await visit(t, server.url, { expected: /status of [45]\d\d|elsewhere\.example/ });
    // The checker is a script itself: a page without JavaScript is one whose own scripts are empty.
    if (!javaScriptEnabled) {
      await page.route("**/*.js", (route) => route.fulfill({ contentType: "text/javascript", body: "" }));
    }
    await prepare(page);
    await requireNoBarrier(t, page, name);
    await page.evaluate(`document.documentElement.style.fontSize = "200%"`);
    widths[name] = await page.evaluate("document.documentElement.scrollWidth");
    await context.close();
  }
  return widths;
}

for (const [what, states] of PAGES) {
  browserTest(`${what}: axe-core finds no violation, light or dark, and at 320 pixels nothing overflows`, async (t) => {
    await requireNoBarriers(t, states);
  });
}

let docs: ReturnType<typeof requireNoBarriers> | undefined;

/** The widths of the documentation's states, which both of its tests get from one visit: its pages are the most costly. */
function docsWidths(t: ExecutionContext): ReturnType<typeof requireNoBarriers> {
  docs ??= requireNoBarriers(t, DOCS_STATES);
  return docs;
}

browserTest(
  "the documentation: axe-core finds no violation, light or dark, and at 320 pixels nothing overflows",
  async (t) => {
    t.deepEqual(
      Object.keys(await docsWidths(t)),
      DOCS_STATES.map(({ name }) => name),
    );
  },
);

browserTest(
  "pages: at 320 pixels and with text of twice its size the documentation is not scrolled sideways",
  async (t) => {
    t.timeout(LONG);
    for (const [name, width] of Object.entries(await docsWidths(t))) t.is(width, 320, name);
  },
);
