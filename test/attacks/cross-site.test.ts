import test from "ava";
import { operations } from "../support/judge.ts";
import { exchange, requestText } from "../support/raw.ts";
import { logIn, PASSWORD, signIn, signUp, startServer, type TestServer } from "../support/server.ts";

const ADA = { email: "ada@example.com", password: PASSWORD };
const APP = "https://app.example";

/** `Sec-Fetch-Site` and `Origin` as browsers send them, and whether such a sign-in is let through. */
function origins(server: TestServer): readonly (readonly [Record<string, string>, boolean])[] {
  const { port } = new URL(server.url);
  return [
    [{}, true],
    [{ Origin: server.url }, true],
    [{ Origin: server.url, "Sec-Fetch-Site": "same-origin" }, true],
    [{ "Sec-Fetch-Site": "same-origin" }, true],
    [{ "Sec-Fetch-Site": "same-origin", Origin: "null" }, true],
    [{ "Sec-Fetch-Site": "none" }, true],
    [{ Origin: APP, "Sec-Fetch-Site": "cross-site" }, true],
    [{ "Sec-Fetch-Site": "cross-site" }, false],
    [{ "Sec-Fetch-Site": "same-site" }, false],
    [{ "Sec-Fetch-Site": "SAME-ORIGIN" }, false],
    [{ "Sec-Fetch-Site": "same-origin, cross-site" }, false],
    [{ "Sec-Fetch-Site": "anything" }, false],
    [{ "Sec-Fetch-Site": "none", Origin: "https://evil.example" }, false],
    [{ Origin: "null" }, false],
    [{ Origin: "https://evil.example" }, false],
    [{ Origin: server.url.replace("http:", "https:") }, false],
    [{ Origin: `http://localhost:${port}` }, false],
    [{ Origin: `${server.url}0` }, false],
    [{ Origin: `${server.url}/` }, false],
    [{ Origin: `${server.url}.evil.example` }, false],
    [{ Origin: `http://evil.example@127.0.0.1:${port}` }, false],
    [{ Origin: `${APP}.evil.example` }, false],
    [{ Origin: "http://app.example" }, false],
    [{ Origin: `${APP}:444` }, false],
    [{ Origin: `${APP}, ${server.url}` }, false],
    [{ Origin: "https://APP.example" }, false],
  ];
}

test("login: 403 for a request that a browser marks as coming from elsewhere, and for no other", async (t) => {
  const server = await startServer(t, { environment: { CORS_ORIGINS: APP } });
  await signUp(server);
  for (const [headers, allowed] of origins(server)) {
    for (const body of [new URLSearchParams(ADA), JSON.stringify(ADA)]) {
      const type = typeof body === "string" ? { "Content-Type": "application/json" } : {};
      const response = await server.request("/login", { method: "POST", headers: { ...headers, ...type }, body });
      t.is(response.status, allowed ? 200 : 403, JSON.stringify(headers));
      t.is(response.headers.has("Set-Cookie"), allowed, JSON.stringify(headers));
    }
  }
});

test("register: 403 for a request that a browser marks as coming from elsewhere, and nobody is registered", async (t) => {
  const server = await startServer(t);
  for (const [headers, allowed] of origins(server).filter(([{ Origin }]) => Origin !== APP)) {
    if (allowed) continue;
    const response = await server.request("/register", { method: "POST", headers, body: new URLSearchParams(ADA) });
    t.is(response.status, 403, JSON.stringify(headers));
  }
  t.is((await signUp(server)).id, 1);
});

test("login: 403 before the body is looked at, in the envelope or as a page", async (t) => {
  const server = await startServer(t);
  const headers = { "Sec-Fetch-Site": "cross-site" };
  const json = await server.request("/login", { method: "POST", headers, body: "nonsense" });
  t.is(json.status, 403);
  t.deepEqual(JSON.parse(await json.text()).meta, { code: 403 });
  const page = await server.request("/login", {
    method: "POST",
    headers: { ...headers, Accept: "text/html" },
    body: "x",
  });
  t.is(page.status, 403);
  t.regex(await page.text(), /comes from a page of another site/);
});

test("likeArticle: 201 with a token from anywhere: no browser adds a token by itself", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  const headers = { ...ada.headers, Origin: "https://evil.example", "Sec-Fetch-Site": "cross-site" };
  t.is((await server.request("/api/articles/1/likes", { method: "POST", headers })).status, 201);
});

