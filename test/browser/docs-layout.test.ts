import { browserTest, visit } from "../support/browser/browser.ts";
import { operations } from "../support/judge.ts";
import { startServer, type TestServer } from "../support/server.ts";

/** The widest and the highest that the page and its operations may be, in pixels. */
const WIDTHS = [320, 375, 768, 1024, 1280];
const HIGHEST = 8000;

/**
 * So many operations are open at once, in a page that is loaded anew for them: in Chromium, each change of the width costs more than the
 * one before where there are hundreds of `details`.
 */
const AT_ONCE = 28;

/** Opens some operations. */
const press = (first: number) => `[...document.querySelectorAll(".opblock")].slice(${first}, ${first + AT_ONCE})
  .forEach((one) => one.querySelector(".opblock-summary-control").click())`;
/** The ids of the operations that are not drawn whole after ten seconds. */
const notDrawn = (first: number) => `(async () => {
  const some = [...document.querySelectorAll(".opblock")].slice(${first}, ${first + AT_ONCE});
  const missing = () => some.filter((one) => !one.isConnected || !one.querySelector(".responses-table"));
  for (let wait = 0; wait < 100 && missing().length > 0; wait += 1) await new Promise((go) => setTimeout(go, 100));
  return missing().map(({ id }) => id);
})()`;

interface Paths {
  readonly [path: string]: {
    readonly [method: string]: {
      readonly operationId?: string;
      readonly responses?: Record<string, { $ref?: string }>;
    };
  };
}

/** The rows of responses that show each response of the contract once, as selectors: many operations share one. */
async function eachResponseOnce(server: TestServer): Promise<string[]> {
  const { paths } = (await (await server.request("/openapi.json")).json()) as { readonly paths: Paths };
  const rows = Object.values(paths)
    .flatMap((item) => Object.values(item))
    .flatMap(({ operationId, responses = {} }) =>
      Object.entries(responses).map(([status, { $ref }]) => {
        const row = `.opblock[id$="-${operationId}"] tr[data-code="${status}"]`;
        return [$ref ?? row, row] as const;
      }),
    );
  // Of several entries with one key, a map keeps the last.
  return [...new Map(rows.toReversed()).values()];
}
/** Unfolds the parts of some rows, as far as their operations are open. Answers how many rows there are. */
const unfold = (rows: readonly string[]) => `(() => {
  const found = ${JSON.stringify(rows)}.map((row) => document.querySelector(row)).filter((row) => row !== null);
  for (const row of found) row.querySelectorAll(".fold > summary").forEach((one) => one.click());
  return found.length;
})()`;

browserTest(
  "the documentation: from 320 to 1280 pixels nothing is scrolled sideways, and no operation is longer than 8,000 pixels",
  async (t) => {
    // All operations are drawn, on a machine that has other work to do.
    t.timeout(10 * 60_000);
    const server = await startServer(t);
    const { page } = await visit(t, server.url, { viewport: { width: 1280, height: 800 } });
    const rows = await eachResponseOnce(server);
    let unfolded = 0;
    for (let first = 0; first < operations.length; first += AT_ONCE) {
      await page.goto("/docs");
      await page
        .locator(".opblock")
        .nth(operations.length - 1)
        .waitFor();
      await page.evaluate(press(first));
      t.deepEqual(await page.evaluate(notDrawn(first)), []);
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 800 });
        t.true(Number(await page.evaluate("document.documentElement.scrollWidth")) <= width, `${width} pixels`);
        const high: unknown = await page.evaluate(
          `[...document.querySelectorAll(".opblock")].filter((one) => one.offsetHeight > ${HIGHEST}).map(({ id }) => id)`,
        );
        t.deepEqual(high, [], `${width} pixels`);
      }
      // What is folded may be wide as well.
      unfolded += Number(await page.evaluate(unfold(rows)));
      await page.locator(".fold[open] .header-col").first().waitFor();
      for (const width of [320, 768]) {
        await page.setViewportSize({ width, height: 800 });
        t.true(Number(await page.evaluate("document.documentElement.scrollWidth")) <= width, `${width}, unfolded`);
      }
    }
    t.is(unfolded, rows.length);
  },
);

