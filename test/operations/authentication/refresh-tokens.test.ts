import test from "ava";
import { askForReset, startMailingServer } from "../../support/account-mail.ts";
import { beginSignIn, Clock, codeAt, setUpAuthenticator } from "../../support/authenticator.ts";
import { startServerOnDisk } from "../../support/database-file.ts";
import { cookiesOf, logIn, PASSWORD, post, signUp, startServer, type TestServer } from "../../support/server.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const ON = { REFRESH_TOKENS: "on" };
const ADA = { email: "ada@example.com", password: PASSWORD };
const FLAG = "?include_auth_token";

interface Pair {
  readonly authentication_token: string;
  readonly refresh_token: string;
}

/** The token and the refresh token of an answer. */
async function pairIn(response: Response): Promise<Pair> {
  return JSON.parse(await response.text()).response.user;
}

async function signInFor(server: TestServer, body: object = {}): Promise<Pair> {
  return pairIn(await post(server, `/login${FLAG}`, { ...ADA, ...body }));
}

async function exchange(server: TestServer, refresh_token: unknown) {
  const response = await post(server, "/refresh-token", { refresh_token });
  const body = JSON.parse(await response.text());
  return { status: response.status, headers: response.headers, body, pair: body.response.user as Pair };
}

/** Exchanges a refresh token that counts. */
async function next(server: TestServer, { refresh_token }: Pair): Promise<Pair> {
  const { status, body, pair } = await exchange(server, refresh_token);
  if (status !== 200) throw new Error(`${status} ${body.response.type}`);
  return pair;
}

async function statusOf(server: TestServer, token: string, path = "/api/test", method = "GET"): Promise<number> {
  const response = await server.request(path, { method, headers: { "Authentication-Token": token } });
  await response.body?.cancel();
  return response.status;
}

const REFUSED = "urn:kudos:problem:refresh-token-refused";

test("refreshToken: 403 where the server gives none, and sign-ins are as ever", async (t) => {
  const server = await startServer(t);
  await signUp(server);
  t.deepEqual(Object.keys(await signInFor(server)), ["id", "email", "authentication_token"]);
  for (const token of ["kudosr_x", undefined]) {
    const { status, body } = await exchange(server, token);
    t.is(status, 403);
    t.is(body.response.type, "urn:kudos:problem:refresh-tokens-off");
  }
});

test("refreshToken: 200 with the next pair, for as long as the family lives, and no exchange prolongs that", async (t) => {
  let now = Date.UTC(2026, 0, 1);
  const environment = { ...ON, REFRESH_TOKEN_DAYS: "10", REFRESH_TOKEN_IDLE_DAYS: "4" };
  const server = await startServer(t, { now: () => new Date(now), environment });
  await signUp(server);
  const begun = now;
  let pair = await signInFor(server, { token_name: "laptop", scopes: ["account", "likes:write"] });
  t.regex(pair.refresh_token, /^kudosr_[\w-]{114}$/);
  now += 15 * MINUTE - 1;
  t.is(await statusOf(server, pair.authentication_token), 200);
  now += 1;
  t.is(await statusOf(server, pair.authentication_token), 401, "a quarter of an hour");
  const answer = await exchange(server, pair.refresh_token);
  t.deepEqual(Object.keys(answer.body.response), ["user"]);
  t.deepEqual(Object.keys(answer.pair), ["authentication_token", "refresh_token"]);
  t.is(answer.headers.get("Cache-Control"), "no-store");
  t.is(answer.headers.get("Set-Cookie"), null);
  for (const day of [3, 6, 9]) {
    now = begun + day * DAY;
    pair = day === 3 ? await next(server, answer.pair) : await next(server, pair);
    t.is(await statusOf(server, pair.authentication_token, "/api/tokens"), 200);
  }
  const { data } = await server.client.GET("/api/tokens", {
    headers: { "Authentication-Token": pair.authentication_token },
  });
  t.deepEqual(
    data?.items.map(({ kind, name, scopes, expires_at }) => ({ kind, name, scopes, expires_at })),
    [
      {
        kind: "refresh",
        name: "laptop",
        scopes: ["account", "likes:write"],
        expires_at: new Date(begun + 10 * DAY).toISOString(),
      },
      {
        kind: "access",
        name: "laptop",
        scopes: ["account", "likes:write"],
        expires_at: new Date(now + 15 * MINUTE).toISOString(),
      },
    ],
  );
  now = begun + 10 * DAY - MINUTE;
  pair = await next(server, pair);
  now += MINUTE - 1;
  t.is(await statusOf(server, pair.authentication_token), 200);
  now += 1;
  t.is(await statusOf(server, pair.authentication_token), 401, "no token outlives its family");
  t.is((await exchange(server, pair.refresh_token)).body.response.type, REFUSED);
});

