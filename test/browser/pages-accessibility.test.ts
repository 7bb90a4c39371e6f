import { requireNoBarrier } from "../support/browser/axe.ts";
import { browserTest, visit } from "../support/browser/browser.ts";
import { DOCS_STATES } from "../support/browser/docs-states.ts";
import { PAGE_STATES, type State } from "../support/browser/states.ts";
import { startServer } from "../support/server.ts";

/** Time for many states on a machine that has other work to do. */
const LONG = 10 * 60_000;

// One server serves all states of a group: those with other settings are a group of their own.
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
      // The checker is a script itself: a page without JavaScript is one whose own scripts are empty.
      if (!javaScriptEnabled) {
        await page.route("**/*.js", (route) => route.fulfill({ contentType: "text/javascript", body: "" }));
      }
      await prepare(page);
      await requireNoBarrier(t, page, name);
      await context.close();
    }
  });
}
