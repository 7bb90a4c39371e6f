import test from "ava";
import { startServerOnDisk } from "../../support/database-file.ts";
import { cookiesOf, PASSWORD, post, signIn, signUp, startServer } from "../../support/server.ts";

const ADA = { email: "ada@example.com", password: PASSWORD };

test("signIn: 201 with a token that works, when it ends and whose it is, and without a cookie", async (t) => {
  const server = await startServer(t);
  const { id } = await signUp(server, ADA.email);
  const { data, response } = await server.client.POST("/api/sign_in", { body: { ...ADA, email: " ADA@example.com " } });
  t.is(response.status, 201);
  t.deepEqual(cookiesOf(response), {});
  t.is(response.headers.get("Cache-Control"), "no-store");
  t.deepEqual(data?.user, { id, email: ADA.email });
  t.is(data?.scopes, null);
  const headers = { "Authentication-Token": String(data?.authentication_token) };
  t.is((await server.client.GET("/api/test", { headers })).response.status, 200);
  const { data: list } = await server.client.GET("/api/tokens", { headers });
  const listed = list?.items.find(({ current }) => current);
  t.like(listed, { id: data?.id, name: data?.name, created_at: data?.created_at, expires_at: data?.expires_at });
});

test("signIn: 201 with a name of its own and no more scopes than were asked for", async (t) => {
  const server = await startServer(t);
  await signUp(server, ADA.email);
  for (const scopes of [["likes:write"], ["likes:write", "account"], ["account"]] as const) {
    const body = { ...ADA, token_name: "button", scopes: [...scopes] };
    const { data } = await server.client.POST("/api/sign_in", { body });
    t.deepEqual([data?.name, data?.scopes], ["button", scopes.toSorted()]);
    const headers = { "Authentication-Token": String(data?.authentication_token) };
    const like = await server.client.POST("/api/article_likes", { headers, body: { article_id: 1 } });
    t.is(
      like.response.ok,
      scopes.some((scope) => scope === "likes:write"),
    );
  }
});

test("signIn: 400 as a problem, the same for a wrong password and an unknown user", async (t) => {
  const server = await startServer(t);
  await signUp(server, ADA.email);
  const problems = new Set<string>();
  for (const body of [
    { ...ADA, password: "wrong horse" },
    { ...ADA, email: "nobody@example.com" },
  ]) {
    const response = await post(server, "/api/sign_in", body);
    t.is(response.status, 400);
    t.is(response.headers.get("Content-Type"), "application/problem+json");
    t.is(response.headers.get("Set-Cookie"), null);
    const { instance: _, ...problem } = JSON.parse(await response.text());
    t.is(problem.type, "urn:kudos:problem:invalid-credentials");
    problems.add(JSON.stringify(problem));
  }
  t.is(problems.size, 1);
});

test("signIn: 400 that names the member for an empty list of scopes, which login takes", async (t) => {
  const server = await startServer(t);
  await signUp(server, ADA.email);
  const response = await post(server, "/api/sign_in", { ...ADA, scopes: [] });
  t.is(response.status, 400);
  const problem = JSON.parse(await response.text());
  t.is(problem.type, "urn:kudos:problem:invalid-request");
  t.deepEqual(problem.errors, [{ pointer: "/scopes", detail: "must NOT have fewer than 1 items" }]);
  t.is((await post(server, "/login?include_auth_token", { ...ADA, scopes: [] })).status, 200);
});

test("signIn: 400 for what is no address, no password or no such field, 415 for a form", async (t) => {
  const server = await startServer(t);
  await signUp(server, ADA.email);
  for (const body of [
    {},
    { email: ADA.email },
    { ...ADA, email: "ada" },
    { ...ADA, scopes: ["root"] },
    { ...ADA, next: "/" },
    { ...ADA, remember: true },
    [],
  ])
    t.is((await post(server, "/api/sign_in", body)).status, 400, JSON.stringify(body));
  const form = await server.request("/api/sign_in", { method: "POST", body: new URLSearchParams(ADA) });
  t.is(form.status, 415);
});

test("signIn: 429 when the attempts at the account are used up, by this operation or by login", async (t) => {
  const server = await startServer(t, { environment: { RATE_LIMITS: "on" } });
  await signUp(server, ADA.email);
  const attempt = (path: string, password = "wrong horse") => post(server, path, { ...ADA, password });
  const statuses: number[] = [];
  for (let n = 0; n < 40 && statuses.at(-1) !== 429; n += 1)
    statuses.push((await attempt(n % 2 === 0 ? "/api/sign_in" : "/login")).status);
  t.is(statuses.at(-1), 429);
  const refused = await attempt("/api/sign_in", PASSWORD);
  t.is(refused.status, 429, "the right password does not get through either");
  t.is(JSON.parse(await refused.text()).type, "urn:kudos:problem:too-many-attempts");
  t.truthy(refused.headers.get("Retry-After"));
  t.is((await attempt("/login", PASSWORD)).status, 429);
});

test("signIn: a session cookie that comes along stays as it is, whatever page has sent the request", async (t) => {
  const server = await startServer(t);
  await signUp(server, ADA.email);
  const { cookie } = await signIn(server, ADA.email);
  const response = await post(server, "/api/sign_in", ADA, {
    Cookie: cookie,
    Origin: "https://evil.test",
    "Sec-Fetch-Site": "cross-site",
  });
  t.is(response.status, 201);
  t.is(response.headers.get("Access-Control-Allow-Origin"), null, "no page of another site can read the answer");
  t.is((await server.request("/api/test_session", { headers: { Cookie: cookie } })).status, 200);
});

test("signIn: the audit trail has the sign-in and the failure, like those of login", async (t) => {
  const { server, sql } = await startServerOnDisk(t);
  await signUp(server, ADA.email);
  const kinds = async () => (await sql("select kind from event order by id")).map(({ kind }) => kind);
  const before = await kinds();
  await post(server, "/api/sign_in", ADA);
  await post(server, "/api/sign_in", { ...ADA, password: "wrong horse" });
  const bySignIn = (await kinds()).slice(before.length);
  await post(server, "/login?include_auth_token", ADA);
  await post(server, "/login?include_auth_token", { ...ADA, password: "wrong horse" });
  t.deepEqual((await kinds()).slice(before.length + bySignIn.length), bySignIn);
  t.true(bySignIn.length >= 2);
});
