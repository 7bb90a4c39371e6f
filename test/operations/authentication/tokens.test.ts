import { crc32 } from "node:zlib";
import test from "ava";
import fc from "fast-check";
import { exchange, requestText } from "../../support/raw.ts";
import { signIn, signUp, startServer, type TestServer } from "../../support/server.ts";

async function statusWith(server: TestServer, headers: Record<string, string>, path = "/api/test"): Promise<number> {
  const response = await server.request(path, { headers });
  await response.body?.cancel();
  return response.status;
}

/** A forged token with the right checksum (CRC-32), so that nothing but its secret is wrong. */
function withChecksum(body: string): string {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return body + sum.toString("base64url");
}

const HELLO = { msg: "Hello World" };

test("getTest: 200 by the header, by its Bearer alias, and by both", async (t) => {
  const server = await startServer(t);
  const { token } = await signUp(server);
  const header = { "Authentication-Token": token };
  for (const headers of [
    header,
    { "authentication-token": ` ${token} ` },
    { Authorization: `Bearer ${token}` },
    { Authorization: `bearer ${token}` },
    { Authorization: `BEARER   ${token}` },
    { ...header, Authorization: `Bearer ${token}` },
    { ...header, Authorization: "Basic YWRhOnNlY3JldA==" },
    { ...header, Cookie: "kudos_session=nonsense; other=1" },
    { "Authentication-Token": "expired", Authorization: `Bearer ${token}` },
  ]) {
    const response = await server.request("/api/test", { headers });
    t.is(response.status, 200, JSON.stringify(headers));
    t.deepEqual(JSON.parse(await response.text()), HELLO);
    t.is(response.headers.get("Cache-Control"), "no-store");
    t.regex(response.headers.get("Vary") ?? "", /Authentication-Token.*Authorization/);
  }
});

test("getTest: 401 for a token that is changed at any position, shortened or extended", async (t) => {
  const server = await startServer(t);
  const { token } = await signUp(server);
  t.is(await statusWith(server, { "Authentication-Token": token }), 200);
  const body = token.slice(0, -6);
  const other = (character = "") => (character === "A" ? "B" : "A");
  const forgeries = [...token].flatMap((character, index) => [
    token.slice(0, index) + other(character) + token.slice(index + 1),
    token.slice(0, index),
    withChecksum(body.slice(0, index) + other(body[index]) + body.slice(index + 1)),
  ]);
  forgeries.push(`${token}A`, `A${token}`, token + token, token.toUpperCase(), `${token}=`, withChecksum(`${body}A`));
  for (const forgery of forgeries.filter((forgery) => forgery !== token)) {
    t.is(await statusWith(server, { "Authentication-Token": forgery }), 401, forgery);
  }
  t.is(await statusWith(server, { "Authentication-Token": token }), 200, "the token itself is not spent by that");
});

test("getTest: 401 for one's own secret under another's id", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server, "ada@example.com");
  const bob = await signUp(server, "bob@example.com");
  const mixed = withChecksum(bob.token.slice(0, 28) + ada.token.slice(28, -6));
  t.is(mixed.length, ada.token.length);
  t.is(await statusWith(server, { "Authentication-Token": mixed }), 401);
});

test("getTest: 401 for anything that is no token", async (t) => {
  const server = await startServer(t);
  const field = fc.oneof(
    fc.string({ unit: fc.integer({ min: 0x21, max: 0xff }).map((code) => String.fromCharCode(code)), minLength: 1 }),
    fc.base64String().map((random) => `kudos_${random}`),
    fc
      .string({ unit: fc.constantFrom(..."ABCxyz019-_"), minLength: 71, maxLength: 71 })
      .map((random) => `kudos_${random}`),
  );
  const usable = field.filter((value) => ![...value].some((character) => /[\u007f-\u00a0]/.test(character)));
  await t.notThrowsAsync(() =>
    fc.assert(
      fc.asyncProperty(usable, async (value) => {
        const statuses = [
          await statusWith(server, { "Authentication-Token": value }),
          await statusWith(server, { Authorization: `Bearer ${value}` }),
          await statusWith(server, { Authorization: value }),
        ];
        return statuses.every((status) => status === 401);
      }),
      { numRuns: 60 },
    ),
  );
});

