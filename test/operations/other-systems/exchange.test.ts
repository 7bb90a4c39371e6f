import test from "ava";
import fc from "fast-check";
import { createLocalJWKSet, jwtVerify } from "jose";
import { startServerOnDisk } from "../../support/database-file.ts";
import {
  ACCESS_TOKEN,
  askExchange,
  BILLING,
  exchange,
  introspect,
  JWT_TYPE,
  JWTS,
  postForm,
  refusalOf,
} from "../../support/exchanging.ts";
import { logIn, post, signIn, signUp, startServer } from "../../support/server.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

test("exchangeToken: 200 with a JWT that verifies by the published keys, for five minutes", async (t) => {
  const server = await startServer(t, { environment: JWTS });
  const ada = await signUp(server);
  const before = Math.floor(Date.now() / 1000);
  const response = await askExchange(server, ada.token);
  t.is(response.status, 200);
  t.is(response.headers.get("Cache-Control"), "no-store");
  const { access_token: jwt, ...told } = JSON.parse(await response.text());
  t.deepEqual(told, {
    issued_token_type: ACCESS_TOKEN,
    token_type: "Bearer",
    expires_in: 300,
    scope: "account likes:write",
  });

  const keys = JSON.parse(await (await server.request("/.well-known/jwks.json")).text());
  const expected = { issuer: JWTS.PUBLIC_URL, audience: BILLING, typ: "at+jwt", algorithms: ["ES256"] };
  const { payload, protectedHeader } = await jwtVerify(jwt, createLocalJWKSet(keys), expected);
  t.deepEqual(protectedHeader, { alg: "ES256", typ: "at+jwt", kid: keys.keys[0].kid });
  const { iat = 0, exp, jti, auth_time, sid, ...claims } = payload;
  t.deepEqual(claims, {
    iss: JWTS.PUBLIC_URL,
    sub: String(ada.id),
    aud: BILLING,
    client_id: "kudos",
    scope: "account likes:write",
    amr: ["pwd"],
    rev: 0,
  });
  t.true(iat >= before && iat <= before + 60);
  t.is(exp, iat + 300);
  t.true(Number(auth_time) <= iat && Number(auth_time) >= before - 60);
  t.regex(String(jti), /^[\w-]{22}$/);
  const { data } = await server.client.GET("/api/tokens", { headers: ada.headers });
  t.is(sid, `token:${data?.items[0]?.id}`);
});

test("exchangeToken: 200 with fewer scopes, by JSON, by the name of the JWT's own type, and with members that nobody knows", async (t) => {
  const server = await startServer(t, { environment: JWTS });
  const { token } = await signUp(server);
  const { claims } = await exchange(server, token, {
    scope: "likes:write",
    audience: "reports",
    client_id: "x",
    foo: "",
  });
  t.deepEqual([claims.scope, claims.aud, claims.client_id], ["likes:write", "reports", "kudos"]);
  t.is((await exchange(server, token, { scope: "  likes:write likes:write " })).claims.scope, "likes:write");
  t.is((await exchange(server, token, { scope: "", requested_token_type: "" })).claims.scope, "account likes:write");

  const body = {
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    subject_token: token,
    subject_token_type: ACCESS_TOKEN,
    requested_token_type: JWT_TYPE,
    audience: BILLING,
  };
  const { data } = await server.client.POST("/api/tokens/exchange", { body });
  t.is(data?.issued_token_type, JWT_TYPE);
});

test("exchangeToken: 200 without a scope for a token that has none", async (t) => {
  const server = await startServer(t, { environment: JWTS });
  const { email } = await signUp(server);
  const { token } = await logIn(server, email, { scopes: [] });
  const response = await askExchange(server, token);
  t.false("scope" in JSON.parse(await response.text()));
  t.false("scope" in (await exchange(server, token)).claims);
});

test("exchangeToken: 200 with a JWT that does not outlive its token", async (t) => {
  // At half a second: the JWT ends with the second before its token does.
  const clock = { now: new Date(Math.floor(Date.now() / 1000) * 1000 + 500) };
  const environment = { ...JWTS, TOKEN_LIFETIME_DAYS: "1" };
  const server = await startServer(t, { environment, now: () => clock.now });
  const { token } = await signUp(server);
  clock.now = new Date(clock.now.getTime() + DAY_MS - MINUTE_MS);
  const { claims } = await exchange(server, token);
  t.true(Number(claims.exp) - Number(claims.iat) <= 60);
  clock.now = new Date(clock.now.getTime() + MINUTE_MS - 200);
  t.deepEqual(await refusalOf(await askExchange(server, token)), [400, "invalid_request", "subject-token-refused"]);
  clock.now = new Date(clock.now.getTime() + MINUTE_MS);
  t.deepEqual(await refusalOf(await askExchange(server, token)), [400, "invalid_request", "subject-token-refused"]);
});

