import { grantAuthor, grantResourceServer } from "../support/authors.ts";
import { browserTest, visit } from "../support/browser/browser.ts";
import { signIn, tryOut } from "../support/browser/docs-page.ts";
import { startServerOnDisk } from "../support/database-file.ts";
import { operations } from "../support/judge.ts";
import { startMailServer } from "../support/mail-server.ts";
import { logIn, PASSWORD, signUp, startServer } from "../support/server.ts";

const EMAIL = "ada@example.com";

// Operations that create things come before those that need them; those that end the sign-in come last.
const FIRST = ["register", "login", "createArticleLike", "likeArticle", "getArticleLike", "deleteArticleLike"];
const LAST = [
  "revokeToken",
  "revokeSession",
  "signOutElsewhere",
  "changePassword",
  "revokeSessions",
  "revokeTokens",
  "logout",
];

/**
 * Operations whose values only a mail, an authenticator or a passkey has, and `signUp`, whose address has an account by then: what the
 * page proposes is refused by their own rules.
 */
const NEEDS_A_SECRET = new Set([
  "finishCodeSignIn",
  "signInByPasscode",
  "showConfirmation",
  "confirmEmail",
  "showReset",
  "resetPassword",
  "requestEmailChange",
  "showEmailChange",
  "changeEmail",
  "showEmailUndo",
  "undoEmailChange",
  "signUp",
  "finishConfirmation",
  "finishReset",
  "startEmailChange",
  "finishEmailChange",
  "finishEmailUndo",
  "finishFactorSetup",
  "validateFactor",
  "showFactorChoice",
  "chooseFactor",
  "rescueSignIn",
  "recoverSignIn",
  "createRecoveryCodes",
  "verifyPasscode",
  "sendVerificationCode",
  "signInBySecondFactor",
  "sendFactorCode",
  "setUpFactorToSignIn",
  "confirmMyFactor",
  "createMyRecoveryCodes",
  "finishPasskeyRegistration",
  "finishPasskeySignIn",
  "finishPasskeyVerification",
  "deletePasskeyByName",
  "addPasskey",
  "deletePasskey",
  "renamePasskey",
  "signInWithPasskey",
  "refreshToken",
  "exchangeToken",
]);
/** It would end the account that all others need. */
const UNTRIED = ["deleteMe", "deleteAccount"];

browserTest("the documentation: Try it out works on every operation, with the values that it proposes", async (t) => {
  // Every operation of the contract, on a machine that has other work to do.
  t.timeout(10 * 60_000);
  const { url: MAIL_URL } = await startMailServer(t);
  const environment = {
    MAIL_URL,
    MAIL_FROM: "kudos@kudos.example",
    PUBLIC_URL: "http://localhost",
    RATE_LIMIT_MAIL_ADDRESS: "50/60m",
    REFRESH_TOKENS: "on",
    JWT_AUDIENCES: "https://billing.example",
  };
  const { server, sql } = await startServerOnDisk(t, { environment });
  const { page } = await visit(t, server.url, { expected: /status of 4/ });
  await page.goto("/docs");
  await page.locator(".opblock").first().waitFor();
  const all = operations.map(({ operationId }) => operationId);
  t.is(await page.locator(".opblock").count(), all.length);
  t.deepEqual(
    [...NEEDS_A_SECRET, ...UNTRIED, ...FIRST, ...LAST].filter((id) => !all.includes(id)),
    [],
  );

  t.is(await tryOut(page, "register"), 200);
  const { data } = await server.client.POST("/login", {
    params: { query: {} },
    body: { email: EMAIL, password: PASSWORD },
  });
  await grantAuthor(sql, data?.response.user?.id ?? 0);
  await grantResourceServer(sql, data?.response.user?.id ?? 0);
  await signIn(page, "Use a cookie session");
  await page.getByText("Signed in as ada@example.com by a cookie session.").waitFor();
  await page.locator(".opblock").first().waitFor();
  await signIn(page, "Get a token");
  await page.getByText("by a token").waitFor();
  const { headers } = await logIn(server, EMAIL);
  const tokens = await server.client.GET("/api/tokens", { headers });
  const sessions = await server.client.GET("/api/sessions", { headers });
  const values: Record<string, Record<string, string>> = {
    // Ids that the proposed values cannot know.
    getArticleLike: { like_id: "1" },
    deleteArticleLike: { like_id: "1" },
    revokeToken: { token_id: tokens.data?.items[0]?.id ?? "" },
    revokeSession: { session_id: sessions.data?.items.find(({ name }) => name !== "")?.id ?? "" },
    deleteArticle: { article_id: "2" },
  };
  const between = all.filter((id) => ![...FIRST, ...LAST, ...UNTRIED].includes(id));
  for (const id of [...FIRST.slice(1), ...between, ...LAST]) {
    const status = await tryOut(page, id, values[id]);
    if (NEEDS_A_SECRET.has(id)) t.true([400, 404].includes(status), `${id}: ${status}`);
    else t.true(status >= 200 && status < 400, `${id}: ${status}`);
    if (id === "login") {
      t.is(await tryOut(page, id, {}, "application/x-www-form-urlencoded"), 200, `${id} by form`);
    }
  }
});

