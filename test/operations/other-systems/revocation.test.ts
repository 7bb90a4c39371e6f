import test from "ava";
import { grantResourceServer } from "../../support/authors.ts";
import { startServerOnDisk } from "../../support/database-file.ts";
import { exchange, introspect, JWTS, postForm, refusalOf } from "../../support/exchanging.ts";
import { logIn, post, signIn, signUp, startServer } from "../../support/server.ts";

const PRESENT = { token_type_hint: "access_token" };

test("revokePresentedToken: 200, and the token, its tokens and all their JWTs are dead with the answer", async (t) => {
  const { server, sql } = await startServerOnDisk(t, { environment: JWTS });
  const api = await signUp(server, "api@example.com");
  await grantResourceServer(sql, api.id);
  const ada = await signUp(server);
  const { data } = await server.client.POST("/api/tokens", { headers: ada.headers, body: {} });
  const child = data?.authentication_token ?? "";
  const jwts = [(await exchange(server, ada.token)).jwt, (await exchange(server, child)).jwt];
  const response = await postForm(server, "/revoke", { ...PRESENT, token: ada.token });
  t.deepEqual([response.status, await response.text()], [200, ""]);
  for (const token of [ada.token, child]) {
    t.is((await server.request("/api/me", { headers: { "Authentication-Token": token } })).status, 401);
  }
  for (const jwt of jwts) t.deepEqual(await introspect(server, api, jwt), { active: false });
  const events = await sql(
    "select kind, actor, credential from event where user_id = ? order by id desc limit 1",
    ada.id,
  );
  t.like(events[0], { kind: "token_revoked", actor: `user:${ada.id}` });
});

test("revokePresentedToken: 200, and of two JWTs of a token one is dead, told once", async (t) => {
  const { server, sql } = await startServerOnDisk(t, { environment: JWTS });
  const ada = await signUp(server);
  const [one, other] = [await exchange(server, ada.token), await exchange(server, ada.token)];
  for (let times = 0; times < 3; times += 1) {
    const answers = await Promise.all(Array.from({ length: 3 }, () => postForm(server, "/revoke", { token: one.jwt })));
    for (const { status } of answers) t.is(status, 200);
    t.deepEqual(await introspect(server, ada, one.jwt), { active: false });
  }
  t.true((await introspect(server, ada, other.jwt)).active);
  t.is((await server.request("/api/me", { headers: ada.headers })).status, 200);
  t.deepEqual(await sql("select actor, address, credential from event where kind = 'jwt_revoked'"), [
    { actor: `user:${ada.id}`, address: "127.0.0.1", credential: `jwt:${one.claims.jti}` },
  ]);
});

test("revokePresentedToken: 200 for what is no token, and nothing ends", async (t) => {
  const { server, sql } = await startServerOnDisk(t, { environment: JWTS });
  const ada = await signUp(server);
  const visit = await signIn(server, ada.email);
  const { jwt } = await exchange(server, ada.token);
  const before = await sql("select count(*) as n from event");
  for (const token of [
    "x",
    visit.cookie.replace("kudos_session=", ""),
    `${jwt}x`,
    `${ada.token}x`,
    "kudos_",
    "..",
    "a.b.c",
  ]) {
    t.is((await postForm(server, "/revoke", { token })).status, 200, token);
  }
  t.deepEqual(await sql("select count(*) as n from event"), before);
  t.is((await server.request("/api/me", { headers: ada.headers })).status, 200);
  t.is((await server.request("/api/test_session", { headers: { Cookie: visit.cookie } })).status, 200);
  t.true((await introspect(server, ada, jwt)).active);
});

test("revokePresentedToken: 200 for a client that says what kind it is, by JSON, with a credential that is not looked at", async (t) => {
  const server = await startServer(t);
  const [ada, bob] = [await signUp(server), await signUp(server, "bob@example.com")];
  const body = { token: ada.token, token_type_hint: "something else", client_id: "x" };
  t.is((await post(server, "/revoke", body, bob.headers)).status, 200);
  t.is((await server.request("/api/me", { headers: ada.headers })).status, 401);
  t.is((await server.request("/api/me", { headers: bob.headers })).status, 200);
});

test("revokePresentedToken: 400 in the form of OAuth, without a token or with two", async (t) => {
  const server = await startServer(t);
  const { token, email } = await signUp(server);
  const twice = new URLSearchParams([
    ["token", token],
    ["token", (await logIn(server, email)).token],
  ]);
  for (const members of [{}, { token: "" }, { token: "x".repeat(5_000) }, twice]) {
    t.deepEqual(await refusalOf(await postForm(server, "/revoke", members as Record<string, string>)), [
      400,
      "invalid_request",
      "invalid-request",
    ]);
  }
});
