import test from "ava";
import { askForReset, startMailingServer } from "../../support/account-mail.ts";
import { beginSignIn, Clock, codeAt, cookieOf, sendCode, setUpAuthenticator } from "../../support/authenticator.ts";
import { startServerOnDisk } from "../../support/database-file.ts";
import { logIn, PASSWORD, post, signIn, signUp, startServer, type TestServer } from "../../support/server.ts";

const DAY = 24 * 60 * 60 * 1000;
const SCOPES = { scopes: ["account", "likes:write"] };

type Headers = Record<string, string>;

async function create(server: TestServer, headers: Headers, body: object = SCOPES) {
  const response = await post(server, "/api/tokens", { kind: "personal", ...body }, headers);
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
}

/** Makes a personal token; the header that carries it, and its id. */
async function personal(server: TestServer, headers: Headers, body: object = SCOPES) {
  const { status, body: made } = await create(server, headers, body);
  if (status !== 201) throw new Error(`no personal token: ${status} ${made.type}`);
  return { id: String(made.id), headers: { "Authentication-Token": String(made.authentication_token) } };
}

async function statusOf(server: TestServer, headers: Headers, path = "/api/test", method = "GET"): Promise<number> {
  const response = await server.request(path, { method, headers });
  await response.body?.cancel();
  return response.status;
}

async function list(server: TestServer, headers: Headers) {
  const { data } = await server.client.GET("/api/tokens", { headers });
  return data?.items ?? [];
}

test("createToken: 201 with a personal token, listed with kind, last use and expiry, that survives the sign-out", async (t) => {
  let now = Date.UTC(2026, 0, 1);
  const server = await startServer(t, { now: () => new Date(now) });
  const ada = await signUp(server);
  const { cookie, csrfToken } = await signIn(server, ada.email);
  const visit = { Cookie: cookie, "X-CSRF-Token": csrfToken };
  const made = await create(server, visit, { ...SCOPES, name: " nightly report ", expires_in_days: 90 });
  t.is(made.status, 201);
  t.is(made.headers.get("Cache-Control"), "no-store");
  const { authentication_token: token, ...listed } = made.body;
  t.regex(token, /^kudos_/);
  t.deepEqual(listed, {
    id: token.slice(6, 28),
    kind: "personal",
    name: "nightly report",
    created_at: new Date(now).toISOString(),
    last_used_at: null,
    expires_at: new Date(now + 90 * DAY).toISOString(),
    scopes: ["account", "likes:write"],
    current: false,
  });
  now += 60_000;
  const program = { "Authentication-Token": token };
  t.is(await statusOf(server, visit, "/logout", "POST"), 200);
  t.is(await statusOf(server, ada.headers, "/logout", "POST"), 200);
  t.is(await statusOf(server, program, "/api/articles/1/likes", "POST"), 201);
  t.deepEqual(await list(server, program), [{ ...listed, current: true, last_used_at: new Date(now).toISOString() }]);
});

test("createToken: 201 with a personal token that does not end unused, and ends at its age", async (t) => {
  let now = Date.UTC(2026, 0, 1);
  const server = await startServer(t, { now: () => new Date(now), environment: { PERSONAL_TOKEN_DAYS: "40" } });
  const ada = await signUp(server);
  const long = await personal(server, ada.headers);
  const short = await personal(server, ada.headers, { ...SCOPES, expires_in_days: 20 });
  now += 20 * DAY - 1;
  t.is(await statusOf(server, short.headers), 200);
  t.is(await statusOf(server, ada.headers), 401, "any other token has lain unused for too long");
  now += 1;
  t.is(await statusOf(server, short.headers), 401);
  t.deepEqual(
    (await list(server, long.headers)).map(({ id }) => id),
    [long.id],
  );
  now += 20 * DAY - 1;
  t.is(await statusOf(server, long.headers), 200);
  now += 1;
  t.is(await statusOf(server, long.headers), 401);
});

test("createToken: 400 without scopes, without one that the credential has, or for too long a lifetime, and none is made", async (t) => {
  const server = await startServer(t, { environment: { PERSONAL_TOKEN_DAYS: "40" } });
  const ada = await signUp(server);
  const narrow = await logIn(server, ada.email, { scopes: ["account"] });
  for (const [headers, body, type, pointer] of [
    [ada.headers, {}, "scopes-required", "/scopes"],
    [ada.headers, { scopes: [] }, "scopes-required", "/scopes"],
    [narrow.headers, { scopes: ["likes:write"] }, "scopes-required", "/scopes"],
    [ada.headers, { ...SCOPES, expires_in_days: 41 }, "lifetime-refused", "/expires_in_days"],
    [ada.headers, { ...SCOPES, expires_in_days: 3651 }, "invalid-request", "/expires_in_days"],
    [ada.headers, { ...SCOPES, expires_in_days: 0 }, "invalid-request", "/expires_in_days"],
    [ada.headers, { ...SCOPES, expires_in_days: 1.5 }, "invalid-request", "/expires_in_days"],
    [ada.headers, { ...SCOPES, expires_in_days: "7" }, "invalid-request", "/expires_in_days"],
    [ada.headers, { kind: "access", expires_in_days: 7 }, "lifetime-refused", "/expires_in_days"],
    [ada.headers, { kind: "session" }, "invalid-request", "/kind"],
    [ada.headers, { scopes: ["root"] }, "invalid-request", "/scopes/0"],
  ] as const) {
    const made = await create(server, headers, body);
    t.is(made.status, 400, JSON.stringify(body));
    t.is(made.body.type, `urn:kudos:problem:${type}`, JSON.stringify(body));
    t.is(made.body.errors[0].pointer, pointer);
  }
  t.is((await list(server, ada.headers)).length, 2);
  const { body } = await create(server, narrow.headers);
  t.deepEqual(body.scopes, ["account"], "no more than the credential may do");
});

