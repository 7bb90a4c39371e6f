import test from "ava";
import { article, read, spellings } from "../../support/liking.ts";
import { signIn, signUp, startServer } from "../../support/server.ts";

for (const [operationId, like] of Object.entries(spellings)) {
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
    for (const again of Object.values(spellings)) {
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

/** Members of a body that claim another owner of the like; each is ignored, or the request is refused. */
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
  [1.5, 201],
  [true, 201],
  [[1], 201],
  [{ id: 1 }, 201],
  ["x".repeat(255), 201],
  [2 ** 60, 201],
  ["x".repeat(4_096), 413],
];

test("createArticleLike: 201 belongs to the user of the token, whoever the body names", async (t) => {
  const server = await startServer(t);
  await signUp(server, "ada@example.com");
  const bob = await signUp(server, "bob@example.com");
  for (const [index, [claim, expected]] of CLAIMS.entries()) {
    const response = await spellings.createArticleLike(server, bob, index + 1, { user_id: claim });
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
