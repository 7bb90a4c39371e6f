import test from "ava";
import { grantResourceServer } from "../../support/authors.ts";
import { startServerOnDisk } from "../../support/database-file.ts";
import { exchange, introspect, JWT_TYPE, JWTS, postForm, refusalOf } from "../../support/exchanging.ts";
import { logIn, post, signIn, signUp, startServer } from "../../support/server.ts";

test("introspectToken: 200 with what the claims of one's own JWT are", async (t) => {
  const server = await startServer(t, { environment: JWTS });
  const ada = await signUp(server);
  const { jwt, claims } = await exchange(server, ada.token, { scope: "likes:write", requested_token_type: JWT_TYPE });
  t.deepEqual(await introspect(server, ada, jwt), { active: true, token_type: "Bearer", ...claims });
});

test("introspectToken: 200 with what is known of one's own token, also by JSON and as a Bearer", async (t) => {
  const server = await startServer(t, { environment: JWTS });
  const ada = await signUp(server);
  const { iat, exp, auth_time, sid, ...told } = await introspect(server, ada, ada.token);
  t.deepEqual(told, {
    active: true,
    token_type: "Bearer",
    iss: JWTS.PUBLIC_URL,
    sub: String(ada.id),
    client_id: "kudos",
    scope: "account likes:write",
    amr: ["pwd"],
  });
  t.true(Number(exp) - Number(iat) > 13 * 24 * 60 * 60 && Number(auth_time) >= Number(iat));
  t.regex(String(sid), /^token:[\w-]{22}$/);
  const { data, response } = await server.client.POST("/introspect", {
    headers: { Authorization: `Bearer ${ada.token}` },
    body: { token: ada.token, token_type_hint: "refresh_token" },
  });
  t.is(data?.sub, String(ada.id));
  t.is(response.headers.get("Cache-Control"), "no-store");
});

test("introspectToken: 200 and not active for tokens of others, but for a resource server", async (t) => {
  const { server, sql } = await startServerOnDisk(t, { environment: JWTS });
  const [ada, api] = [await signUp(server), await signUp(server, "api@example.com")];
  const { jwt } = await exchange(server, ada.token);
  for (const token of [ada.token, jwt]) t.deepEqual(await introspect(server, api, token), { active: false });
  await grantResourceServer(sql, api.id);
  for (const token of [ada.token, jwt]) t.is((await introspect(server, api, token)).sub, String(ada.id));
  // A token that is narrowed to other scopes has not this one.
  const narrowed = await logIn(server, api.email, { scopes: ["account"] });
  for (const token of [ada.token, jwt]) t.deepEqual(await introspect(server, narrowed, token), { active: false });
});

test("introspectToken: 200 and not active for what is no token, or is one no more", async (t) => {
  const clock = { now: new Date() };
  const server = await startServer(t, { environment: JWTS, now: () => clock.now });
  const ada = await signUp(server);
  const { cookie } = await signIn(server, ada.email);
  const { jwt } = await exchange(server, ada.token);
  const ended = await logIn(server, ada.email);
  await server.request("/logout", { method: "POST", headers: ended.headers });
  for (const token of ["x", ended.token, cookie.replace("kudos_session=", ""), `${jwt}x`, jwt.slice(1), `${jwt}.`]) {
    t.deepEqual(await introspect(server, ada, token), { active: false }, token);
  }
  clock.now = new Date(clock.now.getTime() + 299_000);
  t.true((await introspect(server, ada, jwt)).active);
  clock.now = new Date(clock.now.getTime() + 1_000);
  t.deepEqual(await introspect(server, ada, jwt), { active: false });
});

test("introspectToken: 200 and not active once the token of a JWT, or the access of its user, has ended", async (t) => {
  const { server, sql } = await startServerOnDisk(t, { environment: JWTS });
  const api = await signUp(server, "api@example.com");
  await grantResourceServer(sql, api.id);
  await signUp(server);
  const ends: Readonly<Record<string, (person: { headers: Record<string, string>; id: number }) => Promise<unknown>>> =
    {
      "sign-out": ({ headers }) => server.request("/logout", { method: "POST", headers }),
      "reset of all access": ({ headers }) => server.request("/api/tokens", { method: "DELETE", headers }),
      "sign-out elsewhere, from another token": async () => {
        const { headers } = await logIn(server, "ada@example.com");
        return server.request("/api/sign_out_elsewhere", { method: "POST", headers });
      },
      deactivation: ({ id }) => sql('update "user" set active = false where id = ?', id),
    };
  for (const [name, end] of Object.entries(ends)) {
    const person = await logIn(server, "ada@example.com");
    const { jwt } = await exchange(server, person.token);
    t.true((await introspect(server, api, jwt)).active, name);
    await end(person);
    t.deepEqual(await introspect(server, api, jwt), { active: false }, name);
  }
});

test("introspectToken: 200 and not active for a JWT from before all other access was ended, and a new one is active", async (t) => {
  const server = await startServer(t, { environment: JWTS });
  const ada = await signUp(server);
  const { jwt } = await exchange(server, ada.token);
  t.is((await server.request("/api/sign_out_elsewhere", { method: "POST", headers: ada.headers })).status, 204);
  t.false((await introspect(server, ada, jwt)).active);
  t.true((await introspect(server, ada, (await exchange(server, ada.token)).jwt)).active);
});

test("introspectToken: 200 and not active for a JWT from before a copy of the database was restored", async (t) => {
  const { server, sql } = await startServerOnDisk(t, { environment: JWTS });
  const ada = await signUp(server);
  await postForm(server, "/revoke", { token: (await logIn(server, ada.email)).token });
  const { jwt } = await exchange(server, ada.token);
  t.true((await introspect(server, ada, jwt)).active);
  await sql("delete from principal_change");
  t.deepEqual(await introspect(server, ada, jwt), { active: false });
});

test("introspectToken: 401 without a token of the caller, by a session, and by a JWT", async (t) => {
  const server = await startServer(t, { environment: JWTS });
  const ada = await signUp(server);
  const { cookie } = await signIn(server, ada.email);
  const { jwt } = await exchange(server, ada.token);
  for (const headers of [{}, { Cookie: cookie }, { Authorization: `Bearer ${jwt}` }]) {
    const response = await postForm(server, "/introspect", { token: ada.token }, headers);
    t.is(response.status, 401);
    t.regex(response.headers.get("WWW-Authenticate") ?? "", /Bearer realm="kudos"/);
  }
});

test("introspectToken: 400 in the form of OAuth, without a token or with two callers", async (t) => {
  const server = await startServer(t, { environment: JWTS });
  const [ada, bob] = [await signUp(server), await signUp(server, "bob@example.com")];
  const invalid = [400, "invalid_request", "invalid-request"] as const;
  const twice = new URLSearchParams([
    ["token", "a"],
    ["token", "b"],
  ]);
  t.deepEqual(await refusalOf(await postForm(server, "/introspect", {}, ada.headers)), invalid);
  t.deepEqual(await refusalOf(await postForm(server, "/introspect", twice, ada.headers)), invalid);
  t.deepEqual(await refusalOf(await post(server, "/introspect", { token: 7 }, ada.headers)), invalid);
  const both = { ...ada.headers, Authorization: `Bearer ${bob.token}` };
  t.deepEqual(await refusalOf(await postForm(server, "/introspect", { token: "x" }, both)), [
    400,
    "invalid_request",
    "conflicting-credentials",
  ]);
});

test("introspectToken: 200 of tokens where the server gives out no JWTs", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  t.true((await introspect(server, ada, ada.token)).active);
});
