import { browserTest, visit } from "../support/browser/browser.ts";
import { signIn, tryOut } from "../support/browser/docs-page.ts";
import { signUp, startServer } from "../support/server.ts";

// The browser's own line about a failed request; any other line is a fault of the page.
const FAILED = /^console: Failed to load resource/;

for (const [what, pattern, reason, answer] of [
  [
    "a contract that is refused",
    "**/openapi.json",
    "The server answered 503 instead of its contract.",
    { status: 503 },
  ],
  ["a contract that is cut off", "**/openapi.json", "The contract did not arrive whole.", { body: `{"openapi":` }],
  ["a server that is gone", "**/openapi.json", "The server cannot be reached.", undefined],
  ["Swagger UI that is not there", "**/swagger-ui-bundle-*.js", "Swagger UI, which shows", { status: 404 }],
  ["Swagger UI that is cut off", "**/swagger-ui-bundle-*.js", "Swagger UI, which shows", undefined],
] as const) {
  browserTest(`the documentation: ${what} is a sentence and a way to try again, and one can sign in`, async (t) => {
    const server = await startServer(t);
    await signUp(server);
    const { page } = await visit(t, server.url, { expected: FAILED });
    await page.route(pattern, (route) => (answer ? route.fulfill(answer) : route.abort()));
    await page.goto("/docs");
    const alert = page.locator("#swagger-ui").getByRole("alert");
    await alert.getByRole("heading", { level: 2, name: "The operations cannot be shown" }).waitFor();
    await alert.getByText(reason).waitFor();
    await signIn(page, "Get a token");
    await page.getByText("Signed in as ada@example.com by a token").waitFor();
    const again = alert.getByRole("button", { name: "Try again" });
    await again.click();
    await page.locator("#swagger-ui .state button:focus:enabled").waitFor();
    await page.unroute(pattern);
    await again.click();
    await page.locator(".opblock").first().waitFor();
    await page.locator("#swagger-ui:focus").waitFor();
    t.is(await alert.count(), 0);
    t.is(await tryOut(page, "getMe"), 200, "with the token that was there first");
  });
}

browserTest(
  "the documentation: a sign-out that fails says so, and so does a sign-in, whatever the answer",
  async (t) => {
    const server = await startServer(t);
    await signUp(server);
    const { page } = await visit(t, server.url, { expected: FAILED });
    await page.goto("/docs");
    const errors = page.locator("#access-errors");
    for (const [what, answer] of [
      ["a proxy's 503 without content", { status: 503, headers: { "Content-Length": "0" }, body: "" }],
      ["a proxy's 502 with a page", { status: 502, contentType: "text/html", body: "<h1>Bad Gateway</h1>" }],
      ["a 200 without content", { status: 200, headers: { "Content-Length": "0" }, body: "" }],
      ["a 200 with a page", { status: 200, contentType: "text/html", body: "<h1>Welcome to our network</h1>" }],
      ["no answer", undefined],
    ] as const) {
      await page.route("**/login*", (route) => (answer ? route.fulfill(answer) : route.abort()));
      await signIn(page, "Get a token");
      await errors.filter({ hasText: /\S/ }).waitFor();
      t.notRegex((await errors.textContent()) ?? "", /<|undefined|Signed/, what);
      await page.unroute("**/login*");
      await signIn(page, "Get a token");
      await page.getByText("Signed in as ada@example.com by a token").waitFor();
      await page.route("**/logout", (route) => (answer ? route.fulfill(answer) : route.abort()));
      await page.locator("#access").getByRole("button", { name: "Sign out" }).click();
      await errors.getByText("You are still signed in.").waitFor();
      t.notRegex((await errors.textContent()) ?? "", /<|undefined/, what);
      t.regex((await page.locator("#access-state").textContent()) ?? "", /^Signed in as ada@example\.com/, what);
      await page.unroute("**/logout");
      await page.locator("#access").getByRole("button", { name: "Sign out" }).click();
      await page.locator("#access-form").waitFor();
      t.is(await errors.textContent(), "", what);
    }
  },
);