test("exchangeToken: 200 is a use of the token, which then does not end unused", async (t) => {
  const clock = { now: new Date() };
  const environment = { ...JWTS, TOKEN_IDLE_DAYS: "2" };
  const server = await startServer(t, { environment, now: () => clock.now });
  const { token, headers } = await signUp(server);
  clock.now = new Date(clock.now.getTime() + DAY_MS);
  await exchange(server, token);
  const { data } = await server.client.GET("/api/tokens", { headers });
  t.is(data?.items[0]?.last_used_at, clock.now.toISOString());
});

test("exchangeToken: 200 for as long as JWT_MINUTES says", async (t) => {
  const server = await startServer(t, { environment: { ...JWTS, JWT_MINUTES: "1" } });
  const { claims } = await exchange(server, (await signUp(server)).token);
  t.is(Number(claims.exp) - Number(claims.iat), 60);
});

test("exchangeToken: 400 for what is no token in force, and always the same", async (t) => {
  const server = await startServer(t, { environment: JWTS });
  const ada = await signUp(server);
  const { cookie } = await signIn(server, ada.email);
  const ended = await logIn(server, ada.email);
  await server.request("/logout", { method: "POST", headers: ended.headers });
  const { jwt } = await exchange(server, ada.token);
  const other = await startServer(t, { environment: JWTS });
  const stranger = await signUp(other);
  const answers = new Set<string>();
  for (const [name, token] of [
    ["a session", cookie.replace("kudos_session=", "")],
    ["the cookie", cookie],
    ["an ended token", ended.token],
    ["a JWT", jwt],
    ["one of another server", stranger.token],
    ["nothing like it", "x"],
    ["longer", `${ada.token}x`],
    ["with a space", ` ${ada.token}`],
  ] as const) {
    const response = await askExchange(server, token);
    t.is(response.headers.get("Cache-Control"), "no-store", name);
    answers.add(await response.text());
  }
  t.is(answers.size, 1, [...answers].join());
  t.deepEqual(JSON.parse([...answers].join()), {
    error: "invalid_request",
    error_description: "The subject_token is no token that is in force.",
    type: "urn:kudos:problem:subject-token-refused",
  });
  // A valid credential beside it proves nothing.
  const response = await postForm(
    server,
    "/api/tokens/exchange",
    { subject_token: "x" },
    { ...ada.headers, Cookie: cookie },
  );
  t.is(response.status, 400);
});

test("exchangeToken: 400 for a token whose user was deactivated, or whose session was signed out", async (t) => {
  const { server, sql } = await startServerOnDisk(t, { environment: JWTS });
  const { email } = await signUp(server);
  const bob = await signUp(server, "bob@example.com");
  await sql('update "user" set active = false where id = ?', bob.id);
  t.deepEqual(await refusalOf(await askExchange(server, bob.token)), [400, "invalid_request", "subject-token-refused"]);
  const visit = await signIn(server, email);
  const headers = { Cookie: visit.cookie, "X-CSRF-Token": visit.csrfToken };
  const made = JSON.parse(await (await post(server, "/api/tokens", {}, headers)).text());
  const { jwt } = await exchange(server, made.authentication_token);
  const again = await logIn(server, email);
  t.true((await introspect(server, again, jwt)).active);
  t.is((await server.request("/logout", { method: "POST", headers })).status, 200);
  t.deepEqual(await refusalOf(await askExchange(server, made.authentication_token)), [
    400,
    "invalid_request",
    "subject-token-refused",
  ]);
  t.false((await introspect(server, again, jwt)).active);
});

