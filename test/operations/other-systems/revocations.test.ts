import test from "ava";
import { grantResourceServer } from "../../support/authors.ts";
import { startServerOnDisk } from "../../support/database-file.ts";
import { exchange, JWTS, postForm } from "../../support/exchanging.ts";
import { logIn, PASSWORD, type Person, post, signIn, signUp } from "../../support/server.ts";

/** A server, a system that reads its log, and a function that reads the log. */
async function withReader(t: Parameters<typeof startServerOnDisk>[0], now?: () => Date) {
  const { server, sql } = await startServerOnDisk(t, { environment: JWTS, ...(now && { now }) });
  const api = await signUp(server, "api@example.com");
  await grantResourceServer(sql, api.id);
  const read = async (query: { after?: number; limit?: number } = {}, { headers }: Pick<Person, "headers"> = api) => {
    const { data } = await server.client.GET("/api/revocations", { headers, params: { query } });
    if (data === undefined) throw new Error("The log cannot be read.");
    return data;
  };
  return { server, sql, api, read };
}

const MINUTE_MS = 60_000;

test("listRevocations: 200 with each credential that has ended, also those that ended with another", async (t) => {
  const { server, read } = await withReader(t);
  const ada = await signUp(server);
  const visit = await signIn(server, ada.email);
  const headers = { Cookie: visit.cookie, "X-CSRF-Token": visit.csrfToken };
  const made = JSON.parse(await (await post(server, "/api/tokens", {}, headers)).text());
  const { claims } = await exchange(server, made.authentication_token);
  const { jwt, claims: revoked } = await exchange(server, ada.token);
  t.is(claims.sid, `token:${made.id}`);
  const before = await read();
  t.deepEqual([before.items, before.more, before.restarted], [[], false, false]);

  await server.request("/logout", { method: "POST", headers });
  await postForm(server, "/revoke", { token: jwt });
  await postForm(server, "/revoke", { token: ada.token });
  const again = await logIn(server, ada.email);
  await server.request("/api/tokens", { method: "DELETE", headers: again.headers });

  const { items, next, more } = await read({ after: before.next });
  const sub = String(ada.id);
  const [session, ...others] = items.map(({ at, position, ...named }) => {
    t.true(position > before.next && position <= next && !Number.isNaN(Date.parse(at)));
    return named;
  });
  t.regex(session?.sid ?? "", /^session:/);
  t.deepEqual(others, [
    { sub, sid: claims.sid as string, jti: null },
    { sub, sid: null, jti: revoked.jti ?? "" },
    { sub, sid: revoked.sid as string, jti: null },
    { sub, sid: null, jti: null },
  ]);
  t.false(more);
  t.deepEqual(await read({ after: next }), { items: [], next, more: false, restarted: false });
});

test("listRevocations: 200 with tokens that ended with others because there were too many, and with all of a kind", async (t) => {
  const { server, read } = await withReader(t);
  const ada = await signUp(server);
  const visit = await signIn(server, ada.email);
  const headers = { Cookie: visit.cookie, "X-CSRF-Token": visit.csrfToken };
  const made = JSON.parse(await (await post(server, "/api/tokens", {}, headers)).text());
  await server.request("/api/sessions", { method: "DELETE", headers: ada.headers });
  const ended = (await read()).items.map(({ sid }) => sid);
  t.is(ended.length, 2);
  t.true(ended.includes(`token:${made.id}`));
});

test("listRevocations: 200 in pieces, whose positions rise, and none is left out or told twice", async (t) => {
  const { server, read } = await withReader(t);
  await signUp(server);
  for (let tokens = 0; tokens < 5; tokens += 1) {
    const { token } = await logIn(server, "ada@example.com");
    await postForm(server, "/revoke", { token });
  }
  const all = (await read()).items.map(({ position }) => position);
  t.is(all.length, 5);
  const told: number[] = [];
  let after = 0;
  for (let more = true; more; ) {
    const page = await read({ after, limit: 2 });
    told.push(...page.items.map(({ position }) => position));
    ({ next: after, more } = page);
  }
  t.deepEqual(told, all);
  t.deepEqual(
    told,
    told.toSorted((one, other) => one - other),
  );
});

test("listRevocations: 200 with nothing that changed principals and ended none, and the position passes it", async (t) => {
  const { server, sql, read } = await withReader(t);
  await signUp(server);
  await sql("insert into principal_change (at, user_id, credential, ends) values (?, 2, null, false)", new Date());
  const { items, next } = await read({ after: 0 });
  t.deepEqual(items, []);
  t.deepEqual(await sql("select max(id) as id from principal_change"), [{ id: next }]);
});