test("createToken: 403 for a personal token, or one made with another credential, and 201 where the session came too", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  const program = await personal(server, ada.headers);
  for (const body of [SCOPES, { kind: "access" }]) {
    const { status, body: problem } = await create(server, program.headers, body);
    t.is(status, 403);
    t.is(problem.type, "urn:kudos:problem:token-not-derivable");
  }
  const { cookie, csrfToken } = await signIn(server, ada.email);
  const visit = { Cookie: cookie, "X-CSRF-Token": csrfToken };
  const child = (await create(server, visit, { kind: "access" })).body.authentication_token;
  t.is((await create(server, { "Authentication-Token": child })).status, 403);
  const both = await personal(server, { "Authentication-Token": child, ...visit });
  t.is(await statusOf(server, visit, "/logout", "POST"), 200);
  t.is(await statusOf(server, { "Authentication-Token": child }), 401);
  t.is(await statusOf(server, both.headers), 200);
  const unable = await logIn(server, ada.email, { scopes: ["likes:write"] });
  t.is((await create(server, unable.headers)).status, 403);
});

test("createToken: 401 not-fresh for a personal token without the second factor of the last 24 hours", async (t) => {
  const clock = new Clock();
  const server = await startServer(t, { now: clock.now });
  const ada = await signUp(server);
  const { cookie, csrfToken } = await signIn(server, ada.email);
  const secret = await setUpAuthenticator(server, ada, clock);
  const made = await create(server, ada.headers);
  t.is(made.status, 201, "the set-up proved the factor");
  const answer = await sendCode(server, await beginSignIn(server, ada.email), codeAt(secret, clock.now()));
  const session = cookieOf(answer, "kudos_session");
  const visit = { Cookie: session, "Sec-Fetch-Site": "same-origin" };
  t.is((await create(server, visit)).status, 201);
  clock.step(24 * 60 * 2 + 2);
  const json = { ...visit, "Content-Type": "application/json" };
  t.is((await create(server, visit)).body.type, "urn:kudos:problem:reauthentication-required");
  t.is((await post(server, "/verify", { password: PASSWORD }, json)).status, 200);
  t.is((await create(server, visit, { kind: "access" })).status, 201);
  const stale = await create(server, visit);
  t.is(stale.status, 401);
  t.is(stale.body.type, "urn:kudos:problem:not-fresh");
  t.true(stale.body.reauth_required);
  t.regex(String(stale.headers.get("WWW-Authenticate")), /acr_values="urn:kudos:acr:every-factor", max_age="86400"/);
  const proof = { password: PASSWORD, code: codeAt(secret, clock.now()) };
  t.is((await post(server, "/verify", proof, json)).status, 200);
  t.is((await create(server, visit)).status, 201);
  t.is((await create(server, { Cookie: cookie, "X-CSRF-Token": csrfToken })).status, 401, "the factor ended that one");
});

test("createToken: 403 for more than a hundred personal tokens, 429 beyond the limit, and endless sign-ins end none", async (t) => {
  const { server, sql } = await startServerOnDisk(t);
  const ada = await signUp(server);
  for (let number = 0; number < 100; number += 1) await personal(server, ada.headers);
  const { status, body } = await create(server, ada.headers);
  t.is(status, 403);
  t.is(body.type, "urn:kudos:problem:too-many-tokens");
  t.is((await create(server, ada.headers, { kind: "access" })).status, 201);
  await sql(
    "insert into access_token (id, name, user_id, generation, digest, key_id, created_at, expires_at, authenticated_at) " +
      "with recursive n (i) as (select 1 union all select i + 1 from n where i < 950) " +
      "select 'x' || i, '', 1, 0, '', '', created_at + i, expires_at, created_at from n, access_token where id = ?",
    ada.token.slice(6, 28),
  );
  await logIn(server, ada.email);
  t.deepEqual(await sql("select kind, count(*) as total from access_token group by kind order by kind"), [
    // The one that made another has ended, and that one with it.
    { kind: "access", total: 899 },
    { kind: "personal", total: 100 },
  ]);
  const limited = await startServer(t, { environment: { RATE_LIMITS: "on", RATE_LIMIT_TOKEN: "2/60m" } });
  const bob = await signUp(limited, "bob@example.com");
  for (const expected of [201, 201, 429]) t.is((await create(limited, bob.headers)).status, expected);
});

