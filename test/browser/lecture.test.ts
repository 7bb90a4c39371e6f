import { PASSWORD, signUp, startServer } from "../support/server.ts";
import { browserTest, jsonIn, visit } from "./browser.ts";

// The lecture's own lines, as they are typed into the console of a page.
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
  const [cookie, ...others] = await context.cookies();
  t.like(cookie, { httpOnly: true, sameSite: "Lax", path: "/" });
  t.deepEqual(others, []);
  const greeted: Answer = await page.evaluate(CALL("/api/test_session"));
  t.deepEqual(greeted, { status: 200, redirected: false, body: { msg: "Hello World" } });
  const byCookie: Answer = await page.evaluate(CALL("/api/test"));
  t.is(byCookie.status, 401, "the cookie is no token");
  const out: Answer = await page.evaluate(CALL("/logout", "{ method: 'POST' }"));
  t.is(out.status, 200);
  t.deepEqual(await context.cookies(), []);
  const after: Answer = await page.evaluate(CALL("/api/test_session"));
  t.is(after.status, 401);
  t.false(after.redirected);
});

browserTest(
  "the lecture's front end: a page of another site can use neither the session nor the sign-in",
  async (t) => {
    const server = await startServer(t);
    const ada = await signUp(server);
    const other = await startServer(t);
    const { page, context } = await visit(t, server.url, { expected: /./ });
    await page.goto("/");
    await page.evaluate(SIGN_IN(ada.email, ""));
    const cookies = await context.cookies();
    // Another site, not only another port: cookies do not know ports.
    await page.goto(other.url.replace("127.0.0.1", "localhost"));
    const refused = await page.evaluate(
      `fetch('${server.url}/api/me', { credentials: 'include' }).then((response) => response.text(), (error) => error.name)`,
    );
    t.is(refused, "TypeError");
    await page.evaluate(`(() => {
    const form = document.createElement('form');
    Object.assign(form, { method: 'POST', action: '${server.url}/logout' });
    document.body.append(form);
    form.submit();
  })()`);
    await page.waitForTimeout(300);
    t.deepEqual(await context.cookies(), cookies);
    await page.goto(`${server.url}/api/test_session`);
    t.deepEqual(await jsonIn(page), { msg: "Hello World" });
  },
);