test("refreshToken: 400 for a family that was not used for too long", async (t) => {
  let now = Date.UTC(2026, 0, 1);
  const server = await startServer(t, { now: () => new Date(now), environment: ON });
  await signUp(server);
  const [used, unused] = [await signInFor(server), await signInFor(server)];
  now += 7 * DAY - 1;
  const pair = await next(server, used);
  now += 1;
  t.is((await exchange(server, unused.refresh_token)).status, 400);
  t.is((await exchange(server, pair.refresh_token)).status, 200);
});

test("refreshToken: 400 for none, garbage, a token of another kind, an altered one, and no family ends by that", async (t) => {
  const server = await startServer(t, { environment: ON });
  const ada = await signUp(server);
  const pair = await signInFor(server);
  const text = pair.refresh_token;
  for (const none of [undefined, ""]) {
    const { status, body } = await exchange(server, none);
    t.is(status, 400);
    t.is(body.response.type, "urn:kudos:problem:refresh-token-required");
    t.deepEqual(Object.keys(body.response.field_errors), ["refresh_token"]);
  }
  const altered = [...text].map((letter, at) => text.slice(0, at) + (letter === "A" ? "B" : "A") + text.slice(at + 1));
  for (const wrong of [...altered, "x", ada.token, ` ${text}`, `${text} `, text.slice(0, -1), `${text}A`]) {
    const { status, body } = await exchange(server, wrong);
    t.is(status, 400, wrong);
    t.is(body.response.type, REFUSED);
  }
  for (const odd of [1, null, [text], { text }]) t.is((await exchange(server, odd)).status, 400);
  const headers = { "Content-Type": "application/x-www-form-urlencoded" };
  const form = await server.request("/refresh-token", { method: "POST", headers, body: `refresh_token=${text}` });
  t.is(form.status, 415);
  for (const path of ["/api/test", "/api/me"]) t.is(await statusOf(server, text, path), 401, "it opens nothing else");
  t.is((await exchange(server, text)).status, 200);
});

test("refreshToken: 200 once more for a lost answer, whose tokens end, and only within a minute", async (t) => {
  let now = Date.UTC(2026, 0, 1);
  const server = await startServer(t, { now: () => new Date(now), environment: ON });
  await signUp(server);
  const first = await signInFor(server);
  now += 1_000;
  const lost = await next(server, first);
  now += MINUTE - 1;
  const again = await next(server, first);
  t.is(await statusOf(server, lost.authentication_token), 401);
  t.is(await statusOf(server, first.authentication_token), 200);
  t.is(await statusOf(server, again.authentication_token), 200);
  const third = await next(server, again);
  t.is(await statusOf(server, third.authentication_token), 200);
  // The pair that was lost was not: who has it is another one.
  t.is((await exchange(server, lost.refresh_token)).body.response.type, REFUSED);
  for (const { authentication_token } of [first, again, third]) t.is(await statusOf(server, authentication_token), 401);
  t.is((await exchange(server, third.refresh_token)).status, 400);
  const late = await signInFor(server);
  const renewed = await next(server, late);
  now += MINUTE;
  t.is((await exchange(server, late.refresh_token)).status, 400, "too late");
  t.is((await exchange(server, renewed.refresh_token)).status, 400);
});

test("refreshToken: 400 for a second lost answer or an old one, which ends the family and no other, and tells the owner", async (t) => {
  const server = await startMailingServer(t, { environment: ON });
  const ada = await signUp(server);
  const other = await signInFor(server);
  for (const reuse of ["forgiven before", "two before"] as const) {
    const first = await signInFor(server);
    const second = await next(server, first);
    const newest = await next(server, reuse === "two before" ? second : first);
    const child = await post(server, "/api/tokens", {}, { "Authentication-Token": newest.authentication_token });
    const { authentication_token: made } = JSON.parse(await child.text());
    t.is(await statusOf(server, made), 200);
    t.is((await exchange(server, first.refresh_token)).body.response.type, REFUSED, reuse);
    for (const token of [first.authentication_token, newest.authentication_token, made])
      t.is(await statusOf(server, token), 401, reuse);
    t.is((await exchange(server, newest.refresh_token)).status, 400);
  }
  t.is(await statusOf(server, other.authentication_token), 200);
  t.is(await statusOf(server, ada.token), 200);
  const mails = await server.mailsTo(ADA.email, 2, "A sign-in was ended");
  t.is(mails.length, 2, "each end is told once");
  t.is((await exchange(server, other.refresh_token)).status, 200);
});