test("logout: 403 by cookie without proof, and the session stays", async (t) => {
  const server = await startServer(t, { environment: { CORS_ORIGINS: APP } });
  const { email } = await signUp(server);
  const { cookie, csrfToken } = await signIn(server, email);
  const other = await signIn(server, email);
  const nobody = [...origins(server)].filter(([headers, allowed]) => !allowed || Object.keys(headers).length === 0);
  nobody.push([{ "Sec-Fetch-Site": "none" }, false]);
  for (const [headers] of nobody) {
    const response = await server.request("/logout", { method: "POST", headers: { ...headers, Cookie: cookie } });
    t.is(response.status, 403, JSON.stringify(headers));
  }
  for (const wrong of [
    "",
    " ",
    "x",
    other.csrfToken,
    csrfToken.slice(1),
    `${csrfToken}x`,
    csrfToken.toUpperCase(),
    "é",
  ]) {
    const headers = { Cookie: cookie, "X-CSRF-Token": wrong };
    t.is((await server.request("/logout", { method: "POST", headers })).status, 403, wrong);
  }
  const inBody = await server.request(`/logout`, {
    method: "POST",
    headers: { Cookie: cookie },
    body: new URLSearchParams({ csrf_token: csrfToken }),
  });
  t.is(inBody.status, 403);
  // A right CSRF token does not help a request that the browser marks as cross-site.
  const marked = { Cookie: cookie, "X-CSRF-Token": csrfToken, "Sec-Fetch-Site": "cross-site" };
  t.is((await server.request("/logout", { method: "POST", headers: marked })).status, 403);
  t.is((await server.request("/api/test_session", { headers: { Cookie: cookie } })).status, 200);
});

test("logout: 200 by cookie with each proof there is", async (t) => {
  const server = await startServer(t, { environment: { CORS_ORIGINS: APP } });
  const { email } = await signUp(server);
  const proofs: readonly ((csrfToken: string) => Record<string, string>)[] = [
    (token) => ({ "X-CSRF-Token": token }),
    (token) => ({ "X-XSRF-Token": token }),
    (token) => ({ "X-CSRF-Token": "wrong", "X-XSRF-Token": token }),
    () => ({ "Sec-Fetch-Site": "same-origin" }),
    () => ({ Origin: server.url }),
    () => ({ Origin: APP, "Sec-Fetch-Site": "cross-site" }),
  ];
  for (const proof of proofs) {
    const { cookie, csrfToken } = await signIn(server, email);
    const headers = { Cookie: cookie, ...proof(csrfToken) };
    t.is((await server.request("/logout", { method: "POST", headers })).status, 200, JSON.stringify(headers));
    t.is((await server.request("/api/test_session", { headers: { Cookie: cookie } })).status, 401);
  }
});

const JSON_TYPE = { "Content-Type": "application/json" };

test("logout: 200 by cookie for JSON from a client that is no browser, and 403 for all that a page could send", async (t) => {
  const server = await startServer(t, { environment: { CORS_ORIGINS: APP } });
  const { email } = await signUp(server);
  for (const [type, body] of [
    ["application/json", undefined],
    ["application/json", "{}"],
    ["Application/JSON; charset=utf-8", "{}"],
  ] as const) {
    const { cookie } = await signIn(server, email);
    const headers = { "Content-Type": type, Cookie: cookie };
    t.is((await server.request("/logout", { method: "POST", headers, ...(body && { body }) })).status, 200, type);
    t.is((await server.request("/api/test_session", { headers: { Cookie: cookie } })).status, 401);
  }
  const { cookie } = await signIn(server, email);
  for (const headers of [
    {},
    { "Content-Type": "text/plain" },
    { "Content-Type": "application/x-www-form-urlencoded" },
    { "Content-Type": "multipart/form-data; boundary=x" },
    { "Content-Type": "text/plain; application/json" },
    { "Content-Type": "text/plain, application/json" },
    { "Content-Type": "application/problem+json" },
    { "Content-Type": "application/jsonp" },
    { ...JSON_TYPE, "Sec-Fetch-Site": "none" },
    { ...JSON_TYPE, "Sec-Fetch-Site": "cross-site" },
    { ...JSON_TYPE, "Sec-Fetch-Site": "same-site" },
    { ...JSON_TYPE, "Sec-Fetch-Site": "" },
    { ...JSON_TYPE, Origin: "" },
    { ...JSON_TYPE, Origin: "null" },
    { ...JSON_TYPE, Origin: "https://evil.example" },
  ]) {
    const fields = Object.entries({ ...headers, Cookie: cookie, "Content-Length": "0" }).map((field) =>
      field.join(": "),
    );
    const [answer] = await exchange(server.url, requestText("POST /logout HTTP/1.1", fields));
    t.is(answer?.status, 403, JSON.stringify(headers));
  }
  t.is((await server.request("/api/test_session", { headers: { Cookie: cookie } })).status, 200);
});