test("getTest: 401 for a credential of the other class, and for a cookie", async (t) => {
  const server = await startServer(t);
  const { token, email } = await signUp(server);
  const { cookie } = await signIn(server, email);
  const session = cookie.slice("kudos_session=".length);
  for (const headers of [
    { "Authentication-Token": session },
    { Authorization: `Bearer ${session}` },
    { "Authentication-Token": withChecksum(session.replace("kudoss_", "kudos_").slice(0, -6)) },
    { Cookie: cookie },
    { Cookie: `kudos_session=${token}` },
    { Cookie: `Authentication-Token=${token}` },
  ]) {
    t.is(await statusWith(server, headers), 401, JSON.stringify(headers));
  }
  t.is(await statusWith(server, { Cookie: `kudos_session=${token}` }, "/api/test_session"), 401);
  const disguised = withChecksum(token.replace("kudos_", "kudoss_").slice(0, -6));
  t.is(await statusWith(server, { Cookie: `kudos_session=${disguised}` }, "/api/test_session"), 401);
});

test("getTest: 401 for a token in the URL, in the body, or in a field that is not the one", async (t) => {
  const server = await startServer(t);
  const { token } = await signUp(server);
  for (const name of ["authentication_token", "Authentication-Token", "auth_token", "access_token", "token"]) {
    t.is(await statusWith(server, {}, `/api/test?${name}=${token}`), 401, name);
    const body = JSON.stringify({ article_id: 1, [name]: token });
    const headers = { "Content-Type": "application/json" };
    t.is((await server.request("/api/article_likes", { method: "POST", headers, body })).status, 401, name);
    const form = new URLSearchParams({ article_id: "1", [name]: token });
    t.is((await server.request("/api/article_likes", { method: "POST", body: form })).status, 401, name);
  }
  for (const headers of [
    { Authorization: token },
    { Authorization: `Token ${token}` },
    { Authorization: `Basic ${token}` },
    { Authorization: `Bearer${token}` },
    { Authorization: `Bearer ${token} ${token}` },
    { Authorization: `Bearer "${token}"` },
    { "Proxy-Authorization": `Bearer ${token}` },
    { "X-Authentication-Token": token },
    { Authentication_Token: token },
  ]) {
    t.is(await statusWith(server, headers), 401, JSON.stringify(headers));
  }
});

test("getTest: 400 for valid tokens of different users, whichever comes first", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server, "ada@example.com");
  const bob = await signUp(server, "bob@example.com");
  for (const [one, other] of [
    [ada, bob],
    [bob, ada],
  ] as const) {
    const response = await server.request("/api/test", {
      headers: { "Authentication-Token": one.token, Authorization: `Bearer ${other.token}` },
    });
    t.is(response.status, 400);
    t.regex(JSON.parse(await response.text()).detail, /different users/);
  }
});

test("getMe: 400 for a token and a session of different users; 200 where they are of the same", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server, "ada@example.com");
  const bob = await signUp(server, "bob@example.com");
  const { cookie } = await signIn(server, ada.email);
  t.is(await statusWith(server, { ...bob.headers, Cookie: cookie }, "/api/me"), 400);
  t.is(await statusWith(server, { ...ada.headers, Cookie: cookie }, "/api/me"), 200);
  t.is(
    await statusWith(server, { ...bob.headers, Cookie: cookie }),
    200,
    "where the cookie does not count it does not matter",
  );
  const spoilt = { Cookie: `${cookie}x`, ...bob.headers };
  const me = await server.request("/api/me", { headers: spoilt });
  t.is(JSON.parse(await me.text()).id, bob.id, "only what is valid counts");
});

test("getTest: 400 for a credential that is sent twice, the same or not", async (t) => {
  const server = await startServer(t);
  const { token } = await signUp(server);
  const raw = async (...fields: string[]) => {
    const [answer] = await exchange(server.url, requestText("GET /api/test HTTP/1.1", fields));
    return answer?.status;
  };
  for (const fields of [
    [`Authentication-Token: ${token}`, `Authentication-Token: ${token}`],
    [`Authentication-Token: ${token}`, "authentication-token: x"],
    ["AUTHENTICATION-TOKEN: x", `Authentication-Token: ${token}`],
    [`Authorization: Bearer ${token}`, `Authorization: Bearer ${token}`],
    ["Authorization: Basic eA==", `Authorization: Bearer ${token}`],
  ]) {
    t.is(await raw(...fields), 400, fields.join());
  }
  t.is(await raw(`Authentication-Token: ${token}`), 200);
  t.is(await raw(`Authentication-Token: ${token}, ${token}`), 401, "a list is no token");
});