test("revokeToken: 204 for a personal token, and it does not work from here on", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  const [one, other] = [await personal(server, ada.headers), await personal(server, ada.headers)];
  t.is(await statusOf(server, one.headers), 200);
  t.is(await statusOf(server, ada.headers, `/api/tokens/${one.id}`, "DELETE"), 204);
  t.is(await statusOf(server, one.headers), 401);
  t.is(await statusOf(server, other.headers, `/api/tokens/${other.id}`, "DELETE"), 204, "its own");
  t.is(await statusOf(server, other.headers), 401);
});

test("changePassword: 200 and personal tokens end, but the one that carries the request; so do all other ways to end all access", async (t) => {
  const server = await startServer(t);
  const next = "staple battery horse correct";
  const ada = await signUp(server);
  const [program, other] = [await personal(server, ada.headers), await personal(server, ada.headers)];
  const change = { password: PASSWORD, new_password: next };
  t.is((await post(server, "/change", change, program.headers)).status, 200);
  t.is(await statusOf(server, program.headers), 200);
  for (const ended of [other.headers, ada.headers]) t.is(await statusOf(server, ended), 401);
  for (const [index, [path, method]] of (
    [
      ["/api/tokens", "DELETE"],
      ["/api/sign_out_elsewhere", "POST"],
      ["/api/me", "DELETE"],
    ] as const
  ).entries()) {
    const person = await signUp(server, `person-${index}@example.com`);
    const { headers } = await personal(server, person.headers);
    t.is(await statusOf(server, headers), 200);
    t.is(await statusOf(server, person.headers, path, method), 204, path);
    t.is(await statusOf(server, headers), 401, path);
  }
});

test("resetPassword: 200 and personal tokens end", async (t) => {
  const server = await startMailingServer(t);
  const ada = await signUp(server);
  const { headers } = await personal(server, ada.headers, { ...SCOPES, name: "nightly report" });
  const [notice] = await server.mailsTo(ada.email, 1, "A personal token was made");
  t.regex(String(notice?.text.replaceAll("\n", " ")), /ends with a new password/);
  const { mail, browser } = await askForReset(server, ada.email);
  const next = { password: "staple battery horse correct", password_confirm: "staple battery horse correct" };
  t.is((await post(server, mail.path, next, browser)).status, 200);
  t.is(await statusOf(server, headers), 401);
});

test("createToken: 201 leaves an event of its own, and what the database says of kind and expiry cannot be changed", async (t) => {
  const { server, sql } = await startServerOnDisk(t);
  const ada = await signUp(server);
  const { id, headers } = await personal(server, ada.headers);
  t.deepEqual(await sql("select kind, actor, credential, detail from event order by id desc limit 1"), [
    {
      kind: "personal_token_created",
      actor: "user:1",
      credential: `token:${id}`,
      detail: `token:${ada.token.slice(6, 28)}`,
    },
  ]);
  const plain = (await create(server, ada.headers, { kind: "access", scopes: SCOPES.scopes })).body;
  const whole = await logIn(server, ada.email);
  for (const [one, kind, carried] of [
    [id, "access", headers],
    [plain.id, "personal", { "Authentication-Token": plain.authentication_token }],
    [whole.token.slice(6, 28), "personal", whole.headers],
  ] as const) {
    const [before] = await sql("select kind from access_token where id = ?", one);
    t.is(await statusOf(server, carried), 200);
    await sql("update access_token set kind = ? where id = ?", kind, one);
    t.is(await statusOf(server, carried), 401, `${before?.kind} as ${kind}`);
    await sql("update access_token set kind = ? where id = ?", String(before?.kind), one);
    t.is(await statusOf(server, carried), 200);
  }
  await sql("update access_token set expires_at = expires_at + 1 where id = ?", id);
  t.is(await statusOf(server, headers), 401);
});

test("createToken: 201 or 401 for personal tokens while everything is revoked, and none survives", async (t) => {
  const { server, sql } = await startServerOnDisk(t);
  const ada = await signUp(server);
  for (let round = 0; round < 5; round += 1) {
    const asker = await logIn(server, ada.email);
    const revocation = server.request("/api/tokens", { method: "DELETE", headers: asker.headers });
    const made = await Promise.all(Array.from({ length: 10 }, () => create(server, asker.headers)));
    t.is((await revocation).status, 204);
    for (const { status } of made) t.true(status === 201 || status === 401);
    t.deepEqual(await sql("select id from access_token"), []);
  }
});
