import test from "ava";
import { article, read, spellings } from "../../support/liking.ts";
import { signUp, startServer } from "../../support/server.ts";

test("listArticleLikes: 200 newest first, page by page, without credentials", async (t) => {
  const server = await startServer(t);
  const made: unknown[] = [];
  for (const name of ["ada", "bob", "cid", "dot", "eve"]) {
    const person = await signUp(server, `${name}@example.com`);
    made.unshift(await read(await spellings.likeArticle(server, person, 3)));
    await spellings.likeArticle(server, person, 4);
  }
  for (const limit of [1, 2, 5, 100]) {
    const seen: unknown[] = [];
    let path: string | undefined = `/api/articles/3/likes?limit=${limit}`;
    while (path && seen.length < 20) {
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
    for (const id of [1, 2]) await spellings.likeArticle(server, person, id);
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
  const { id } = await read(await spellings.likeArticle(server, ada, 1));
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
