import test from "ava";
import { type Person, signIn, signUp, startServer, type TestServer } from "../support/server.ts";

/** The two calls that like an article. */
const SPELLINGS = {
  likeArticle: (server: TestServer, { headers }: Pick<Person, "headers">, articleId: number) =>
    server.request(`/api/articles/${articleId}/likes`, { method: "POST", headers }),
  createArticleLike: (server: TestServer, { headers }: Pick<Person, "headers">, articleId: number, claimed = {}) =>
    server.request("/api/article_likes", {
      method: "POST",
      headers: { ...headers, "Content-Type": "application/json" },
      body: JSON.stringify({ article_id: articleId, ...claimed }),
    }),
};

async function read(response: Response) {
  return JSON.parse(await response.text());
}

async function article(server: TestServer, id: number) {
  return read(await server.request(`/api/articles/${id}`));
}

for (const [operationId, like] of Object.entries(SPELLINGS)) {
  test(`${operationId}: 201 for the first like, 200 with the same like for every other`, async (t) => {
    const server = await startServer(t);
    const ada = await signUp(server);
    const first = await like(server, ada, 7);
    t.is(first.status, 201);
    const made = await read(first);
    t.deepEqual(Object.keys(made).toSorted(), ["article_id", "created_at", "id", "user_id"]);
    t.is(made.user_id, ada.id);
    t.is(made.article_id, 7);
    t.true(Math.abs(Date.parse(made.created_at) - Date.now()) < 60_000);
    const location = first.headers.get("Location");
    t.is(location, `/api/articles/7/likes/${made.id}`);
    t.deepEqual(await read(await server.request(location ?? "")), made);
    for (const again of Object.values(SPELLINGS)) {
      const second = await again(server, ada, 7);
      t.is(second.status, 200);
      t.is(second.headers.get("Location"), location);
      t.deepEqual(await read(second), made);
    }
    t.is((await article(server, 7)).like_count, 1);
  });

  test(`${operationId}: 404 for an article that is not there`, async (t) => {
    const server = await startServer(t);
    const ada = await signUp(server);
    for (const id of [101, 2 ** 31, Number.MAX_SAFE_INTEGER]) {
      const response = await like(server, ada, id);
      t.is(response.status, 404, String(id));
      t.is((await read(response)).detail, "There is no such article.");
    }
  });

  test(`${operationId}: 401 without a token, whatever else is wrong, and nothing is liked`, async (t) => {
    const server = await startServer(t);
    const { email } = await signUp(server);
    const { cookie } = await signIn(server, email);
    for (const headers of [{}, { Cookie: cookie, "Sec-Fetch-Site": "same-origin" }, { "Authentication-Token": "x" }]) {
      for (const id of [1, 101, 0, 1.5]) t.is((await like(server, { headers } as never, id)).status, 401);
    }
    t.is((await article(server, 1)).like_count, 0);
  });
}

/** What a body may claim about whose like it is. Either it is not looked at, or the whole request is refused. */
const CLAIMS: readonly (readonly [unknown, number])[] = [
  [1, 201],
  [2, 201],
  ["1", 201],
  ["ada@example.com", 201],
  ["'; drop table user; --", 201],
  ["", 201],
  [null, 201],
  [0, 201],
  [-1, 201],
  [Number.MAX_SAFE_INTEGER, 201],
  [1.5, 400],
  [true, 400],
  [[1], 400],
  [{ id: 1 }, 400],
  ["x".repeat(255), 400],
  [2 ** 60, 400],
];

test("createArticleLike: 201 belongs to the user of the token, whoever the body names", async (t) => {
  const server = await startServer(t);
  await signUp(server, "ada@example.com");
  const bob = await signUp(server, "bob@example.com");
  for (const [index, [claim, expected]] of CLAIMS.entries()) {
    const response = await SPELLINGS.createArticleLike(server, bob, index + 1, { user_id: claim });
    t.is(response.status, expected, JSON.stringify(claim));
    if (expected === 201) t.is((await read(response)).user_id, bob.id, JSON.stringify(claim));
    t.is((await article(server, index + 1)).like_count, expected === 201 ? 1 : 0);
  }
});

