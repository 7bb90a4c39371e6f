import { setTimeout as sleep } from "node:timers/promises";
import test from "ava";
import { startServerOnDisk } from "../support/database-file.ts";
import { read } from "../support/liking.ts";
import { PASSWORD, type Person, signUp, type TestServer } from "../support/server.ts";

const EACH = 1_000;
const PEOPLE = 20;
const ARTICLES = 10;
const AT_ONCE = 200;

/** Repeats a call until it is not refused for lack of room; resolves to its status. */
async function send(server: TestServer, path: string, init: RequestInit): Promise<number> {
  for (;;) {
    const response = await server.request(path, init);
    await response.body?.cancel();
    if (response.status !== 503) return response.status;
    await sleep(200 * Number(response.headers.get("Retry-After")));
  }
}

/** Runs works concurrently, a limited number at a time. */
async function allOf(works: readonly (() => Promise<unknown>)[]): Promise<void> {
  const left = works.values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const work of left) await work();
    }),
  );
}

test.serial(
  "likeArticle, unlikeArticle, register, logout: a thousand of each at once leave counts equal to rows, and nothing orphaned",
  async (t) => {
    t.timeout(300_000);
    // Passwords wait for one another, longer than the usual patience of these tests with a connection.
    const { server, sql } = await startServerOnDisk(t, { patience: { finishing: 120_000 } });
    const people: Person[] = [];
    for (let index = 0; index < PEOPLE; index += 1) people.push(await signUp(server, `person${index}@example.com`));
    const of = <Item>(items: readonly Item[], index: number): Item => items[index % items.length] as Item;
    const json = { "Content-Type": "application/json" };
    const leaving: string[] = [];
    await allOf(
      Array.from({ length: EACH }, (_, index) => async () => {
        const headers = { ...of(people, index).headers, ...json };
        const made = await server.request("/api/tokens", { method: "POST", headers, body: "{}" });
        leaving.push((await read(made)).authentication_token);
      }),
    );

    const statuses = { like: new Map(), unlike: new Map(), register: new Map(), logout: new Map() };
    const count = async (kind: keyof typeof statuses, path: string, init: RequestInit) => {
      const status = await send(server, path, init);
      statuses[kind].set(status, (statuses[kind].get(status) ?? 0) + 1);
    };
    // Calls that run at the same time are about the same article, user and address.
    const works = Array.from({ length: EACH }, (_, index) => {
      const likes = `/api/articles/${(index % ARTICLES) + 1}/likes`;
      const { headers } = of(people, Math.floor(index / 3));
      const account = JSON.stringify({ email: `new${Math.floor(index / 2)}@example.com`, password: PASSWORD });
      return [
        () => count("like", likes, { method: "POST", headers }),
        () => count("register", "/register?include_auth_token", { method: "POST", headers: json, body: account }),
        () => count("unlike", likes, { method: "DELETE", headers: of(people, Math.floor(index / 2)).headers }),
        () => count("logout", "/logout", { method: "POST", headers: { "Authentication-Token": leaving[index] ?? "" } }),
      ];
    });
    await allOf(works.flat());

    t.is(
      [...statuses.like].reduce((sum, [status, times]) => sum + (status === 200 || status === 201 ? times : 0), 0),
      EACH,
    );
    t.deepEqual([...statuses.unlike], [[204, EACH]]);
    t.deepEqual([...statuses.logout], [[200, EACH]]);
    t.deepEqual(statuses.register, new Map([...statuses.register.keys()].map((status) => [status, EACH / 2])));
    t.deepEqual([...statuses.register.keys()].toSorted(), [200, 400]);

    const counted = await sql(
      "select a.id from article a where a.like_count <> (select count(*) from article_like l where l.article_id = a.id)",
    );
    t.deepEqual(counted, [], "like_count is the number of likes");
    t.deepEqual(await sql("pragma foreign_key_check"), []);
    const [rows] = await sql(
      'select (select count(*) from "user") as users, (select count(distinct email) from "user") as addresses, ' +
        "(select count(*) from access_token) as tokens, (select count(*) from session) as sessions, " +
        '(select count(*) from access_token c join "user" u on u.id = c.user_id where c.generation = u.generation) as alive, ' +
        "(select count(*) from event where kind = 'registered') as registered, " +
        "(select count(*) from event where kind = 'logout') as left",
    );
    const users = PEOPLE + EACH / 2;
    t.deepEqual(rows, {
      users,
      addresses: users,
      tokens: users,
      sessions: 0,
      alive: users,
      registered: users,
      left: EACH,
    });
    t.notRegex(server.log(), /"msg":"fault"/);
  },
);