test("refreshToken: 200 for one of twenty at once, and for one that is forgiven; the others end the family, once", async (t) => {
  const { server, sql } = await startServerOnDisk(t, { environment: ON });
  await signUp(server);
  for (let round = 0; round < 3; round += 1) {
    const { refresh_token, authentication_token } = await signInFor(server);
    const all = await Promise.all(Array.from({ length: 20 }, () => exchange(server, refresh_token)));
    const pairs = all.flatMap(({ status, pair }) => (status === 200 ? [pair] : []));
    t.is(pairs.length, 2);
    for (const { status, body } of all) t.true(status === 200 || body.response.type === REFUSED);
    for (const token of [authentication_token, ...pairs.map((pair) => pair.authentication_token)])
      t.is(await statusOf(server, token), 401);
    for (const pair of pairs) t.is((await exchange(server, pair.refresh_token)).status, 400);
    t.deepEqual(await sql("select count(*) as total from event where kind = 'refresh_reused'"), [{ total: round + 1 }]);
  }
  // With two at once nothing ends: one is the exchange, and the other the answer that counts.
  const { refresh_token } = await signInFor(server);
  const two = await Promise.all([exchange(server, refresh_token), exchange(server, refresh_token)]);
  t.deepEqual(
    two.map(({ status }) => status),
    [200, 200],
  );
  const alive = await Promise.all(two.map(({ pair }) => statusOf(server, pair.authentication_token)));
  t.deepEqual(alive.toSorted(), [200, 401], "one pair counts");
  const counting = two[alive.indexOf(200)]?.pair.refresh_token;
  t.is((await exchange(server, counting)).status, 200);
});

test("refreshToken: 200 or 400 while everything is revoked, and no token survives", async (t) => {
  const { server, sql } = await startServerOnDisk(t, { environment: ON });
  await signUp(server);
  for (let round = 0; round < 5; round += 1) {
    const pairs = await Promise.all(Array.from({ length: 5 }, () => signInFor(server)));
    const headers = { "Authentication-Token": String(pairs[0]?.authentication_token) };
    const revocation = server.request("/api/tokens", { method: "DELETE", headers });
    const made = await Promise.all(pairs.map(({ refresh_token }) => exchange(server, refresh_token)));
    t.is((await revocation).status, 204);
    for (const { status } of made) t.true(status === 200 || status === 400);
    t.deepEqual(await sql("select id from access_token"), []);
    t.deepEqual(await sql("select id from refresh_family"), []);
  }
});

test("refreshToken: 200 with a token that is no fresher than the sign-in, also after a proof in between", async (t) => {
  let now = Date.UTC(2026, 0, 1);
  const server = await startServer(t, { now: () => new Date(now), environment: ON });
  await signUp(server);
  let pair = await signInFor(server);
  now += DAY;
  pair = await next(server, pair);
  t.is(await statusOf(server, pair.authentication_token, "/api/tokens", "POST"), 400, "fresh still");
  now += 1;
  pair = await next(server, pair);
  t.is(await statusOf(server, pair.authentication_token, "/api/tokens", "POST"), 401);
  const verified = await post(
    server,
    "/verify",
    { password: PASSWORD },
    { "Authentication-Token": pair.authentication_token },
  );
  t.is(verified.status, 200);
  t.is(await statusOf(server, pair.authentication_token, "/api/tokens", "POST"), 400);
  pair = await next(server, pair);
  t.is(await statusOf(server, pair.authentication_token, "/api/tokens", "POST"), 401);
});

