import test from "ava";
import fc from "fast-check";
import { signUp, startServer, type TestServer } from "../../support/server.ts";

interface Article {
  readonly id: number;
  readonly like_count: number;
  readonly liked_by_me: boolean;
}

interface ArticlePage {
  readonly items: readonly Article[];
  readonly next_cursor: string | null;
}

async function page(server: TestServer, query: string, headers: Record<string, string> = {}): Promise<ArticlePage> {
  const response = await server.request(`/api/articles${query}`, { headers });
  if (response.status !== 200) throw new Error(`${query}: ${response.status}`);
  return JSON.parse(await response.text());
}

const ALL = Array.from({ length: 100 }, (_, index) => 100 - index);

test("listArticles: 200 with the 100 sample articles, newest first", async (t) => {
  const server = await startServer(t);
  const { items, next_cursor } = await page(server, "?limit=100");
  t.deepEqual(
    items.map(({ id }) => id),
    ALL,
  );
  t.is(next_cursor, null);
  t.true(items.every(({ like_count, liked_by_me }) => like_count === 0 && !liked_by_me));
  const keys = ["author", "created_at", "id", "like_count", "liked_by_me", "title"];
  t.true(items.every((item) => Object.keys(item).toSorted().join() === keys.join()));
});

test("listArticles: 200 with 20 articles without a limit", async (t) => {
  const server = await startServer(t);
  t.is((await page(server, "")).items.length, 20);
});

test("listArticles: 200 page by page without gap or repeat, for every size, by cursor and by Link", async (t) => {
  const server = await startServer(t);
  for (const limit of [1, 7, 20, 33, 50, 99, 100]) {
    const seen: number[] = [];
    let path: string | undefined = `/api/articles?limit=${limit}`;
    while (path && seen.length < 200) {
      const response: Response = await server.request(path);
      const { items, next_cursor }: ArticlePage = JSON.parse(await response.text());
      seen.push(...items.map(({ id }) => id));
      t.true(items.length <= limit && items.length > 0);
      const link = response.headers.get("Link");
      path = link === null ? undefined : /^<([^>]+)>; rel="next"$/.exec(link)?.[1];
      const next = path && new URL(path, server.url);
      t.is(next ? next.searchParams.get("cursor") : null, next_cursor);
      if (next) t.deepEqual([next.pathname, next.searchParams.get("limit")], ["/api/articles", String(limit)]);
    }
    t.deepEqual(seen, ALL, `limit ${limit}`);
  }
});

test("listArticles: 200 never repeats an article when the size changes on the way", async (t) => {
  const server = await startServer(t);
  const seen: number[] = [];
  let cursor: string | null = null;
  for (const limit of [3, 50, 1, 40, 100]) {
    const current: ArticlePage = await page(server, `?limit=${limit}${cursor ? `&cursor=${cursor}` : ""}`);
    seen.push(...current.items.map(({ id }) => id));
    cursor = current.next_cursor;
  }
  t.deepEqual(seen, ALL);
});

test("listArticles: 400 for a limit out of bounds or of another form", async (t) => {
  const server = await startServer(t);
  const limits = [
    "0",
    "-1",
    "101",
    "1000000",
    "9007199254740993",
    "1.5",
    "1e1",
    "0x10",
    "abc",
    "",
    "%20",
    "10;",
    "null",
  ];
  for (const query of [...limits.map((limit) => `limit=${limit}`), "limit=1&limit=2", "limit[]=5", "offset=3"]) {
    const response = await server.request(`/api/articles?${query}`);
    t.is(response.status, 400, query);
    const { errors } = JSON.parse(await response.text());
    t.truthy(errors[0].parameter, query);
  }
});

test("listArticles: 400 for a cursor that this list has not given out", async (t) => {
  const server = await startServer(t);
  const { next_cursor } = await page(server, "?limit=1");
  const likes = await startLikes(server);
  const made = [
    "articles:0",
    "articles:-1",
    "articles:1.5",
    "articles:01",
    "articles:1e3",
    "articles:9007199254740993",
  ];
  const encoded = [...made, "likes:1:1", "1", "articles:", "articles:1 or 1=1", "users:1"].map((plain) =>
    Buffer.from(plain).toString("base64url"),
  );
  for (const cursor of [
    ...encoded,
    likes,
    `${next_cursor}A`,
    next_cursor?.slice(1),
    "%27",
    "a".repeat(65),
    "",
    "%00",
  ]) {
    const response = await server.request(`/api/articles?cursor=${cursor}`);
    t.is(response.status, 400, cursor);
    t.is(JSON.parse(await response.text()).errors[0].parameter, "cursor", cursor);
  }
});

