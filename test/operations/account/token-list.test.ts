import { setTimeout as sleep } from "node:timers/promises";
import test from "ava";
import fc from "fast-check";
import { startServerOnDisk } from "../../support/database-file.ts";
import { read } from "../../support/liking.ts";
import { exchange, requestText } from "../../support/raw.ts";
import {
  logIn,
  PASSWORD,
  type Person,
  post,
  signIn,
  signUp,
  startServer,
  type TestServer,
} from "../../support/server.ts";

interface Token {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly created_at: string;
  readonly last_used_at: string | null;
  readonly expires_at: string;
  readonly scopes: readonly string[] | null;
  readonly current: boolean;
}

async function list(server: TestServer, headers: Record<string, string>): Promise<Token[]> {
  const response = await server.request("/api/tokens", { headers });
  if (response.status !== 200) throw new Error(`the list of tokens: ${response.status}`);
  return (await read(response)).items;
}

async function works(server: TestServer, { headers }: Pick<Person, "headers">): Promise<boolean> {
  return (await server.request("/api/test", { headers })).status === 200;
}

function idOf({ token }: Person): string {
  return token.slice(6, 28);
}

const DAY = 24 * 60 * 60 * 1000;

test("listTokens: 200 newest first, with what tells them apart, and the one that asks", async (t) => {
  let now = Date.UTC(2026, 0, 1);
  const server = await startServer(t, { now: () => new Date(now) });
  const ada = await signUp(server);
  await signUp(server, "bob@example.com");
  const made = [ada];
  for (const scopes of [["likes:write", "account"], []]) {
    now += 1_000;
    made.unshift(await logIn(server, ada.email, { token_name: `with ${scopes.length}`, scopes }));
  }
  const items = await list(server, ada.headers);
  t.deepEqual(
    items,
    made.map((person, index) => ({
      id: idOf(person),
      kind: "access",
      name: ["with 0", "with 2", "node"][index] ?? "",
      created_at: new Date(now - index * 1_000).toISOString(),
      last_used_at: person === ada ? new Date(now).toISOString() : null,
      expires_at: new Date(now - index * 1_000 + 30 * DAY).toISOString(),
      scopes: [[], ["account", "likes:write"], null][index] ?? null,
      current: person === ada,
    })),
  );
  const { cookie } = await signIn(server, ada.email);
  t.true(
    (await list(server, { Cookie: cookie })).every(({ current }) => !current),
    "a session is no token",
  );
});

test("listTokens: 200 without a secret, a digest, or anything that could be used", async (t) => {
  const { server, sql } = await startServerOnDisk(t);
  const people = [await signUp(server)];
  for (const token_name of ["one", "two"]) people.push(await logIn(server, "ada@example.com", { token_name }));
  const response = await server.request("/api/tokens", { headers: people[0]?.headers ?? {} });
  t.is(response.headers.get("Cache-Control"), "no-store");
  const text = await response.text();
  for (const { token } of people) {
    t.true(text.includes(token.slice(6, 28)), "the id is shown");
    t.false(text.includes(token.slice(28, 40)));
    t.false(text.includes(token.slice(-6)));
  }
  for (const row of await sql("select * from access_token")) {
    for (const column of ["digest", "key_id"]) t.false(text.includes(String(row[column])), column);
  }
  t.notRegex(text, /kudos_|digest|secret|hash|generation|key_id|renewal/);
});

test("listTokens: 200 without those that have expired, are revoked or lay unused", async (t) => {
  let now = Date.UTC(2026, 0, 1);
  const { server, sql } = await startServerOnDisk(t, { now: () => new Date(now) });
  const idle = await signUp(server);
  now += 14 * DAY - 1;
  const later = await logIn(server, idle.email);
  const revoked = await logIn(server, idle.email);
  await server.request(`/api/tokens/${idOf(revoked)}`, { method: "DELETE", headers: later.headers });
  const ids = async () => (await list(server, later.headers)).map(({ id }) => id).toSorted();
  t.deepEqual(await ids(), [idOf(idle), idOf(later)].toSorted());
  now += 1;
  t.deepEqual(await ids(), [idOf(later)]);
  await sql("update access_token set last_used_at = ? where id = ?", new Date(now), idOf(idle));
  t.is((await ids()).length, 2);
  now = Date.UTC(2026, 0, 31);
  await sql("update access_token set last_used_at = ?", new Date(now - 1));
  t.deepEqual(await ids(), [idOf(later)], "30 days are the end, however much it was used");
});

