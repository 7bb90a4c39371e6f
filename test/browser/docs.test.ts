import { signUp, startServer } from "../support/server.ts";
import { browserTest, visit } from "./browser.ts";

browserTest(
  "the documentation: a token from Authorize, and Try it out likes an article, all from this server",
  async (t) => {
    const server = await startServer(t);
    const ada = await signUp(server);
    const { page } = await visit(t, server.url);
    await page.goto("/docs");
    await page.locator(".opblock").first().waitFor();
    t.true((await page.locator(".opblock").count()) >= 20);

    await page.locator(".btn.authorize").click();
    const dialog = page.locator(".dialog-ux");
    await dialog.locator('input[aria-label="auth-apikey-value"], input[type="text"]').first().fill(ada.token);
    await dialog.locator("button.authorize").first().click();
    t.is(await dialog.getByText("Authorized").count(), 1);
    await dialog.locator("button.btn-done").first().click();

    const operation = page.locator("#operations-Likes-createArticleLike");
    await operation.locator(".opblock-summary-control").click();
    await operation.locator("textarea").fill('{"article_id": 3}');
    await operation.locator("button.execute").click();
    await operation
      .locator(".live-responses-table .response .response-col_status")
      .filter({ hasText: "201" })
      .waitFor();

    const { data } = await server.client.GET("/api/articles/{article_id}/likes", {
      params: { path: { article_id: 3 } },
    });
    t.deepEqual(
      data?.items.map(({ user_id }) => user_id),
      [ada.id],
    );
  },
);

browserTest("the documentation: operations and schemas unfold without an error", async (t) => {
  const server = await startServer(t);
  const { page } = await visit(t, server.url);
  await page.goto("/docs");
  for (const id of ["Authentication-login", "Pages-showHome"]) {
    const operation = page.locator(`#operations-${id}`);
    await operation.locator(".opblock-summary-control").click();
    await operation.locator(".opblock-body .responses-table").first().waitFor();
  }
  await page.evaluate('document.querySelector(".models .json-schema-2020-12-accordion").click()');
  await page.locator(".models .json-schema-2020-12-body").first().waitFor();
  t.is(await page.locator(".opblock.is-open").count(), 2);
  t.is(await page.getByText("Something went wrong").count(), 0);
  t.is(await page.locator(".errors-wrapper").count(), 0);
});