test("refreshToken: 200 for a user of a thousand tokens: others make room, and the family keeps its own", async (t) => {
  const { server, sql } = await startServerOnDisk(t, { environment: ON });
  const { id } = await signUp(server);
  const pair = await signInFor(server);
  const [model] = await sql(`select key_id, generation from "access_token" limit 1`);
  if (model === undefined) throw new Error("There is no token to copy.");
  const columns = "id, user_id, digest, key_id, generation, name, created_at, expires_at, authenticated_at, amr";
  const [made] = await sql(`select max(created_at) as at, max(expires_at) as ends from "access_token"`);
  for (let index = 0; index < 1_000; index += 1) {
    const text = String(index).padStart(22, "x");
    const values = [text, id, text.padStart(43, "d"), String(model.key_id), Number(model.generation), `copy ${index}`];
    const [at, ends] = [made?.at, made?.ends] as [Date, Date];
    await sql(
      `insert into "access_token" (${columns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, 'pwd')`,
      ...values,
      at,
      ends,
      at,
    );
  }
  const count = async () => Number((await sql(`select count(*) as n from "access_token"`))[0]?.n);
  const before = await count();
  const after = await next(server, pair);
  t.is(await statusOf(server, after.authentication_token), 200);
  t.is(await statusOf(server, pair.authentication_token), 200, "the token that the exchange follows is of the family");
  t.is(before, 1_002);
  t.is(await count(), 1_001, "of others there are 999, and two of the family");
  t.is((await exchange(server, after.refresh_token)).status, 200);
});

test("refreshToken: 400 after the family was revoked, by its own id or that of its token, or signed out by that", async (t) => {
  const server = await startServer(t, { environment: ON });
  const ada = await logInAs(server);
  for (const way of ["token", "family", "logout"] as const) {
    const pair = await next(server, await signInFor(server));
    const token = pair.authentication_token;
    const id = way === "family" ? pair.refresh_token.slice(7, 29) : token.slice(6, 28);
    if (way === "logout") t.is(await statusOf(server, token, "/logout", "POST"), 200);
    else t.is(await statusOf(server, ada, `/api/tokens/${id}`, "DELETE"), 204, way);
    t.is(await statusOf(server, token), 401, way);
    t.is((await exchange(server, pair.refresh_token)).status, 400, way);
  }
  const mine = await signInFor(server);
  const bob = await signUp(server, "bob@example.com");
  t.is(await statusOf(server, bob.token, `/api/tokens/${mine.refresh_token.slice(7, 29)}`, "DELETE"), 404);
  t.is((await exchange(server, mine.refresh_token)).status, 200);
});

async function logInAs(server: TestServer): Promise<string> {
  return (await signUp(server)).token;
}

test("refreshToken: 400 after a change or reset of the password, signing out everywhere, or the end of the account", async (t) => {
  const server = await startMailingServer(t, { environment: ON });
  const ada = await signUp(server);
  const changed = await signInFor(server);
  const body = { password: PASSWORD, new_password: "staple battery horse correct" };
  const carried = { "Authentication-Token": changed.authentication_token };
  t.is((await post(server, "/change", body, carried)).status, 200);
  t.is(await statusOf(server, changed.authentication_token), 200, "the token of the request lives on for its time");
  t.is((await exchange(server, changed.refresh_token)).status, 400);
  const signIn = () => signInFor(server, { password: body.new_password });
  const reset = await signIn();
  const { mail, browser } = await askForReset(server, ada.email);
  const renewed = { password: PASSWORD, password_confirm: PASSWORD };
  t.is((await post(server, mail.path, renewed, browser)).status, 200);
  t.is((await exchange(server, reset.refresh_token)).status, 400);
  for (const [path, method] of [
    ["/api/sign_out_elsewhere", "POST"],
    ["/api/tokens", "DELETE"],
    ["/api/me", "DELETE"],
  ] as const) {
    const pair = await signInFor(server);
    const asker = await logIn(server, ADA.email);
    t.is(await statusOf(server, asker.token, path, method), 204);
    t.is(await statusOf(server, pair.authentication_token), 401);
    t.is((await exchange(server, pair.refresh_token)).status, 400, path);
  }
});