test("listTokens: 200 says when a token was last used, which no request waits to write", async (t) => {
  let now = Date.UTC(2026, 0, 1);
  const { server, sql } = await startServerOnDisk(t, { now: () => new Date(now) });
  const ada = await signUp(server);
  const unused = await logIn(server, ada.email);
  const used = () => sql("select id, last_used_at from access_token where last_used_at is not null");
  now += 5_000;
  await Promise.all(Array.from({ length: 50 }, () => works(server, ada)));
  now += 5_000;
  await works(server, ada);
  await sleep(50);
  t.deepEqual(await used(), [], "no write on the way");
  const known = (await list(server, unused.headers)).find(({ id }) => id === idOf(ada));
  t.is(known?.last_used_at, new Date(now).toISOString(), "the list knows of it all the same");
  await server.stop();
  t.deepEqual(
    (await used()).filter(({ id }) => id === idOf(ada)),
    [{ id: idOf(ada), last_used_at: now }],
  );
  const again = await startServer(t, {
    now: () => new Date(now + 1_000),
    environment: { DATABASE_URL: `sqlite:${server.databasePath}` },
  });
  const times = Object.fromEntries((await list(again, ada.headers)).map((token) => [token.id, token.last_used_at]));
  const [asks, other] = [now + 1_000, now].map((time) => new Date(time).toISOString());
  t.deepEqual(times, { [idOf(ada)]: asks, [idOf(unused)]: other });
});

/** `User-Agent` fields, and the token names that a person reads for them. */
const CLIENTS: readonly (readonly [string, string])[] = [
  ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"],
  [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0",
    "Edge on Windows",
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1",
    "Safari on iPhone",
  ],
  ["curl/8.14.1", "curl/8.14.1"],
  ["python-requests/2.32 extra words", "python-requests/2.32"],
  ["a".repeat(5_000), "a".repeat(100)],
  ["<script>alert(1)</script>", "<script>alert(1)</script>"],
  ["\u0080\u009fx", "x"],
  ["", "unknown device"],
];

test("login: 200 names the token as it is asked to, else as the client calls itself", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  const body = (more: object) => JSON.stringify({ email: ada.email, password: PASSWORD, ...more });
  const name = async (agent: string, more: object): Promise<string | undefined> => {
    const content = body(more);
    const fields = ["Content-Type: application/json", `Content-Length: ${Buffer.byteLength(content)}`];
    const text = requestText(
      "POST /login?include_auth_token HTTP/1.1",
      agent ? [...fields, `User-Agent: ${agent}`] : fields,
      content,
    );
    const [answer] = await exchange(server.url, Buffer.from(text, "latin1"));
    const { authentication_token: token } = JSON.parse(answer?.body ?? "").response.user;
    const own = await list(server, { "Authentication-Token": token });
    return own.find(({ current }) => current)?.name;
  };
  for (const [agent, expected] of CLIENTS) {
    t.is(await name(agent, {}), expected);
    t.is(await name(agent, { token_name: "" }), expected);
    t.is(await name(agent, { token_name: "  " }), expected);
    t.is(await name(agent, { token_name: " my laptop " }), "my laptop");
  }
});

test("login: 200 or 400, and nothing else, for any token_name; it is listed as it was written", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  const someName = fc.oneof(
    fc.string({ unit: "binary", maxLength: 110 }),
    fc.string({ unit: "grapheme", maxLength: 60 }),
    fc.string({ unit: fc.constantFrom("'", '"', "\\", "\0", "\n", "%", ";", "--", "?", "\u2028", "\ud800", " ") }),
  );
  await t.notThrowsAsync(() =>
    fc.assert(
      fc.asyncProperty(someName, async (token_name) => {
        const body = { email: ada.email, password: PASSWORD, token_name };
        const response = await post(server, "/login?include_auth_token", body);
        if (/\p{Cc}/u.test(token_name) || [...token_name].length > 100) return response.status === 400;
        const { authentication_token: token } = (await read(response)).response.user;
        const headers = { "Authentication-Token": token };
        const { name, id } = (await list(server, headers)).find(({ current }) => current) ?? {};
        await server.request(`/api/tokens/${id}`, { method: "DELETE", headers });
        return name === (token_name.toWellFormed().trim() || "node");
      }),
      { numRuns: 80 },
    ),
  );
});

