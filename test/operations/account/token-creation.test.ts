import test from "ava";
import { startServerOnDisk } from "../../support/database-file.ts";
import { logIn, PASSWORD, type Person, signIn, signUp, startServer, type TestServer } from "../../support/server.ts";

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;

async function create(server: TestServer, headers: Record<string, string>, body: object = {}) {
  const response = await server.request("/api/tokens", {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

async function statusOf(server: TestServer, token: string, path = "/api/test", method = "GET"): Promise<number> {
  const response = await server.request(path, { method, headers: { "Authentication-Token": token } });
  await response.body?.cancel();
  return response.status;
}

test("createToken: 201 for a browser's session, with a token that is listed, works, and is revoked by itself", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  const { cookie, csrfToken } = await signIn(server, ada.email);
  const made = await create(server, { Cookie: cookie, "X-CSRF-Token": csrfToken }, { name: " the view " });
  t.is(made.status, 201);
  const { authentication_token: token, ...listed } = made.body;
  t.is(listed.name, "the view");
  t.is(listed.scopes, null);
  t.is(await statusOf(server, token), 200);
  t.is(await statusOf(server, token, "/api/articles/1/likes", "POST"), 201);
  const { data } = await server.client.GET("/api/tokens", { headers: { Cookie: cookie } });
  t.deepEqual(
    data?.items.find(({ id }) => id === listed.id),
    { ...listed, last_used_at: data?.items.find(({ id }) => id === listed.id)?.last_used_at ?? null },
  );
  t.is(await statusOf(server, token, `/api/tokens/${listed.id}`, "DELETE"), 204);
  t.is(await statusOf(server, token), 401);
  t.is((await server.request("/api/me", { headers: { Cookie: cookie } })).status, 200);
});

test("createToken: 403 by cookie without a proof of the same origin, 401 without a credential", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  const { cookie } = await signIn(server, ada.email);
  t.is((await create(server, { Cookie: cookie })).status, 403);
  t.is((await create(server, { Cookie: cookie, "Sec-Fetch-Site": "cross-site" })).status, 403);
  t.is((await create(server, {})).status, 401);
  t.is((await create(server, { Cookie: cookie, "Sec-Fetch-Site": "same-origin" })).status, 201);
});

test("createToken: 201 with no more than the credential that asks may do", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  const narrow = await logIn(server, ada.email, { scopes: ["account"] });
  for (const [asked, given] of [
    [undefined, ["account"]],
    [["likes:write", "account"], ["account"]],
    [["likes:write"], []],
    [[], []],
  ] as const) {
    const { status, body } = await create(server, narrow.headers, { ...(asked && { scopes: asked }) });
    t.is(status, 201);
    t.deepEqual(body.scopes, given);
    t.is(await statusOf(server, body.authentication_token, "/api/articles/1/likes", "POST"), 403);
  }
  const reader = await logIn(server, ada.email, { scopes: ["likes:write"] });
  t.is((await create(server, reader.headers)).status, 403);
  t.deepEqual((await create(server, ada.headers, { scopes: ["likes:write"] })).body.scopes, ["likes:write"]);
});

test("createToken: 201 with a token that does not outlive the credential that asks, and is no fresher", async (t) => {
  let now = Date.UTC(2026, 0, 1);
  const server = await startServer(t, { now: () => new Date(now) });
  const ada = await signUp(server);
  const { cookie } = await signIn(server, ada.email);
  const visit = { Cookie: cookie, "Sec-Fetch-Site": "same-origin" };
  now += DAY;
  const bySession = await create(server, visit);
  t.is(bySession.body.expires_at, new Date(Date.UTC(2026, 0, 15)).toISOString());
  const byToken = await create(server, ada.headers);
  t.is(byToken.body.expires_at, new Date(Date.UTC(2026, 0, 31)).toISOString());
  now += 1;
  for (const headers of [visit, ada.headers]) {
    const { status, body } = await create(server, headers);
    t.is(status, 401);
    t.true(body.response.reauth_required);
  }
});