test("refreshToken: 400 for a user who is not active, and what the database says of a family cannot be changed", async (t) => {
  const { server, sql } = await startServerOnDisk(t, { environment: ON });
  await signUp(server);
  const pair = await signInFor(server, { scopes: ["likes:write"] });
  for (const [change, back] of [
    ["update user set active = 0", "update user set active = 1"],
    ["update user set generation = generation + 1", "update user set generation = generation - 1"],
    [
      "update refresh_family set scopes = 'account' where scopes = 'likes:write'",
      "update refresh_family set scopes = 'likes:write'",
    ],
  ] as const) {
    await sql(change);
    t.is((await exchange(server, pair.refresh_token)).status, 400, change);
    if (change.includes("scopes")) break;
    await sql(back);
  }
  t.deepEqual(
    await sql("select id from refresh_family where id = ?", pair.refresh_token.slice(7, 29)),
    [],
    "it counts as one that was altered",
  );
  const stored = JSON.stringify(await sql("select * from refresh_family"));
  t.false(stored.includes(pair.refresh_token.slice(29, 72)), "no secret is stored");
});

test("login, register, validateFactor: 200 with a refresh token where the flag asks for a token, and nowhere else", async (t) => {
  const clock = new Clock();
  const server = await startServer(t, { now: clock.now, environment: ON });
  const registered = await pairIn(await post(server, `/register${FLAG}`, ADA));
  t.is((await exchange(server, registered.refresh_token)).status, 200);
  const session = await post(server, "/login", ADA);
  t.is(JSON.parse(await session.text()).response.user.refresh_token, undefined);
  t.deepEqual(Object.keys(cookiesOf(session)).toSorted(), ["kudos_device", "kudos_session"]);
  const typed = await post(server, "/api/sign_in", ADA);
  t.false((await typed.text()).includes("kudosr_"));
  const headers = { "Authentication-Token": registered.authentication_token };
  const secret = await setUpAuthenticator(server, { headers }, clock);
  const waiting = await beginSignIn(server, ADA.email, `/login${FLAG}`);
  const code = { code: codeAt(secret, clock.now()) };
  const finished = await pairIn(await post(server, "/tf-validate", code, { Cookie: waiting.cookie }));
  t.is((await exchange(server, finished.refresh_token)).status, 200);
});

test("refreshToken: 200 by a cookie, which no script reads and no other site sends, and signing out takes it away", async (t) => {
  const server = await startServer(t, { environment: { REFRESH_TOKENS: "cookie" } });
  await signUp(server);
  const login = await post(server, `/login${FLAG}`, ADA);
  const { value = "", attributes } = cookiesOf(login).kudos_refresh ?? {};
  t.is(attributes, "; Path=/; HttpOnly; SameSite=Strict; Max-Age=7776000");
  t.deepEqual(Object.keys(await pairIn(login)), ["id", "email", "authentication_token"]);
  const send = (cookie: string, headers: Record<string, string> = {}, path = "/refresh-token") =>
    post(server, path, {}, { Cookie: `kudos_refresh=${cookie}`, ...headers });
  for (const elsewhere of [{ "Sec-Fetch-Site": "cross-site" }, { Origin: "https://evil.example" }])
    t.is((await send(value, elsewhere)).status, 403);
  const first = await send(value, { "Sec-Fetch-Site": "same-origin" });
  t.is(first.status, 200);
  const renewed = cookiesOf(first).kudos_refresh?.value ?? "";
  t.not(renewed, value);
  const pair = await pairIn(first);
  t.deepEqual(Object.keys(pair), ["authentication_token"]);
  const both = await post(server, "/refresh-token", { refresh_token: "x" }, { Cookie: `kudos_refresh=${renewed}` });
  t.is(both.status, 200, "the content is not looked at");
  const newest = cookiesOf(both).kudos_refresh?.value ?? "";
  const out = await send(newest, { "Sec-Fetch-Site": "same-origin" }, "/logout");
  t.is(out.status, 200);
  t.true(out.headers.getSetCookie().some((cookie) => /^kudos_refresh=;.*Max-Age=0/.test(cookie)));
  t.is(await statusOf(server, pair.authentication_token), 401, "the family ends, whichever token came");
  t.is((await send(newest)).status, 400);
});

test("refreshToken: 429 beyond the limit of tokens that a user makes, and the refresh token is as it was", async (t) => {
  let now = Date.UTC(2026, 0, 1);
  const environment = { ...ON, RATE_LIMITS: "on", RATE_LIMIT_TOKEN: "2/60m" };
  const server = await startServer(t, { now: () => new Date(now), environment });
  await signUp(server);
  let pair = await signInFor(server);
  for (let times = 0; times < 2; times += 1) pair = await next(server, pair);
  t.is((await exchange(server, pair.refresh_token)).status, 429);
  now += 60 * MINUTE;
  t.is((await exchange(server, pair.refresh_token)).status, 200);
});
