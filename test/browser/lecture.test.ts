import { browserTest, jsonIn, visit } from "../support/browser/browser.ts";
import { PASSWORD, signUp, startServer } from "../support/server.ts";

// The lines of the lecture, typed into the console of a page.
const SIGN_IN = (email: string, query: string) => `fetch('/login${query}', {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({ email: '${email}', password: '${PASSWORD}' }),
}).then((response) => response.json())`;

const CALL = (path: string, options = "{}") => `fetch('${path}', ${options}).then(async (response) => ({
  status: response.status,
  redirected: response.redirected,
  body: await response.json(),
}))`;

const TOKEN = "'Authentication-Token': localStorage.getItem('auth-token')";

interface Answer {
  readonly status: number;
  readonly redirected: boolean;
  readonly body: Record<string, unknown>;
}

browserTest("the lecture's front end: a token in localStorage tests, likes and ends", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  const { page, context } = await visit(t, server.url, { expected: /status of 401/ });
  await page.goto("/");
  await page.evaluate(
    `${SIGN_IN(ada.email, "?include_auth_token")}.then((data) => localStorage.setItem('auth-token', data.response.user.authentication_token))`,
  );
  t.deepEqual(await context.cookies(), [], "who asks for a token gets no cookie");
  const tested: Answer = await page.evaluate(CALL("/api/test", `{ headers: { ${TOKEN} } }`));
  t.deepEqual(tested, { status: 200, redirected: false, body: { msg: "Hello World" } });
  const liked: Answer = await page.evaluate(
    CALL(
      "/api/article_likes",
      `{ method: 'POST', headers: { 'Content-Type': 'application/json', ${TOKEN} }, body: JSON.stringify({ article_id: 1 }) }`,
    ),
  );
  t.is(liked.status, 201);
  t.is(liked.body.user_id, ada.id);
  const out: Answer = await page.evaluate(CALL("/logout", `{ method: 'POST', headers: { ${TOKEN} } }`));
  t.deepEqual(out.body, { meta: { code: 200 }, response: {} });
  const after: Answer = await page.evaluate(CALL("/api/test", `{ headers: { ${TOKEN} } }`));
  t.is(after.status, 401);
  t.false(after.redirected);
  t.deepEqual(after.body.meta, { code: 401 });
});

browserTest("the lecture's front end: a session in a cookie tests and ends, and scripts cannot read it", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  const { page, context } = await visit(t, server.url, { expected: /status of 401/ });
  await page.goto("/");
  const before: Answer = await page.evaluate(CALL("/api/test_session"));
  t.is(before.status, 401);
  t.false(before.redirected);
  await page.evaluate(SIGN_IN(ada.email, ""));
  t.is(await page.evaluate("document.cookie"), "");
  const cookies = await context.cookies();
  t.deepEqual(cookies.map(({ name }) => name).toSorted(), ["kudos_device", "kudos_session"]);
  for (const cookie of cookies) t.like(cookie, { httpOnly: true, sameSite: "Lax", path: "/" });
  const greeted: Answer = await page.evaluate(CALL("/api/test_session"));
  t.deepEqual(greeted, { status: 200, redirected: false, body: { msg: "Hello World" } });
  const byCookie: Answer = await page.evaluate(CALL("/api/test"));
  t.is(byCookie.status, 401, "the cookie is no token");
  const out: Answer = await page.evaluate(CALL("/logout", "{ method: 'POST' }"));
  t.is(out.status, 200);
  t.deepEqual(
    (await context.cookies()).map(({ name }) => name),
    ["kudos_device"],
  );
  const after: Answer = await page.evaluate(CALL("/api/test_session"));
  t.is(after.status, 401);
  t.false(after.redirected);
});

browserTest(
  "the lecture's front end: a page of another site can use neither the session nor the sign-in",
  async (t) => {
    const server = await startServer(t);
    const ada = await signUp(server);
    const { page, context } = await visit(t, server.url, { expected: /./ });
    await page.goto("/");
    await page.evaluate(SIGN_IN(ada.email, ""));
    const cookies = await context.cookies();
    const answers: number[] = [];
    page.on("response", (response) => {
      if (response.request().method() === "POST") answers.push(response.status());
    });
    // Another site without a content security policy, answered by the browser instead of a server.
    await context.route("http://elsewhere.example/", (route) =>
      route.fulfill({ contentType: "text/html", body: "<p>Hello" }),
    );
    for (const [path, fields] of [
      ["/logout", {}],
      ["/login", { email: ada.email, password: PASSWORD }],
    ] as const) {
      await page.goto("http://elsewhere.example/");
      const refused = await page.evaluate(
        `fetch('${server.url}/api/me', { credentials: 'include' }).then((response) => response.text(), (error) => error.name)`,
      );
      t.is(refused, "TypeError");
      const answered = page.waitForResponse(`${server.url}${path}`);
      await page.evaluate(`(() => {
      const form = document.createElement('form');
      Object.assign(form, { method: 'POST', action: '${server.url}${path}' });
      for (const [name, value] of Object.entries(${JSON.stringify(fields)})) {
        form.append(Object.assign(document.createElement('input'), { name, value }));
      }
      document.body.append(form);
      form.submit();
    })()`);
      await answered;
      await page.waitForURL(`${server.url}${path}`);
      t.deepEqual(await context.cookies(), cookies, path);
    }
    t.deepEqual(answers, [403, 403]);
    await page.goto(`${server.url}/api/test_session`);
    t.deepEqual(await jsonIn(page), { msg: "Hello World" });
  },
);