const UNSAFE = operations.filter(({ method }) => method !== "GET");
const BY_COOKIE = UNSAFE.filter(({ security }) => security?.some((alternative) => alternative.has("sessionCookie")));
/** After these there is another account to sign in to. */
const DELETING = ["deleteAccount", "deleteMe"];
const IDS: Record<string, string> = { token_id: "A".repeat(22), session_id: "A".repeat(22) };

function call(server: TestServer, { method, path }: { method: string; path: string }, headers: Record<string, string>) {
  const target = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => IDS[name] ?? "1");
  return server.request(target, { method, headers: { "If-Match": "*", ...headers } });
}

for (const operation of BY_COOKIE) {
  test(`${operation.operationId}: 403 by cookie without proof, and the session is as it was`, async (t) => {
    const server = await startServer(t);
    const { email } = await signUp(server);
    const { cookie, csrfToken } = await signIn(server, email);
    const other = await signIn(server, email);
    const refused: Record<string, string>[] = [
      {},
      { "Sec-Fetch-Site": "none" },
      { "Authentication-Token": "nonsense" },
      { "X-CSRF-Token": other.csrfToken },
      { "X-CSRF-Token": csrfToken.slice(0, -1) },
      { "X-CSRF-Token": csrfToken, "Sec-Fetch-Site": "cross-site" },
      { "X-CSRF-Token": csrfToken, Origin: "https://evil.example" },
      { "Sec-Fetch-Site": "same-site" },
      { Origin: "null" },
    ];
    if (operation.operationId !== "logout") refused.push(JSON_TYPE);
    for (const headers of refused) {
      const response = await call(server, operation, { ...headers, Cookie: cookie });
      t.is(response.status, 403, JSON.stringify(headers));
      t.is(response.headers.get("Set-Cookie"), null);
    }
    t.is((await server.request("/api/test_session", { headers: { Cookie: cookie } })).status, 200);
    const proven = await call(server, operation, { Cookie: cookie, "X-CSRF-Token": csrfToken });
    t.false([401, 403].includes(proven.status), String(proven.status));
    const present = DELETING.includes(operation.operationId)
      ? (await signUp(server, "grace@example.com")).email
      : email;
    const later = await signIn(server, present);
    const token = (await logIn(server, present)).headers;
    const marked = { ...token, Cookie: later.cookie, "Sec-Fetch-Site": "cross-site" };
    t.is((await call(server, operation, marked)).status, 403);
    const vouched = await call(server, operation, { ...token, Cookie: later.cookie });
    t.false([401, 403].includes(vouched.status), "no browser adds a token for a page of another site");
  });
}

/** Those who have no credential yet, or cannot use it: to register, to sign in, and what a mail asks for. */
const FOR_STRANGERS: readonly string[] = [
  "beginPasskeySignIn",
  "changeEmail",
  "chooseFactor",
  "confirmEmail",
  "createPasskeySignInOptions",
  "exchangeToken",
  "finishCodeSignIn",
  "finishConfirmation",
  "finishEmailChange",
  "finishEmailUndo",
  "finishPasskeySignIn",
  "finishReset",
  "login",
  "ratePassword",
  "recoverSignIn",
  "refreshToken",
  "register",
  "requestConfirmation",
  "requestReset",
  "rescueSignIn",
  "resetPassword",
  "revokePresentedToken",
  "sendFactorCode",
  "sendSignInCode",
  "setUpFactorToSignIn",
  "signIn",
  "signInByPasscode",
  "signInBySecondFactor",
  "signInWithPasskey",
  "signUp",
  "startCodeSignIn",
  "startConfirmation",
  "startReset",
  "undoEmailChange",
  "validateFactor",
];