/** A cursor of another list. */
async function startLikes(server: TestServer): Promise<string> {
  for (const name of ["ada", "bob"]) {
    const { headers } = await signUp(server, `${name}@example.com`);
    await server.request("/api/articles/1/likes", { method: "POST", headers });
  }
  const response = await server.request("/api/articles/1/likes?limit=1");
  return JSON.parse(await response.text()).next_cursor;
}

test("listArticles: 400 or a page, and nothing else, for any cursor", async (t) => {
  const server = await startServer(t);
  const cursor = fc.oneof(
    fc.string({ unit: "binary", maxLength: 70 }),
    fc.string({ maxLength: 40 }).map((text) => Buffer.from(text).toString("base64url")),
    fc.integer().map((id) => Buffer.from(`articles:${id}`).toString("base64url")),
  );
  await t.notThrowsAsync(() =>
    fc.assert(
      fc.asyncProperty(cursor, async (value) => {
        const response = await server.request(`/api/articles?${new URLSearchParams({ cursor: value })}`);
        const id = Number(Buffer.from(value, "base64url").toString().split(":")[1]);
        const given = Number.isInteger(id) && id > 0 && Buffer.from(`articles:${id}`).toString("base64url") === value;
        return response.status === (given ? 200 : 400);
      }),
      { numRuns: 150 },
    ),
  );
});

test("listArticles: 200 tells each reader what they like, and nobody else", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server, "ada@example.com");
  const bob = await signUp(server, "bob@example.com");
  await server.request("/api/articles/100/likes", { method: "POST", headers: ada.headers });
  await server.request("/api/articles/98/likes", { method: "POST", headers: bob.headers });
  const liked = async (headers: Record<string, string>) =>
    (await page(server, "", headers)).items.filter((item) => item.liked_by_me).map(({ id }) => id);
  t.deepEqual(await liked(ada.headers), [100]);
  t.deepEqual(await liked(bob.headers), [98]);
  t.deepEqual(await liked({ Authorization: `Bearer ${bob.token}` }), [98]);
  t.deepEqual(await liked({}), []);
  t.deepEqual(await liked({ "Authentication-Token": "kudos_expired" }), [], "who is not known is nobody");
  const counts = (await page(server, "")).items.map((item) => item.like_count);
  t.deepEqual(counts.slice(0, 4), [1, 0, 1, 0]);
});

test("listArticles: 400 for tokens of different users, though none is needed", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server, "ada@example.com");
  const bob = await signUp(server, "bob@example.com");
  const headers = { ...ada.headers, Authorization: `Bearer ${bob.token}` };
  t.is((await server.request("/api/articles", { headers })).status, 400);
});

test("getArticle: 200 as it is in the list, and as each reader sees it", async (t) => {
  const server = await startServer(t);
  const { headers } = await signUp(server);
  await server.request("/api/articles/42/likes", { method: "POST", headers });
  for (const reader of [headers, {}]) {
    const { items } = await page(server, "?limit=100", reader);
    const { data, response } = await server.client.GET("/api/articles/{article_id}", {
      params: { path: { article_id: 42 } },
      headers: reader,
    });
    t.deepEqual(data, items.find(({ id }) => id === 42) as typeof data);
    t.is(data?.like_count, 1);
    t.is(data?.liked_by_me, reader === headers);
    t.regex(response.headers.get("Vary") ?? "", /Authentication-Token/);
    t.is(response.headers.get("Cache-Control"), reader === headers ? "no-store" : "no-cache");
  }
});

test("getArticle: 404 for an article that is not there, 400 for what is no id", async (t) => {
  const server = await startServer(t);
  for (const id of ["101", "2147483648", "9007199254740991"]) {
    const response = await server.request(`/api/articles/${id}`);
    t.is(response.status, 404, id);
    t.is(JSON.parse(await response.text()).detail, "There is no such article.");
  }
  for (const id of [
    "0",
    "-1",
    "01",
    "1.0",
    "1e0",
    "0x1",
    "+1",
    "%201",
    "abc",
    "1'--",
    "9007199254740992",
    "18446744073709551617",
  ]) {
    t.is((await server.request(`/api/articles/${id}`)).status, 400, id);
  }
});