browserTest(
  "the documentation: signs in, refuses and signs out, in its panel and in the dialog of Authorize",
  async (t) => {
    const server = await startServer(t);
    const ada = await signUp(server);
    const { page } = await visit(t, server.url, { expected: /status of 40[01]/ });
    await page.goto("/docs");
    await signIn(page, "Get a token", "nobody@example.com");
    t.is(
      await page.locator("#access-errors p").textContent(),
      "The e-mail address or the password is wrong. If you are sure of both, ask whoever runs this server.",
    );
    await signIn(page, "Get a token");
    await page.getByText("Signed in as ada@example.com by a token").waitFor();
    t.is(await tryOut(page, "getMe"), 200);
    const locked = page.locator('.opblock[id$="-getMe"] .authorization__btn .locked');
    t.is(await locked.count(), 1);
    await page.locator("#access").getByRole("button", { name: "Sign out" }).click();
    await page.locator("#access-form").waitFor();
    t.is(await locked.count(), 0);
    t.is(await tryOut(page, "getTest"), 401);

    await page.locator(".btn.authorize").first().click();
    const dialog = page.locator(".dialog-ux");
    await dialog.getByLabel("E-mail").fill(EMAIL);
    await dialog.getByLabel("Password").fill("not the password");
    await dialog.getByRole("button", { name: "Sign in and authorize" }).click();
    await dialog
      .getByText("The e-mail address or the password is wrong. If you are sure of both, ask whoever runs this server.")
      .waitFor();
    await dialog.getByLabel("Password").fill(PASSWORD);
    await dialog.getByRole("button", { name: "Sign in and authorize" }).click();
    await dialog.getByText("Authorized").first().waitFor();
    await dialog.getByRole("button", { name: "Close" }).first().click();
    await page.getByText("Signed in as ada@example.com by a token").waitFor();
    t.is(await tryOut(page, "createArticleLike"), 201);
    const { data } = await server.client.GET("/api/articles/{article_id}/likes", {
      params: { path: { article_id: 1 } },
    });
    t.deepEqual(
      data?.items.map(({ user_id }) => user_id),
      [ada.id],
    );
  },
);

browserTest(
  "the documentation: signs out of a token and a session of two users, and says so where it cannot",
  async (t) => {
    const server = await startServer(t);
    await signUp(server);
    await signUp(server, "grace@example.com");
    const { page } = await visit(t, server.url, { expected: /status of 503/ });
    await page.goto("/docs");
    await signIn(page, "Use a cookie session", "grace@example.com");
    await page.getByText("Signed in as grace@example.com by a cookie session.").waitFor();
    await signIn(page, "Get a token");
    await page.getByText("Signed in as ada@example.com by a token").waitFor();
    const out = page.locator("#access").getByRole("button", { name: "Sign out" });
    await page.route("**/logout", (route) =>
      route.fulfill({ status: 503, contentType: "text/plain", body: "Too busy." }),
    );
    await out.click();
    await page.locator("#access-errors").filter({ hasText: /\S/ }).waitFor();
    t.true(await page.getByText("Signed in as ada@example.com by a token").isVisible());
    await page.unroute("**/logout");
    await out.click();
    await page.locator("#account form").waitFor({ state: "detached" });
    const { data } = await server.client.GET("/api/tokens", { headers: (await logIn(server, EMAIL)).headers });
    t.is(data?.items.filter(({ name }) => name === "API documentation").length, 0);
  },
);