test("createArticleLike: 400 for an article_id that is no id, and for fields that nobody knows", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  const headers = { ...ada.headers, "Content-Type": "application/json" };
  const ids = [
    '"1"',
    "0",
    "-1",
    "1.5",
    "null",
    "true",
    "[1]",
    "{}",
    "9007199254740992",
    "1e400",
    '"1; drop table user"',
  ];
  const bodies = [...ids.map((id) => `{"article_id":${id}}`), "{}", "[]", "1", "null", '{"article_id":1,"id":5}'];
  for (const body of [...bodies, '{"article_id":1,"created_at":"2000-01-01T00:00:00Z"}', '{"articleId":1}']) {
    const response = await server.request("/api/article_likes", { method: "POST", headers, body });
    t.is(response.status, 400, body);
    t.true((await read(response)).errors.length > 0);
  }
  for (const body of ['{"article_id":1.0}', '{"article_id":1e0}', ' { "article_id" : 1 } ']) {
    t.true((await server.request("/api/article_likes", { method: "POST", headers, body })).ok, body);
  }
  t.is((await article(server, 1)).like_count, 1);
});

test("likeArticle: 400 for an article_id that is no id", async (t) => {
  const server = await startServer(t);
  const { headers } = await signUp(server);
  for (const id of ["0", "-1", "01", "1.0", "1e0", "abc", "1%20", "%2B1", "9007199254740992"]) {
    const response = await server.request(`/api/articles/${id}/likes`, { method: "POST", headers });
    t.is(response.status, 400, id);
  }
});

test("likeArticle: 201 with a body of any kind, which is not looked at", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server, "ada@example.com");
  const bob = await signUp(server, "bob@example.com");
  const bodies = [
    JSON.stringify({ user_id: ada.id, article_id: 99 }),
    "nonsense",
    new URLSearchParams({ user_id: "1" }),
  ];
  for (const [index, body] of bodies.entries()) {
    const headers = { ...bob.headers, ...(typeof body === "string" && { "Content-Type": "application/json" }) };
    const response = await server.request(`/api/articles/${index + 1}/likes`, { method: "POST", headers, body });
    t.is(response.status, 201);
    const { user_id, article_id } = await read(response);
    t.deepEqual([user_id, article_id], [bob.id, index + 1]);
  }
});

test("listArticleLikes: 200 newest first, page by page, without credentials", async (t) => {
  const server = await startServer(t);
  const made: unknown[] = [];
  for (const name of ["ada", "bob", "cid", "dot", "eve"]) {
    const person = await signUp(server, `${name}@example.com`);
    made.unshift(await read(await SPELLINGS.likeArticle(server, person, 3)));
    await SPELLINGS.likeArticle(server, person, 4);
  }
  for (const limit of [1, 2, 5, 100]) {
    const seen: unknown[] = [];
    let path: string | undefined = `/api/articles/3/likes?limit=${limit}`;
    while (path) {
      const response: Response = await server.request(path);
      const { items, next_cursor } = await read(response);
      t.true(items.length <= limit);
      seen.push(...items);
      path = /^<(\/api\/articles\/3\/likes\?[^>]+)>; rel="next"$/.exec(response.headers.get("Link") ?? "")?.[1];
      t.is(path === undefined, next_cursor === null);
    }
    t.deepEqual(seen, made, `limit ${limit}`);
  }
  t.deepEqual(await read(await server.request("/api/articles/5/likes")), { items: [], next_cursor: null });
});

