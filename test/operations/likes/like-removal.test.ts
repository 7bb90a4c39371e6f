import test from "ava";
import { article, read, spellings } from "../../support/liking.ts";
import { signUp, startServer } from "../../support/server.ts";

test("deleteArticleLike: 204 for one's own like, once", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  const { headers: made } = await spellings.likeArticle(server, ada, 1);
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
  const path = (await spellings.likeArticle(server, ada, 1)).headers.get("Location") ?? "";
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
  await spellings.likeArticle(server, ada, 1);
  await spellings.likeArticle(server, bob, 1);
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
    const response = await spellings.likeArticle(server, ada, 1);
    t.is(response.status, 201);
    ids.add((await read(response)).id);
    await server.request("/api/articles/1/likes", { method: "DELETE", headers: ada.headers });
  }
  t.is(ids.size, 3, "an address that once named a like never names another");
});