test("login: 400 for a token_name that is not text of one line", async (t) => {
  const server = await startServer(t);
  const { email } = await signUp(server);
  for (const token_name of ["x".repeat(101), "a\nb", "a\u0000b", "\u009f", 7, null, true, ["a"], { a: "b" }]) {
    const response = await post(server, "/login?include_auth_token", { email, password: PASSWORD, token_name });
    t.is(response.status, 400, JSON.stringify(token_name));
    t.deepEqual(Object.keys((await read(response)).response.field_errors), ["token_name"]);
  }
});

test("revokeToken: 204 ends one token, and no other", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  const [kept, ended] = [await logIn(server, ada.email), await logIn(server, ada.email)];
  const { cookie } = await signIn(server, ada.email);
  const end = (id: string, headers: Record<string, string>) =>
    server.request(`/api/tokens/${id}`, { method: "DELETE", headers });
  const response = await end(idOf(ended), ada.headers);
  t.is(response.status, 204);
  t.is(response.headers.get("Clear-Site-Data"), null, "the client's own token is as good as before");
  t.deepEqual(await Promise.all([ada, kept, ended].map((person) => works(server, person))), [true, true, false]);
  t.is((await end(idOf(ended), ada.headers)).status, 404, "once");
  t.is((await server.request("/api/test_session", { headers: { Cookie: cookie } })).status, 200);
  const own = await end(idOf(ada), ada.headers);
  t.is(own.status, 204);
  t.is(own.headers.get("Clear-Site-Data"), '"cache", "storage"');
  t.false(await works(server, ada));
  t.is((await end(idOf(ada), ada.headers)).status, 401);
});

test("revokeToken: 404 for another's token, a session's id, and any id that there is not", async (t) => {
  const { server, sql } = await startServerOnDisk(t);
  const ada = await signUp(server, "ada@example.com");
  const bob = await signUp(server, "bob@example.com");
  const { cookie } = await signIn(server, ada.email);
  const end = (id: string) => server.request(`/api/tokens/${id}`, { method: "DELETE", headers: ada.headers });
  const bodies = new Set<string>();
  for (const id of [
    idOf(bob),
    cookie.slice("kudos_session=kudoss_".length).slice(0, 22),
    "1",
    "A".repeat(21),
    "A".repeat(22),
    "_".repeat(22),
    "A".repeat(23),
    crypto.randomUUID(),
  ]) {
    const response = await end(id);
    t.is(response.status, 404, id);
    const { detail } = await read(response);
    bodies.add(detail);
  }
  t.is(bodies.size, 1, "whether there is such a token of somebody else is not told");
  for (const id of ["A".repeat(65), "%00".repeat(22), "%27%20or%201%3D1--%20%20%20%20%20", bob.token]) {
    t.is((await end(id)).status, 400, id);
  }
  t.true(await works(server, bob));
  t.deepEqual(await sql("select count(*) as n from access_token"), [{ n: 2 }]);
  t.is((await server.request(`/api/tokens/${idOf(bob)}`, { method: "DELETE" })).status, 401);
});

test("revokeTokens: 204 ends every token and session at once, and nobody else's", async (t) => {
  const server = await startServer(t);
  for (const carrier of ["token", "session"]) {
    const email = `ada-${carrier}@example.com`;
    const bob = await signUp(server, `bob-${carrier}@example.com`);
    const tokens = [
      await signUp(server, email),
      await logIn(server, email),
      await logIn(server, email, { scopes: [] }),
    ];
    const visits = [await signIn(server, email), await signIn(server, email)];
    const [{ headers = {} } = {}] = tokens;
    const [{ cookie = "", csrfToken = "" } = {}] = visits;
    const by = carrier === "token" ? headers : { Cookie: cookie, "X-CSRF-Token": csrfToken };
    const response = await server.request("/api/tokens", { method: "DELETE", headers: by });
    t.is(response.status, 204);
    t.is(response.headers.get("Clear-Site-Data"), '"cache", "storage"');
    t.is(response.headers.get("Set-Cookie")?.startsWith("kudos_session=;") ?? false, carrier === "session");
    for (const person of tokens) t.false(await works(server, person));
    for (const visit of visits) {
      const { status } = await server.request("/api/test_session", { headers: { Cookie: visit.cookie } });
      t.is(status, 401);
    }
    t.true(await works(server, bob));
    t.is((await server.request("/api/tokens", { method: "DELETE", headers: by })).status, 401);
    t.true(await works(server, await logIn(server, email)), "what is made afterwards works");
  }
});
