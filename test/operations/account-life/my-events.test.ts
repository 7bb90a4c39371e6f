import test from "ava";
import { startServerOnDisk } from "../../support/database-file.ts";
import { logIn, PASSWORD, post, signIn, signUp, startServer, type TestServer } from "../../support/server.ts";

interface EventPage {
  readonly items: {
    id: number;
    at: string;
    kind: string;
    actor: string;
    address: string;
    credential: string;
    detail: string;
  }[];
  readonly next_cursor: string | null;
  readonly kept_days: number;
}

async function page(server: TestServer, headers: Record<string, string>, query = ""): Promise<EventPage> {
  const response = await server.request(`/api/me/events${query}`, { headers });
  return JSON.parse(await response.text());
}

test("listMyEvents: 200 newest first, of the own account alone, without any secret", async (t) => {
  const server = await startServer(t, { environment: { EVENT_DAYS: "90" } });
  const ada = await signUp(server);
  const bob = await signUp(server, "bob@example.com");
  await post(server, "/login", { email: ada.email, password: "not her password" });
  const { cookie } = await signIn(server, ada.email);
  await logIn(server, bob.email);
  const { items, next_cursor, kept_days } = await page(server, ada.headers);
  t.deepEqual(
    items.map(({ kind, actor, address, credential }) => [kind, actor, address, credential?.split(":")[0] ?? null]),
    [
      ["login", "user", "127.0.0.1", "session"],
      ["login_failed", "anonymous", "127.0.0.1", null],
      ["login", "user", "127.0.0.1", "token"],
      ["registered", "anonymous", "127.0.0.1", null],
    ],
  );
  t.is(next_cursor, null);
  t.is(kept_days, 90);
  const text = JSON.stringify(items);
  for (const secret of [ada.token, ada.token.split(".").at(-1) ?? "", cookie, PASSWORD, bob.email, `user:${ada.id}`]) {
    t.false(text.includes(secret));
  }
  t.deepEqual((await page(server, { Cookie: cookie })).items, items);
});

test("listMyEvents: 200 page by page without gap or repeat, also when events come in between", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  const bob = await signUp(server, "bob@example.com");
  for (let index = 0; index < 6; index += 1) for (const { email } of [ada, bob]) await logIn(server, email);
  const all = (await page(server, ada.headers)).items.map(({ id }) => id);
  t.is(all.length, 8);
  for (const limit of [1, 2, 8, 100]) {
    const seen: number[] = [];
    let path: string | undefined = `/api/me/events?limit=${limit}`;
    while (path !== undefined && seen.length < 20) {
      const response: Response = await server.request(path, { headers: ada.headers });
      const { items, next_cursor }: EventPage = JSON.parse(await response.text());
      seen.push(...items.map(({ id }) => id));
      t.true(items.length <= limit);
      path = /^<([^>]+)>; rel="next"$/.exec(response.headers.get("Link") ?? "")?.[1];
      t.is(path === undefined ? null : new URL(path, server.url).searchParams.get("cursor"), next_cursor);
      if (seen.length === 2)
        await server.request("/api/tokens", { method: "POST", headers: json(ada.headers), body: "{}" });
    }
    t.deepEqual(
      seen.filter((id) => all.includes(id)),
      all,
      `limit ${limit}`,
    );
    t.is(new Set(seen).size, seen.length);
  }
});

const json = (headers: Record<string, string>) => ({ ...headers, "Content-Type": "application/json" });

test("listMyEvents: 400 for a cursor of another list, 401 without credential, 403 by a token without the scope", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  const { data: articles } = await server.client.GET("/api/articles", { params: { query: { limit: 1 } } });
  for (const cursor of [articles?.next_cursor ?? "", "nonsense", Buffer.from("events:0").toString("base64url")]) {
    const response = await server.request(`/api/me/events?cursor=${cursor}`, { headers: ada.headers });
    t.is(response.status, 400);
    t.is(JSON.parse(await response.text()).type, "urn:kudos:problem:invalid-cursor");
  }
  t.is((await server.request("/api/me/events")).status, 401);
  const { data: narrow } = await server.client.POST("/api/tokens", {
    headers: ada.headers,
    body: { scopes: ["likes:write"] },
  });
  const headers = { "Authentication-Token": narrow?.authentication_token ?? "" };
  t.is((await server.request("/api/me/events", { headers })).status, 403);
});

test("listMyEvents: 200 with what the operator did, as by cli, and without the id of another person", async (t) => {
  const { server, sql } = await startServerOnDisk(t);
  const ada = await signUp(server);
  for (const [kind, actor] of [
    ["role_granted", "cli"],
    ["role_revoked", "user:987654"],
  ]) {
    await sql(
      `insert into event (at, kind, user_id, actor, address, credential, detail) values (1, '${kind}', ${ada.id}, '${actor}', null, null, 'author')`,
    );
  }
  const { items } = await page(server, ada.headers, "?limit=2");
  t.deepEqual(
    items.map(({ kind, actor, address, detail }) => [kind, actor, address, detail]),
    [
      ["role_revoked", "user", null, "author"],
      ["role_granted", "cli", null, "author"],
    ],
  );
});

const BROWSER = { Accept: "text/html", "Sec-Fetch-Site": "same-origin" };

test("showActivity: 200 with the newest events in words, escaped, and with the age that deletes them; 303 for nobody", async (t) => {
  const { server, sql } = await startServerOnDisk(t, { environment: { EVENT_DAYS: "60" } });
  const ada = await signUp(server);
  const { cookie } = await signIn(server, ada.email);
  await sql(
    `insert into event (at, kind, user_id, actor, address, credential, detail) values (1, 'role_granted', ${ada.id}, 'cli', '<b>', null, 'author')`,
  );
  const open = (headers: Record<string, string>) => server.request("/account/activity", { headers });
  const response = await open({ ...BROWSER, Cookie: cookie });
  t.is(response.status, 200);
  t.is(response.headers.get("Cache-Control"), "no-store");
  const text = await response.text();
  t.regex(text, /A role was given, by the operator[\s\S]*>Sign-in<[\s\S]*>The account was made</);
  t.regex(text, /from &#60;b&#62;/);
  t.regex(text, /deleted after 60 days/);
  t.notRegex(text, /Older events/);
  const nobody = await open(BROWSER);
  t.is(nobody.status, 303);
  t.is(nobody.headers.get("Location"), "/login?next=/account/activity");
  for (let count = 0; count < 100; count += 1) {
    await sql(`insert into event (at, kind, user_id, actor) values (1, 'later_kind', ${ada.id}, 'anonymous')`);
  }
  const full = await (await open({ ...BROWSER, Cookie: cookie })).text();
  t.is(full.split('<li class="device">').length, 101);
  t.regex(full, /later kind[\s\S]*Older events are in the file of your data/);
});