test("every unsafe operation takes a cookie with proof, a token, or nobody at all", async (t) => {
  t.deepEqual(BY_COOKIE.map(({ operationId }) => operationId).toSorted(), [
    "addPasskey",
    "beginFactorSetup",
    "beginMyFactor",
    "beginPasskeyRegistration",
    "beginPasskeyVerification",
    "changePassword",
    "confirmMyFactor",
    "createMyRecoveryCodes",
    "createPasskeyOptions",
    "createRecoveryCodes",
    "createToken",
    "deleteAccount",
    "deleteMe",
    "deletePasskey",
    "deletePasskeyByName",
    "endPersonalToken",
    "finishFactorSetup",
    "finishPasskeyRegistration",
    "finishPasskeyVerification",
    "logout",
    "makePersonalToken",
    "removeMyFactor",
    "renamePasskey",
    "requestEmailChange",
    "revokeSession",
    "revokeSessions",
    "revokeToken",
    "revokeTokens",
    "sendVerificationCode",
    "signOutElsewhere",
    "startEmailChange",
    "verifyPasscode",
    "verifyPassword",
  ]);
  const server = await startServer(t);
  const { email } = await signUp(server);
  const { cookie, csrfToken } = await signIn(server, email);
  const ours = { Cookie: cookie, "X-CSRF-Token": csrfToken, Origin: server.url, "Sec-Fetch-Site": "same-origin" };
  const open = UNSAFE.filter(({ security = [] }) => security.length === 0);
  t.deepEqual(open.map(({ operationId }) => operationId).toSorted(), FOR_STRANGERS);
  for (const operation of UNSAFE.filter((one) => !BY_COOKIE.includes(one) && !open.includes(one))) {
    t.is((await call(server, operation, ours)).status, 401, operation.operationId);
  }
  t.is((await server.request("/api/test_session", { headers: { Cookie: cookie } })).status, 200);
});

const CORS = /^access-control-/;

function corsHeaders(response: Response): Record<string, string> {
  return Object.fromEntries([...response.headers].filter(([name]) => CORS.test(name)));
}

function preflight(server: TestServer, path: string, origin: string): Promise<Response> {
  const asked = { "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authentication-token" };
  return server.request(path, { method: "OPTIONS", headers: { Origin: origin, ...asked } });
}

test("likeArticle: no CORS header by default, neither to a preflight nor to a call", async (t) => {
  const server = await startServer(t);
  const { headers } = await signUp(server);
  for (const origin of [APP, "null", server.url, "https://evil.example"]) {
    const asked = await preflight(server, "/api/articles/1/likes", origin);
    t.deepEqual([asked.status, corsHeaders(asked)], [204, {}]);
    const call = await server.request("/api/articles/1/likes", {
      method: "POST",
      headers: { ...headers, Origin: origin },
    });
    t.deepEqual(corsHeaders(call), {});
  }
});

test("likeArticle: CORS for the listed origins to the letter, errors included", async (t) => {
  const server = await startServer(t, { environment: { CORS_ORIGINS: `${APP},https://two.example:8443` } });
  for (const origin of [APP, "https://two.example:8443"]) {
    const asked = await preflight(server, "/api/articles/1/likes", origin);
    t.is(asked.status, 204);
    const allowed = corsHeaders(asked);
    t.is(allowed["access-control-allow-origin"], origin);
    t.is(allowed["access-control-allow-credentials"], "true");
    t.regex(allowed["access-control-allow-methods"] ?? "", /\bPOST\b.*\bDELETE\b/);
    for (const name of [
      "authentication-token",
      "authorization",
      "content-type",
      "idempotency-key",
      "if-match",
      "if-none-match",
      "x-csrf-token",
      "x-xsrf-token",
    ]) {
      t.true(allowed["access-control-allow-headers"]?.toLowerCase().split(",").includes(name), name);
    }
    const refused = await server.request("/api/articles/1/likes", { method: "POST", headers: { Origin: origin } });
    t.is(refused.status, 401);
    t.is(refused.headers.get("Access-Control-Allow-Origin"), origin, "else a page could not tell why");
    t.regex(refused.headers.get("Access-Control-Expose-Headers") ?? "", /Idempotent-Replayed,Link,Location/);
    t.regex(refused.headers.get("Vary") ?? "", /\bOrigin\b/);
  }
  for (const origin of [
    `${APP}.evil.example`,
    "http://app.example",
    "null",
    "https://two.example",
    "https://APP.example",
  ]) {
    t.deepEqual(corsHeaders(await preflight(server, "/api/articles/1/likes", origin)), {}, origin);
    const call = await server.request("/api/articles", { headers: { Origin: origin } });
    t.deepEqual(corsHeaders(call), {}, origin);
    t.regex(call.headers.get("Vary") ?? "", /\bOrigin\b/, "a cache must not give this answer to a listed origin");
  }
});
