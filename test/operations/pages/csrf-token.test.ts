import test from "ava";
import { PASSWORD, post, signIn, signUp, startServer } from "../../support/server.ts";

const BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

for (const [operationId, path] of [
  ["showLoginForm", "/login"],
  ["showRegistrationForm", "/register"],
] as const) {
  test(`${operationId}: 200 with a csrf_token for a client that prefers JSON, and with the form for any other`, async (t) => {
    const server = await startServer(t);
    for (const Accept of ["application/json", "application/json, text/plain, */*", "application/json; charset=utf-8"]) {
      const answer = await server.request(`${path}?next=%2Fdocs`, { headers: { Accept } });
      t.is(answer.status, 200, Accept);
      t.regex(answer.headers.get("Content-Type") ?? "", /^application\/json/);
      t.is(answer.headers.get("Cache-Control"), "no-store");
      t.regex(answer.headers.get("Vary") ?? "", /\bCookie\b.*\bAccept\b/);
      const { meta, response } = JSON.parse(await answer.text());
      t.deepEqual(meta, { code: 200 });
      t.deepEqual(Object.keys(response), ["csrf_token"]);
      t.regex(response.csrf_token, /^[\w-]{43}$/);
      const again = await server.request(path, { headers: { Accept } });
      t.not(JSON.parse(await again.text()).response.csrf_token, response.csrf_token);
    }
    for (const Accept of [
      BROWSER,
      "text/html",
      "*/*",
      "text/html, application/json",
      "application/json;q=0.9, text/html",
    ]) {
      const answer = await server.request(path, { headers: { Accept } });
      t.is(answer.status, 200, Accept);
      t.regex(answer.headers.get("Content-Type") ?? "", /^text\/html/, Accept);
    }
    t.is((await server.request(path, { headers: { Accept: "image/png" } })).status, 406);
  });
}

test("showLoginForm: 200 with the token of the session, which is proof enough to sign out by cookie", async (t) => {
  const server = await startServer(t);
  const { email } = await signUp(server);
  const { cookie, csrfToken } = await signIn(server, email);
  const answer = await server.request("/login", { headers: { Accept: "application/json", Cookie: cookie } });
  const { csrf_token } = JSON.parse(await answer.text()).response;
  t.is(csrf_token, csrfToken);
  const headers = { Cookie: cookie, "X-CSRF-Token": csrf_token };
  t.is((await server.request("/logout", { method: "POST", headers })).status, 200);
});

test("login: 200 with the csrf_token that was fetched before, in the content or in a header", async (t) => {
  const server = await startServer(t);
  const { email } = await signUp(server);
  const answer = await server.request("/login", { headers: { Accept: "application/json" } });
  const { csrf_token } = JSON.parse(await answer.text()).response;
  t.is((await post(server, "/login", { email, password: PASSWORD, csrf_token })).status, 200);
  t.is((await post(server, "/login", { email, password: PASSWORD }, { "X-CSRF-Token": csrf_token })).status, 200);
});