test("exchangeToken: 400 for each wrong member, with its error of OAuth", async (t) => {
  const server = await startServer(t, { environment: JWTS });
  const { token } = await signUp(server);
  const invalid = [400, "invalid_request", "invalid-request"];
  const unsupported = [400, "invalid_request", "exchange-unsupported"];
  for (const [members, expected] of [
    [{ grant_type: undefined }, invalid],
    [{ grant_type: "" }, invalid],
    [{ grant_type: "password" }, [400, "unsupported_grant_type", "grant-type-unsupported"]],
    [{ subject_token: undefined }, invalid],
    [{ subject_token: "" }, invalid],
    [{ subject_token: "x".repeat(4_097) }, invalid],
    [{ subject_token_type: undefined }, invalid],
    [{ subject_token_type: JWT_TYPE }, unsupported],
    [{ requested_token_type: "urn:ietf:params:oauth:token-type:refresh_token" }, unsupported],
    [{ actor_token: token }, unsupported],
    [{ resource: BILLING }, unsupported],
    [{ audience: undefined }, invalid],
    [{ audience: "https://evil.example" }, [400, "invalid_target", "audience-unknown"]],
    [{ audience: BILLING.toUpperCase() }, [400, "invalid_target", "audience-unknown"]],
    [{ audience: `${BILLING},reports` }, [400, "invalid_target", "audience-unknown"]],
    [{ scope: "articles:write" }, [400, "invalid_scope", "scope-exceeded"]],
    [{ scope: "likes:write articles:write" }, [400, "invalid_scope", "scope-exceeded"]],
    [{ scope: "likes:write,account" }, [400, "invalid_scope", "scope-exceeded"]],
    [{ scope: "*" }, [400, "invalid_scope", "scope-exceeded"]],
  ] as const) {
    t.deepEqual(await refusalOf(await askExchange(server, token, members)), expected as never, JSON.stringify(members));
  }
});

test("exchangeToken: 400 for a parameter that is there twice", async (t) => {
  const server = await startServer(t, { environment: JWTS });
  const { token } = await signUp(server);
  for (const name of ["grant_type", "subject_token", "subject_token_type", "audience", "scope"]) {
    const members = new URLSearchParams({
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token: token,
      subject_token_type: ACCESS_TOKEN,
      audience: BILLING,
      scope: "account",
    });
    members.append(name, members.get(name) ?? "");
    t.deepEqual(await refusalOf(await postForm(server, "/api/tokens/exchange", members)), [
      400,
      "invalid_request",
      "invalid-request",
    ]);
  }
});

test("exchangeToken: 400 tells no more than OAuth's characters, whatever is sent", async (t) => {
  const server = await startServer(t, { environment: JWTS });
  const { token } = await signUp(server);
  const text = fc.string({ unit: "binary", maxLength: 60 });
  const members = fc.record({
    audience: text,
    scope: text,
    requested_token_type: text,
    grant_type: text,
    'a"\\é': text,
  });
  await fc.assert(
    fc.asyncProperty(members, fc.boolean(), async ({ grant_type, ...sent }, isGrant) => {
      const response = await askExchange(server, token, isGrant ? sent : { ...sent, grant_type });
      const { error, error_description: description } = JSON.parse(await response.text());
      return response.status === 400 && /^[a-z_]+$/.test(error) && /^[ !#-[\]-~]*$/.test(description);
    }),
    { numRuns: 200 },
  );
  const odd = fc.string({ unit: "binary", minLength: 1, maxLength: 120 });
  await fc.assert(
    fc.asyncProperty(odd, async (subject) => (await askExchange(server, subject)).status === 400),
    { numRuns: 100 },
  );
  t.pass();
});

test("exchangeToken: 403 where no audience is listed, and in production without PUBLIC_URL", async (t) => {
  const production = {
    NODE_ENV: "production",
    PASSWORD_COST: "ln=15,r=8,p=3",
    RATE_LIMITS: "on",
    JWT_AUDIENCES: BILLING,
  };
  for (const environment of [{}, production]) {
    const server = await startServer(t, { environment });
    const answer = [403, "unsupported_grant_type", "jwt-unavailable"] as const;
    t.deepEqual(await refusalOf(await askExchange(server, "x")), answer);
    for (const path of ["jwks.json", "oauth-authorization-server", "oauth-protected-resource"]) {
      t.is((await server.request(`/.well-known/${path}`)).status, 403);
    }
  }
});

test("exchangeToken: 429 beyond the limit of the user, and others go on", async (t) => {
  const environment = { ...JWTS, RATE_LIMITS: "on", RATE_LIMIT_EXCHANGE: "2/5m" };
  const server = await startServer(t, { environment });
  const [ada, bob] = [await signUp(server), await signUp(server, "bob@example.com")];
  const statuses: number[] = [];
  for (const token of [ada.token, ada.token, ada.token, bob.token]) {
    const response = await askExchange(server, token);
    statuses.push(response.status);
    t.true(response.headers.has("RateLimit"));
  }
  t.deepEqual(statuses, [200, 200, 429, 200]);
});

test("exchangeToken: 413 and 415 for content that is not taken", async (t) => {
  const server = await startServer(t, { environment: JWTS });
  const long = await askExchange(server, "x".repeat(70_000));
  t.is(long.status, 413);
  const text = await server.request("/api/tokens/exchange", {
    method: "POST",
    body: "x",
    headers: { "Content-Type": "text/plain" },
  });
  t.is(text.status, 415);
});
