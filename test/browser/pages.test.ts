import { browserTest, jsonIn, visit } from "../support/browser/browser.ts";
import { PASSWORD, signUp, startServer } from "../support/server.ts";

for (const javaScriptEnabled of [false, true]) {
  const how = javaScriptEnabled ? "with JavaScript" : "without JavaScript";

  browserTest(
    `pages ${how}: register, sign out, a wrong password, sign in, and back to where one came from`,
    async (t) => {
      const server = await startServer(t);
      const { page, context } = await visit(t, server.url, { javaScriptEnabled, expected: /status of 400/ });
      await page.goto("/register?next=/api/articles/5");
      await page.getByLabel("E-mail").fill("ada@example.com");
      await page.getByLabel("Password").fill(PASSWORD);
      await page.locator("main .button").click();
      t.is(page.url(), `${server.url}/api/articles/5`);
      await page.goto("/");
      t.true(await page.getByText("ada@example.com").isVisible());
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.getByRole("link", { name: "Sign in" }).waitFor();
      t.is(page.url(), `${server.url}/`);
      t.is(await page.getByText("ada@example.com").count(), 0);
      // The cookie `kudos_device` stays, and signs nobody in. Polled, since the view application does not wait for the server's answer.
      const left = async () => (await context.cookies()).map(({ name }) => name).join();
      while ((await left()) !== "kudos_device") await page.waitForTimeout(50);

      await page.goto("/login?next=/api/test_session");
      await page.getByLabel("E-mail").fill("ada@example.com");
      await page.getByLabel("Password").fill("not the password");
      await page.locator("main .button").click();
      t.is(
        (await page.getByRole("alert").textContent())?.trim(),
        "The e-mail address or the password is wrong. If you are sure of both, ask whoever runs this server.",
      );
      for (const label of ["E-mail", "Password"]) {
        t.is(await page.getByLabel(label).getAttribute("aria-invalid"), "true");
        t.is(await page.getByLabel(label).getAttribute("aria-describedby"), "form-errors");
      }
      t.is(await page.locator("#form-errors").textContent(), await page.getByRole("alert").textContent());
      await page.locator("#password:focus").waitFor();
      t.is(await page.getByLabel("E-mail").inputValue(), "ada@example.com");
      t.is(await page.getByLabel("Password").inputValue(), "");
      t.false((await page.content()).includes("not the password"));
      await page.getByLabel("Password").fill(PASSWORD);
      await page.locator("main .button").click();
      t.is(page.url(), `${server.url}/api/test_session`);
      t.deepEqual(await jsonIn(page), { msg: "Hello World" });
    },
  );
}

browserTest("pages: registering twice, or with a weak password, says so beside the field", async (t) => {
  const server = await startServer(t);
  await signUp(server);
  const { page } = await visit(t, server.url, { expected: /status of 400/ });
  await page.goto("/register");
  await page.getByLabel("E-mail").fill("ada@example.com");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.locator("main .button").click();
  t.is(
    (await page.locator("#email-errors").textContent())?.trim(),
    "An account with this e-mail address already exists.",
  );
  t.is(await page.getByLabel("E-mail").getAttribute("aria-describedby"), "email-errors");
  t.true(await page.getByLabel("E-mail").evaluate((input) => input === input.ownerDocument.activeElement));
  await page.getByLabel("E-mail").fill("bob@example.com");
  await page.getByLabel("Password").fill("short");
  await page.locator("main .button").click();
  t.regex((await page.locator("#password-errors").textContent()) ?? "", /at least 8 characters/);
  t.is(await page.getByLabel("E-mail").inputValue(), "bob@example.com");
});

browserTest("getTestSession: 302 for a browser without a session, which comes back to the JSON", async (t) => {
  const server = await startServer(t);
  await signUp(server);
  const { page } = await visit(t, server.url);
  await page.goto("/api/test_session");
  t.is(page.url(), `${server.url}/login?next=%2Fapi%2Ftest_session`);
  await page.getByLabel("E-mail").fill("ada@example.com");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByLabel("Keep me signed in").check();
  await page.locator("main .button").click();
  t.is(page.url(), `${server.url}/api/test_session`);
  t.deepEqual(await jsonIn(page), { msg: "Hello World" });
});

browserTest("pages: markup in an address or in next= is text, never code, and leads nowhere else", async (t) => {
  const server = await startServer(t);
  const { page } = await visit(t, server.url, { expected: /status of 40[04]/ });
  const marked: string[] = [];
  await page.exposeFunction("pwned", (how: string) => void marked.push(how));
  const script = `"><script>pwned("script")</script><img src=x onerror="pwned('image')">`;
  for (const next of [
    script,
    `/${script}`,
    `javascript:pwned("link")`,
    "//example.org/",
    "/\\example.org/",
    "/%09/example.org",
  ]) {
    for (const form of ["login", "register"]) {
      await page.goto(`/${form}?next=${encodeURIComponent(next)}`);
      const other = page.locator("main p a");
      t.true((await other.getAttribute("href"))?.startsWith("/"));
      t.is(await page.locator("main script, main img").count(), 0);
    }
  }
  await page.goto("/login");
  // Without the browser's own check of addresses, on which the page must not rely.
  await page.evaluate(`document.querySelector("form").noValidate = true`);
  await page.getByLabel("E-mail").fill(script);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.locator("main .button").click();
  await page.getByRole("alert").first().waitFor();
  t.is(await page.getByLabel("E-mail").inputValue(), script);
  await page.goto(`/nowhere/${encodeURIComponent(script)}`);
  t.is(await page.locator("main script, main img").count(), 0);
  t.deepEqual(marked, []);
});

browserTest("pages: an unknown address shows what happened, the way home and what to quote", async (t) => {
  const server = await startServer(t);
  const { page } = await visit(t, server.url, { expected: /status of 404/ });
  const response = await page.goto("/nowhere");
  t.is(response?.status(), 404);
  t.is(await page.getByRole("heading", { level: 1 }).textContent(), "Page not found");
  const id = (await response?.headerValue("X-Request-Id")) ?? "-";
  t.true((await page.locator("main").textContent())?.includes(id));
  await page.getByRole("link", { name: "To the start page" }).click();
  t.is(page.url(), `${server.url}/`);
});

browserTest("pages: at 320 pixels nothing has to be scrolled sideways", async (t) => {
  const server = await startServer(t);
  const { page } = await visit(t, server.url, { viewport: { width: 320, height: 640 }, expected: /status of 40[04]/ });
  await page.goto("/");
  const lines = `[...document.querySelectorAll(".article-facts time")].map((time) => time.getClientRects().length)`;
  t.deepEqual([...new Set((await page.evaluate(lines)) as number[])], [1], "no date is broken");
  const overflow = () => page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
  for (const path of ["/", "/login", "/register", "/docs", `/${"nowhere".repeat(30)}`]) {
    await page.goto(path);
    if (path === "/docs") await page.locator(".opblock").first().waitFor();
    t.is(await overflow(), 0, path);
  }
  const email = `${"a".repeat(60)}@${"b".repeat(60)}.${"c".repeat(60)}.example`;
  await page.goto("/register");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill("short");
  await page.locator("main .button").click();
  await page.locator("#password-errors").waitFor();
  t.is(await overflow(), 0, "a refused form");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.locator("main .button").click();
  t.true(await page.getByText(email).isVisible());
  t.is(await overflow(), 0, "signed in with a long address");
});
