import test from "ava";
import { startServerOnDisk } from "../support/database-file.ts";
import { read } from "../support/liking.ts";
import { exchange, requestText } from "../support/raw.ts";
import { PASSWORD, post, signIn, signUp, startServer, type TestServer } from "../support/server.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { quickRequests, whileInUse } from "../support/traffic.ts";

type Fields = Readonly<Record<string, string>>;

/** Two passwords that take turns. */
const PASSWORDS = [PASSWORD, "vK8#qz2w!pL5"] as const;

/** Ends a credential. `owner` are the fields of a session of its user; `round` counts up. */
type End = (
  server: TestServer,
  victim: { readonly id: string; readonly headers: Fields },
  owner: Fields,
  round: number,
) => Promise<Response>;

const ENDS: Readonly<Record<string, { readonly rounds: number; readonly end: End }>> = {
  revokeToken: {
    rounds: 400,
    end: ({ request }, { id }, headers) => request(`/api/tokens/${id}`, { method: "DELETE", headers }),
  },
  logout: { rounds: 400, end: ({ request }, { headers }) => request("/logout", { method: "POST", headers }) },
  revokeTokens: {
    rounds: 100,
    end: ({ request }, { headers }) => request("/api/tokens", { method: "DELETE", headers }),
  },
  changePassword: {
    rounds: 100,
    end: (server, _, headers, round) => {
      const [password, next] = round % 2 === 0 ? PASSWORDS : PASSWORDS.toReversed();
      return post(server, "/change", { password, new_password: next }, headers);
    },
  },
};

/** The fields of a new session of a user, with the proof that unsafe requests need. */
async function sessionOf(server: TestServer, email: string): Promise<Fields> {
  const { cookie, csrfToken } = await signIn(server, email);
  return { Cookie: cookie, "X-CSRF-Token": csrfToken };
}

async function newToken(server: TestServer, owner: Fields) {
  const { id, authentication_token } = await read(await post(server, "/api/tokens", {}, owner));
  return { id, headers: { "Authentication-Token": authentication_token } };
}

for (const [operationId, { rounds, end }] of Object.entries(ENDS)) {
  test(`${operationId}: 2xx ends a token in use for every request that starts after it, ${rounds} times`, async (t) => {
    t.timeout(300_000);
    const server = await startServer(t);
    const send = quickRequests(t, server.url);
    const { email } = await signUp(server);
    let owner = await sessionOf(server, email);
    for (let round = 0; round < rounds; round += 1) {
      const victim = await newToken(server, owner);
      const { before, result, after } = await whileInUse(
        () => send("/api/test", victim),
        () => end(server, victim, owner, round),
      );
      if (before !== 200 || !result.ok || after.some((status) => status !== 401)) {
        return t.fail(`round ${round}: ${before}, ${result.status}, ${after}`);
      }
      // This operation ends the sessions too.
      if (operationId === "revokeTokens") owner = await sessionOf(server, email);
    }
    return t.pass();
  });
}

test("revokeToken: 204 by one server ends a token in use at another, 50 times", async (t) => {
  t.timeout(300_000);
  const environment = { DATABASE_URL: `sqlite:${await temporaryFolder(t)}/kudos.sqlite` };
  const start = async () => {
    const server = await startServer(t, { environment });
    return { server, send: quickRequests(t, server.url) };
  };
  const [first, second] = [await start(), await start()];
  const { email } = await signUp(first.server);
  const owner = await sessionOf(first.server, email);
  for (let round = 0; round < 50; round += 1) {
    const [here, there] = round % 2 === 0 ? [first, second] : [second, first];
    const victim = await newToken(here.server, owner);
    t.is(await here.send("/api/test", victim), 200);
    const { before, result, after } = await whileInUse(
      () => there.send("/api/test", victim),
      () => here.server.request(`/api/tokens/${victim.id}`, { method: "DELETE", headers: owner }),
    );
    t.is(before, 200);
    t.is(result.status, 204);
    t.deepEqual(after, [401, 401, 401, 401]);
  }
});

test("verifyPassword: 200 makes a session in use fresh for the next request", async (t) => {
  let now = Date.UTC(2026, 0, 1);
  const server = await startServer(t, { now: () => new Date(now) });
  const { email } = await signUp(server);
  const owner = await sessionOf(server, email);
  now += (24 * 60 * 60 + 1) * 1000;
  const create = async () => (await post(server, "/api/tokens", {}, owner)).status;
  t.is(await create(), 401);
  t.is(await create(), 401);
  t.is((await post(server, "/verify", { password: PASSWORD }, owner)).status, 200);
  t.is(await create(), 201);
});

test("getTest: 401 from the moment on which the session of a token in use has lain unused", async (t) => {
  const day = 24 * 60 * 60 * 1000;
  let now = Date.UTC(2026, 0, 1);
  const { server, sql } = await startServerOnDisk(t, { now: () => new Date(now) });
  const { email } = await signUp(server);
  const { headers } = await newToken(server, await sessionOf(server, email));
  const status = async () => (await server.request("/api/test", { headers })).status;
  const [idle] = await sql("select last_used_at, created_at from session");
  t.is(idle?.last_used_at, null);
  t.is(await status(), 200);
  now += 3 * day - 1;
  t.is(await status(), 200);
  now += 1;
  t.is(await status(), 401);
});

test("createArticle: 201 with the first request after the role was granted, 403 with the first after it was taken", async (t) => {
  const { server, sql } = await startServerOnDisk(t);
  const { id, headers } = await signUp(server);
  const write = async () => (await post(server, "/api/articles", { title: "Tides", author: "Ada" }, headers)).status;
  for (let round = 0; round < 20; round += 1) {
    t.is(await write(), 403);
    t.is(await write(), 403);
    await sql(`insert into user_role (user_id, role_id) select ?, id from role where name = 'author'`, id);
    t.is(await write(), 201);
    t.is(await write(), 201);
    await sql("delete from user_role where user_id = ?", id);
  }
});

test("every credential: the same bytes for the first request with it and for the next", async (t) => {
  const server = await startServer(t);
  const { email, token } = await signUp(server);
  const { Cookie = "" } = await sessionOf(server, email);
  const wrong = `${token.slice(0, -1)}${token.endsWith("A") ? "B" : "A"}`;
  for (const [line, field] of [
    ["GET /api/test HTTP/1.1", `Authentication-Token: ${token}`],
    ["GET /api/test HTTP/1.1", `Authorization: Bearer ${token}`],
    ["GET /api/me HTTP/1.1", `Authentication-Token: ${token}`],
    ["GET /api/test_session HTTP/1.1", `Cookie: ${Cookie}`],
    ["POST /api/articles HTTP/1.1", `Authentication-Token: ${token}`],
    ["GET /api/test HTTP/1.1", `Authentication-Token: ${wrong}`],
  ] as const) {
    // A change of any account makes the server forget.
    await post(server, "/login", { email, password: PASSWORD });
    const [first, second] = await exchange(server.url, requestText(line, [field]).repeat(2), { answers: 2 });
    const comparable = (answer: typeof first) =>
      answer && {
        ...answer,
        headers: [...answer.headers].filter(([name]) => name !== "date" && name !== "x-request-id"),
        body: answer.body.replaceAll(/urn:uuid:[\w-]+/g, ""),
      };
    t.truthy(second);
    t.deepEqual(comparable(first), comparable(second), line);
  }
});