browserTest("the documentation: shows the contract's prose, and who may call an operation", async (t) => {
  const server = await startServer(t);
  const { page } = await visit(t, server.url);
  await page.goto("/docs");
  const guide = page.locator(".guide");
  for (const title of ["About this API", "Scopes", "Errors", "Paging", "Limits"]) {
    await guide.getByRole("heading", { name: title, exact: true }).waitFor();
  }
  await guide.getByText("Times are RFC 3339 in UTC").waitFor();
  await guide.locator("summary", { hasText: "The problem types" }).click();
  await guide.getByText("urn:kudos:problem:too-many-attempts").waitFor();
  await guide.locator("summary", { hasText: "The operations that need a scope" }).click();
  await guide.getByRole("link", { name: "createArticle", exact: true }).click();
  const note = page.locator(".opblock[id$=-createArticle] .access-note");
  t.regex((await note.textContent()) ?? "", /Authentication-Token.*Scopesarticles:write.*Content4 KiB at most/);
  await page.locator(".opblock[id$=-createArticle] .opblock-summary-control:focus").waitFor();
});

browserTest("the documentation: the list finds operations, by keyboard alone, and marks where one is", async (t) => {
  const server = await startServer(t);
  const { page } = await visit(t, server.url, { viewport: { width: 1280, height: 800 } });
  await page.goto("/docs");
  await page.locator(".opblock").first().waitFor();
  const nav = page.getByRole("navigation", { name: "Guide and operations" });
  const links = nav.locator("li a:visible");
  const all = operations.length + (await nav.locator("section").first().locator("a").count());
  t.is(await links.count(), all);

  await page.keyboard.press("/");
  await page.keyboard.type("delete LIKES/{like_id}");
  await nav.getByRole("status").getByText("1 operation matches.").waitFor();
  t.is(await links.count(), 1);
  await page.keyboard.press("Enter");
  await page.locator(".opblock.is-open[id$=-deleteArticleLike] .opblock-summary-control:focus").waitFor();
  t.is(new URL(page.url()).hash, "#/Likes/deleteArticleLike");
  await nav.locator("[aria-current=location]").and(links).waitFor();

  // A slash that is typed into a field is a slash.
  await page.locator("#access-email").press("/");
  t.is(await page.locator("#access-email").inputValue(), "/");
  await page.locator("#docs-search").fill("no such call");
  t.is(await nav.getByRole("status").textContent(), "No operation matches.");
  await page.locator("#docs-search").press("Escape");
  t.is(await nav.getByRole("status").textContent(), "");
  t.is(await links.count(), all);

  // The mark follows the reader.
  await page.evaluate(`document.getElementById("guide-errors").scrollIntoView()`);
  await nav.locator("[aria-current=location]", { hasText: "Errors" }).waitFor();
  t.is(await nav.locator("[aria-current]").count(), 1);

  // The way back leads to the operation again.
  await nav.getByRole("link", { name: "Who am I" }).click();
  await page.locator(".opblock[id$=-getMe] .opblock-summary-control:focus").waitFor();
  await page.goBack();
  await page.locator(".opblock[id$=-deleteArticleLike] .opblock-summary-control:focus").waitFor();
});

browserTest("the documentation: in a narrow window the list is a menu, which Esc closes", async (t) => {
  const server = await startServer(t);
  const { page } = await visit(t, server.url, { viewport: { width: 375, height: 640 } });
  await page.goto("/docs");
  await page.locator(".opblock").first().waitFor();
  const menu = page.getByRole("button", { name: "Contents" });
  const list = page.locator("#docs-list");
  t.false(await list.isVisible());
  await menu.press("Enter");
  t.true(await list.isVisible());
  t.is(await menu.getAttribute("aria-expanded"), "true");
  await list.getByRole("link").first().focus();
  await page.keyboard.press("Escape");
  t.false(await list.isVisible());
  t.true(await menu.evaluate((element) => element === element.ownerDocument.activeElement));
  await menu.click();
  await list.getByRole("link", { name: "Who am I" }).click();
  t.false(await list.isVisible());
  const summary = page.locator(".opblock[id$=-getMe] .opblock-summary-control:focus");
  await summary.waitFor();
  // The bar at the top must not cover what one has gone to.
  const [bar, operation] = [await page.locator("#docs-nav").boundingBox(), await summary.boundingBox()];
  t.true((operation?.y ?? 0) >= (bar?.y ?? 0) + (bar?.height ?? 0));
});
