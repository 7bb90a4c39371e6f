import { requireNoBarrier } from "../support/browser/axe.ts";
import { browserTest, visit } from "../support/browser/browser.ts";
import { VIEW_STATES } from "../support/browser/view-states.ts";
import { startServer } from "../support/server.ts";

browserTest(
  "the view: no state has a barrier that axe-core finds, light or dark, nor overflows 320 pixels",
  async (t) => {
    t.timeout(10 * 60_000);
    const server = await startServer(t);
    for (const { name, prepare } of VIEW_STATES) {
      const { page, context } = await visit(t, server.url, { expected: /status of|ERR_/ });
      await prepare(page);
      await requireNoBarrier(t, page, name);
      await context.close();
    }
  },
);