test("listArticleLikes: 404 for an unknown article, 400 for a bad limit and for a cursor of another list", async (t) => {
  const server = await startServer(t);
  for (const name of ["ada", "bob"]) {
    const person = await signUp(server, `${name}@example.com`);
    for (const id of [1, 2]) await SPELLINGS.likeArticle(server, person, id);
  }
  const { next_cursor: ofOne } = await read(await server.request("/api/articles/1/likes?limit=1"));
  const { next_cursor: ofArticles } = await read(await server.request("/api/articles?limit=1"));
  t.is((await server.request(`/api/articles/1/likes?cursor=${ofOne}`)).status, 200);
  for (const query of [`cursor=${ofArticles}`, "cursor=MQ", "limit=0", "limit=101"]) {
    t.is((await server.request(`/api/articles/1/likes?${query}`)).status, 400, query);
  }
  t.is((await server.request(`/api/articles/2/likes?cursor=${ofOne}`)).status, 400, "the cursor of another article");
  t.is((await server.request("/api/articles/101/likes")).status, 404);
});

test("getArticleLike: 404 for a like that is not there, or is of another article", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  const { id } = await read(await SPELLINGS.likeArticle(server, ada, 1));
  t.is((await server.request(`/api/articles/1/likes/${id}`)).status, 200);
  for (const path of [
    `/api/articles/2/likes/${id}`,
    `/api/articles/101/likes/${id}`,
    `/api/articles/1/likes/${id + 1}`,
  ]) {
    t.is((await server.request(path)).status, 404, path);
    t.is((await server.request(path, { method: "DELETE", headers: ada.headers })).status, 404, path);
  }
  t.is((await article(server, 1)).like_count, 1);
});

test("deleteArticleLike: 204 for one's own like, once", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  const { headers: made } = await SPELLINGS.likeArticle(server, ada, 1);
  const path = made.get("Location") ?? "";
  const response = await server.request(path, { method: "DELETE", headers: ada.headers });
  t.is(response.status, 204);
  t.is(await response.text(), "");
  t.is((await server.request(path)).status, 404);
  t.is((await server.request(path, { method: "DELETE", headers: ada.headers })).status, 404);
  t.is((await article(server, 1)).like_count, 0);
});

test("deleteArticleLike: 403 for another's like, 401 without a token, and the like stays", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server, "ada@example.com");
  const bob = await signUp(server, "bob@example.com");
  const path = (await SPELLINGS.likeArticle(server, ada, 1)).headers.get("Location") ?? "";
  const forbidden = await server.request(path, { method: "DELETE", headers: bob.headers });
  t.is(forbidden.status, 403);
  t.is((await read(forbidden)).detail, "This like belongs to another user.");
  t.is((await server.request(path, { method: "DELETE" })).status, 401);
  t.is((await server.request(path)).status, 200);
  t.is((await article(server, 1)).like_count, 1);
});

test("unlikeArticle: 204 as often as one likes, and only one's own like goes", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server, "ada@example.com");
  const bob = await signUp(server, "bob@example.com");
  await SPELLINGS.likeArticle(server, ada, 1);
  await SPELLINGS.likeArticle(server, bob, 1);
  for (const _ of [1, 2, 3]) {
    const response = await server.request("/api/articles/1/likes", { method: "DELETE", headers: ada.headers });
    t.is(response.status, 204);
    t.is((await article(server, 1)).like_count, 1);
  }
  const { items } = await read(await server.request("/api/articles/1/likes"));
  t.deepEqual(
    items.map((item: { user_id: number }) => item.user_id),
    [bob.id],
  );
});

test("unlikeArticle: 404 for an unknown article, 401 without a token", async (t) => {
  const server = await startServer(t);
  const { headers } = await signUp(server);
  t.is((await server.request("/api/articles/101/likes", { method: "DELETE", headers })).status, 404);
  t.is((await server.request("/api/articles/1/likes", { method: "DELETE" })).status, 401);
});

test("likeArticle: 201 with a new id after the like was taken back", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  const ids = new Set<number>();
  for (const _ of [1, 2, 3]) {
    const response = await SPELLINGS.likeArticle(server, ada, 1);
    t.is(response.status, 201);
    ids.add((await read(response)).id);
    await server.request("/api/articles/1/likes", { method: "DELETE", headers: ada.headers });
  }
  t.is(ids.size, 3, "an address that once named a like never names another");
});
