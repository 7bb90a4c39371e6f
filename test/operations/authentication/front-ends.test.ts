import test from "ava";
import { PASSWORD, startServer } from "../../support/server.ts";

/** The header fields that clients send by default. */
const CLIENTS: Readonly<Record<string, Record<string, string>>> = {
  "a browser's fetch": {
    Accept: "*/*",
    "Sec-Fetch-Mode": "cors",
    "Sec-Fetch-Site": "same-origin",
    "Sec-Fetch-Dest": "empty",
  },
  axios: { Accept: "application/json, text/plain, */*", "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors" },
  jQuery: { Accept: "application/json, text/javascript, */*; q=0.01", "X-Requested-With": "XMLHttpRequest" },
  curl: { Accept: "*/*", "User-Agent": "curl/8.14.1" },
  "python-requests": { Accept: "*/*", "User-Agent": "python-requests/2.32", "Accept-Encoding": "gzip, deflate" },
  "no Accept worth the name": { Accept: "" },
};

for (const [client, headers] of Object.entries(CLIENTS)) {
  test(`the lecture's calls by ${client}: register, login, test, like, log out`, async (t) => {
    const server = await startServer(t);
    const call = async (method: string, path: string, more: Record<string, string> = {}, body?: object) => {
      const type = body && { "Content-Type": "application/json" };
      const origin = method === "POST" && "Sec-Fetch-Site" in headers ? { Origin: server.url } : {};
      const response = await server.request(path, {
        method,
        headers: { ...headers, ...origin, ...type, ...more },
        ...(body && { body: JSON.stringify(body) }),
      });
      t.regex(response.headers.get("Content-Type") ?? "", /^application\/(problem\+)?json/, path);
      return {
        status: response.status,
        cookie: response.headers.get("Set-Cookie"),
        data: JSON.parse(await response.text()),
      };
    };
    const ada = { email: "ada@example.com", password: PASSWORD };

    t.is((await call("POST", "/register", {}, ada)).status, 200);
    const wrong = await call("POST", "/login?include_auth_token", {}, { ...ada, password: "wrong" });
    t.is(wrong.status, 400);
    t.is(wrong.data.response.errors[0], wrong.data.response.field_errors[""][0]);
    const login = await call("POST", "/login?include_auth_token", {}, ada);
    t.is(login.status, 200);
    const token = { "Authentication-Token": login.data.response.user?.authentication_token };
    t.deepEqual((await call("GET", "/api/test", token)).data, { msg: "Hello World" });
    const like = await call("POST", "/api/article_likes", token, { article_id: 1 });
    t.is(like.status, 201);
    t.is(like.data.article_id, 1);
    t.is((await call("POST", "/api/article_likes", token, { article_id: 1 })).status, 200);
    t.is((await call("GET", "/api/test")).status, 401);
    t.is((await call("GET", "/api/test_session")).status, 401);

    const { cookie, data } = await call("POST", "/login", {}, ada);
    const session = { Cookie: cookie?.split(";")[0] ?? "" };
    t.deepEqual((await call("GET", "/api/test_session", session)).data, { msg: "Hello World" });
    const proof = { "X-CSRF-Token": data.response.csrf_token };
    t.deepEqual((await call("POST", "/logout", { ...session, ...proof })).data, { meta: { code: 200 }, response: {} });
    t.is((await call("GET", "/api/test_session", session)).status, 401);
    t.is((await call("POST", "/logout", token)).status, 200);
    t.is((await call("GET", "/api/test", token)).status, 401);
  });
}

test("an unknown address and a wrong method: JSON for programs, a page for browsers", async (t) => {
  const server = await startServer(t);
  const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
  for (const [method, path, status] of [
    ["GET", "/nothing", 404],
    ["GET", "/api/nothing", 404],
    ["DELETE", "/login", 405],
    ["PUT", "/api/articles/1/likes", 405],
    ["GET", "/logout", 405],
  ] as const) {
    for (const accept of ["*/*", "application/json", "application/json, text/plain, */*"]) {
      const response = await server.request(path, { method, headers: { Accept: accept } });
      t.is(response.status, status, path);
      t.is(response.headers.get("Content-Type"), "application/problem+json", `${accept} ${path}`);
      t.is(JSON.parse(await response.text()).status, status);
      t.is(response.headers.has("Allow"), status === 405);
    }
    const page = await server.request(path, { method, headers: { Accept: browser } });
    t.is(page.status, status);
    t.is(page.headers.get("Content-Type"), "text/html; charset=utf-8");
    t.regex(await page.text(), /<h1>/);
  }
});