test("listRevocations: 200 from ten minutes ago on, and from any position also after it was pruned", async (t) => {
  const clock = { now: new Date() };
  const { server, sql, read } = await withReader(t, () => clock.now);
  await signUp(server);
  const end = async () => postForm(server, "/revoke", { token: (await logIn(server, "ada@example.com")).token });
  await end();
  const [first] = (await read()).items;
  clock.now = new Date(clock.now.getTime() + 11 * MINUTE_MS);
  await end();
  const young = await read();
  t.deepEqual([young.items.length, young.restarted], [1, false]);
  t.is((await read({ after: 0 })).items.length, 2);
  await sql("delete from principal_change where id <= ?", first?.position ?? 0);
  const pruned = await read({ after: 0 });
  t.deepEqual(pruned, young);
});

test("listRevocations: 200 that has restarted for a position that is none of this log", async (t) => {
  const { server, read } = await withReader(t);
  await signUp(server);
  await postForm(server, "/revoke", { token: (await logIn(server, "ada@example.com")).token });
  const { items, next } = await read();
  t.deepEqual(await read({ after: next + 1 }), { items, next, more: false, restarted: true });
  t.true((await read({ after: 2 ** 53 - 1 })).restarted);
});

test("listRevocations: 403 without the scope, and 401 without a token", async (t) => {
  const { server } = await withReader(t);
  const ada = await signUp(server);
  t.is((await server.request("/api/revocations", { headers: ada.headers })).status, 403);
  t.is((await server.request("/api/revocations")).status, 401);
  const narrowed = await logIn(server, "api@example.com", { scopes: ["account"] });
  t.is((await server.request("/api/revocations", { headers: narrowed.headers })).status, 403);
});

test("listRevocations: 400 for what is no position, and for too many", async (t) => {
  const { server, api } = await withReader(t);
  for (const query of [
    "after=-1",
    "after=x",
    "after=1&after=2",
    "after=9007199254740992",
    "limit=0",
    "limit=1001",
    "x=1",
  ]) {
    t.is((await server.request(`/api/revocations?${query}`, { headers: api.headers })).status, 400, query);
  }
});

test("listRevocations: 200 with all that ends with a sign-in that has refresh tokens, whichever way it ends", async (t) => {
  const { server, sql } = await startServerOnDisk(t, { environment: { ...JWTS, REFRESH_TOKENS: "on" } });
  const api = await signUp(server, "api@example.com");
  await grantResourceServer(sql, api.id);
  await signUp(server);
  const read = async (after: number) =>
    (await server.client.GET("/api/revocations", { headers: api.headers, params: { query: { after } } })).data;
  /** Signs in, makes a token with the first of the sign-in, and exchanges the refresh token. */
  const begin = async () => {
    const answer = await post(server, "/login?include_auth_token", { email: "ada@example.com", password: PASSWORD });
    const { user } = JSON.parse(await answer.text()).response;
    const headers = { "Authentication-Token": user.authentication_token };
    const child = JSON.parse(await (await post(server, "/api/tokens", {}, headers)).text());
    const next = await post(server, "/refresh-token", { refresh_token: user.refresh_token });
    const renewed = JSON.parse(await next.text()).response.user;
    const tokens = [user.authentication_token, child.authentication_token, renewed.authentication_token];
    const sids = await Promise.all(tokens.map(async (token) => (await exchange(server, token)).claims.sid));
    return { headers, sids, refresh: renewed.refresh_token as string, old: user.refresh_token as string };
  };
  type Begun = Awaited<ReturnType<typeof begin>>;
  const ways: Record<string, (begun: Begun) => Promise<unknown>> = {
    "/revoke with a token": ({ headers }) => postForm(server, "/revoke", { token: headers["Authentication-Token"] }),
    "/revoke with a refresh token": ({ refresh }) => postForm(server, "/revoke", { token: refresh }),
    "/logout": ({ headers }) => server.request("/logout", { method: "POST", headers }),
  };
  for (const [way, end] of Object.entries(ways)) {
    const begun = await begin();
    const before = (await read(0))?.next ?? 0;
    await end(begun);
    const ended = new Set((await read(before))?.items.map(({ sid }) => sid));
    for (const sid of begun.sids) t.true(ended.has(String(sid)), `${way}: ${sid} is not in the log`);
    const again = await post(server, "/refresh-token", { refresh_token: begun.refresh });
    t.is(again.status, 400, way);
  }
});