browserTest(
  "the documentation: says what is left when the token has ended and the session cannot be ended",
  async (t) => {
    const server = await startServer(t);
    await signUp(server);
    await signUp(server, "grace@example.com");
    const { page } = await visit(t, server.url, { expected: /status of (401|503)/ });
    await page.goto("/docs");
    await signIn(page, "Use a cookie session", "grace@example.com");
    await page.getByText("Signed in as grace@example.com by a cookie session.").waitFor();
    await signIn(page, "Get a token");
    await page.getByText("Signed in as ada@example.com by a token").waitFor();
    const state = page.locator("#access-state");
    const out = page.locator("#access").getByRole("button", { name: "Sign out" });
    await page.route("**/logout", (route) =>
      "authentication-token" in route.request().headers()
        ? route.continue()
        : route.fulfill({ status: 503, contentType: "text/plain", body: "Too busy." }),
    );
    await out.click();
    await page.locator("#access-errors").getByText("The token has ended, but the cookie session has not.").waitFor();
    t.is(await state.textContent(), "Signed in as grace@example.com by a cookie session.");
    t.is(await page.locator(".btn.authorize.locked").count(), 0);
    t.true(await page.locator("#access-form").isVisible());
    await page.unroute("**/logout");
    await out.click();
    await page.locator("#account form").waitFor({ state: "detached" });
    t.is(await state.textContent(), "");
  },
);

browserTest("the documentation: a token that is put into Authorize by hand is sent", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  const { page } = await visit(t, server.url);
  await page.goto("/docs");
  await page.locator(".btn.authorize").first().click();
  const dialog = page.locator(".dialog-ux");
  await dialog.locator(".auth-container input").first().fill(ada.token);
  await dialog.locator(".auth-container button.authorize").first().click();
  t.is(await dialog.getByText("Authorized").count(), 1);
  await dialog.locator("button.btn-done").first().click();
  t.is(await tryOut(page, "getTest"), 200);
});

browserTest("the documentation: Authorize keeps the keyboard, starts at its first field and gives back", async (t) => {
  const server = await startServer(t);
  const { page } = await visit(t, server.url);
  await page.goto("/docs");
  const button = page.locator(".btn.authorize").first();
  await button.click();
  const dialog = page.getByRole("dialog", { name: "Authorize" });
  const focused = (selector: string) => page.evaluate(`document.activeElement.matches(${JSON.stringify(selector)})`);
  await dialog.waitFor();
  t.true(await focused("#authorize-email"));
  t.is(await page.evaluate('document.querySelector(".modal-ux-content").scrollTop'), 0);
  t.true(await dialog.evaluate((element) => element.matches(":modal")));
  t.is(await dialog.getByText("sessionCookie").count(), 0);
  for (let press = 0; press < 20; press += 1) {
    await page.keyboard.press("Tab");
    t.true(await focused(".authorize-dialog *, body"));
  }
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  t.true(await focused(".btn.authorize"));
  await page.keyboard.press("Enter");
  await dialog.getByRole("button", { name: "Close" }).first().click();
  t.true(await focused(".btn.authorize"));
});

browserTest("the documentation: the contract can be downloaded, and the commands name this server", async (t) => {
  const server = await startServer(t);
  const { page } = await visit(t, server.url);
  await page.goto("/docs");
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download openapi.yaml" }).click();
  t.is((await download).suggestedFilename(), "openapi.yaml");
  const commands = await page.locator("pre").allTextContents();
  t.is(commands.filter((text) => text.includes(`${server.url}/openapi.client.json`)).length, 3);
});

browserTest("the documentation: operations and schemas unfold without an error", async (t) => {
  const server = await startServer(t);
  const { page } = await visit(t, server.url);
  await page.goto("/docs");
  for (const id of ["Authentication-login", "Pages-showHome"]) {
    const operation = page.locator(`#operations-${id}`);
    await operation.locator(".opblock-summary-control").click();
    await operation.locator(".opblock-body .responses-table").first().waitFor();
  }
  await page.locator(".models button").first().click();
  await page.evaluate('document.querySelector(".models .json-schema-2020-12-accordion").click()');
  await page.locator(".models .json-schema-2020-12-body").first().waitFor();
  t.is(await page.locator(".opblock.is-open").count(), 2);
  // By an address, an operation is open from the start.
  await page.goto("/docs#/Authentication/login");
  await page.reload();
  await page.locator("#operations-Authentication-login .opblock-body .responses-table").first().waitFor();
  t.is(await page.locator(".opblock.is-open").count(), 1);
  t.is(await page.getByText("Something went wrong").count(), 0);
  t.is(await page.locator(".errors-wrapper").count(), 0);
});