test("createToken: 201 with a token that ends with the credential that it was made with, and not the other way", async (t) => {
  const { server, sql } = await startServerOnDisk(t);
  const ada = await signUp(server);
  const made = async (headers: Record<string, string>) => (await create(server, headers)).body;
  for (const end of ["revoke", "logout"] as const) {
    const { cookie, csrfToken } = await signIn(server, ada.email);
    const visit = { Cookie: cookie, "X-CSRF-Token": csrfToken };
    const session = cookie.slice(cookie.indexOf("kudoss_") + 7).slice(0, 22);
    const child = await made(visit);
    t.is(child.session_id, session);
    const listed = await server.client.GET("/api/tokens", { headers: ada.headers });
    t.is(listed.data?.items.find(({ id }) => id === child.id)?.session_id, session);
    const another = await made(visit);
    t.is(await statusOf(server, child.authentication_token, `/api/tokens/${another.id}`, "DELETE"), 204);
    t.is(await statusOf(server, another.authentication_token), 401);
    t.is(await statusOf(server, child.authentication_token), 200);
    const ended =
      end === "revoke"
        ? await server.request(`/api/sessions/${session}`, { method: "DELETE", headers: ada.headers })
        : await server.request("/logout", { method: "POST", headers: visit });
    t.is(ended.status, end === "revoke" ? 204 : 200);
    t.is(await statusOf(server, child.authentication_token), 401);
  }
  t.is(await statusOf(server, ada.token), 200);
  const trail = await sql("select detail from event where kind = 'token_created'");
  t.true(trail.every(({ detail }) => /^(session|token):[\w-]{22}$/.test(String(detail))));
});

test("createToken: 201 with a token that goes on by itself when it alone is kept at a change of the password", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  const { body } = await create(server, ada.headers);
  const { authentication_token: token } = body;
  const changed = await server.request("/change", {
    method: "POST",
    headers: { "Authentication-Token": token, "Content-Type": "application/json" },
    body: JSON.stringify({ password: PASSWORD, new_password: "staple battery horse correct" }),
  });
  t.is(changed.status, 200);
  t.is(await statusOf(server, token), 200);
  t.is(await statusOf(server, ada.token), 401);
});

test("createToken: 403 for a token that was made with another credential: chains stay one link long", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  const made = await create(server, ada.headers);
  t.false("session_id" in made.body);
  const { status, body } = await create(server, { "Authentication-Token": made.body.authentication_token });
  t.is(status, 403);
  t.is(body.type, "urn:kudos:problem:token-not-derivable");
});

test("createToken: 403 for more than a hundred by one credential, and none of the others ends by that", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  const other = await logIn(server, ada.email, { scopes: ["account"] });
  const first = await create(server, other.headers);
  for (let number = 1; number < 100; number += 1) t.is((await create(server, other.headers)).status, 201);
  const { status, body } = await create(server, other.headers);
  t.is(status, 403);
  t.is(body.type, "urn:kudos:problem:too-many-tokens");
  t.is((await create(server, ada.headers)).status, 201);
  const listed = await server.client.GET("/api/tokens", { headers: ada.headers });
  t.is(listed.data?.items.length, 103);
  t.is(await statusOf(server, ada.token, `/api/tokens/${first.body.id}`, "DELETE"), 204);
  t.is((await create(server, other.headers)).status, 201);
  t.is((await server.request("/logout", { method: "POST", headers: other.headers })).status, 200);
  t.is((await server.client.GET("/api/tokens", { headers: ada.headers })).data?.items.length, 2);
});

test("createToken: 400 for a name of more than one line, an unknown scope, or anything else", async (t) => {
  const server = await startServer(t);
  const { headers } = await signUp(server);
  for (const body of [{ name: "a\nb" }, { scopes: ["root"] }, { user_id: 2 }, { expires_at: "2099-01-01" }, []]) {
    t.is((await create(server, headers, body)).status, 400, JSON.stringify(body));
  }
});

test("createToken: 201 or 401 while everything is revoked, and no token survives", async (t) => {
  const { server, sql } = await startServerOnDisk(t);
  const ada = await signUp(server);
  for (const target of ["/api/tokens", "own"] as const) {
    for (let round = 0; round < 5; round += 1) {
      const asker: Person = await logIn(server, ada.email);
      const path = target === "own" ? `/api/tokens/${asker.token.slice(6, 28)}` : target;
      const revocation = server.request(path, { method: "DELETE", headers: asker.headers });
      const made = await Promise.all([
        ...Array.from({ length: 10 }, () => create(server, asker.headers)),
        revocation.then(() => create(server, asker.headers)),
      ]);
      t.is((await revocation).status, 204);
      t.is(made.at(-1)?.status, 401);
      for (const { status } of made) t.true(status === 201 || status === 401);
      for (const { status, body } of made.filter(({ status }) => status === 201)) {
        t.is(await statusOf(server, body.authentication_token), 401, `${status}`);
      }
      if (target !== "own") t.deepEqual(await sql("select id from access_token"), []);
    }
  }
});
