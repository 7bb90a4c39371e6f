import test from "ava";
import { startServerOnDisk } from "../support/database-file.ts";
import { type Person, signUp, type TestServer } from "../support/server.ts";

const PEOPLE = ["ada", "bob", "cid", "dot", "eve", "fay"];
const ARTICLES = [1, 2, 3];

function everybody(server: TestServer): Promise<Person[]> {
  return Promise.all(PEOPLE.map((name) => signUp(server, `${name}@example.com`)));
}

test("likeArticle: 201 once and 200 for the rest of many at once, by either spelling", async (t) => {
  const { server, sql } = await startServerOnDisk(t);
  const ada = await signUp(server);
  const headers = { ...ada.headers, "Content-Type": "application/json" };
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      index % 2
        ? server.request("/api/articles/1/likes", { method: "POST", headers: ada.headers })
        : server.request("/api/article_likes", { method: "POST", headers, body: '{"article_id":1}' }),
    ),
  );
  t.deepEqual(answers.map(({ status }) => status).toSorted(), [...Array.from({ length: 39 }, () => 200), 201]);
  t.is(new Set(answers.map((answer) => answer.headers.get("Location"))).size, 1);
  t.deepEqual(await sql("select like_count from article where id = 1"), [{ like_count: 1 }]);
  t.deepEqual(await sql("select count(*) as rows from article_like"), [{ rows: 1 }]);
});

test("likeArticle: 201 by many users at once counts each of them", async (t) => {
  const { server } = await startServerOnDisk(t);
  const people = await everybody(server);
  await Promise.all(people.map(({ headers }) => server.request("/api/articles/1/likes", { method: "POST", headers })));
  const { data } = await server.client.GET("/api/articles/{article_id}", { params: { path: { article_id: 1 } } });
  t.is(data?.like_count, PEOPLE.length);
});

test("unlikeArticle: 204 among likes at once: like_count is always the number of likes", async (t) => {
  const { server, sql } = await startServerOnDisk(t);
  const people = await everybody(server);
  const allowed = new Set([200, 201, 204, 403, 404]);
  // A fixed seed, so that a failure can be repeated.
  let seed = 7;
  const pick = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  for (let round = 0; round < 4; round++) {
    const calls = Array.from({ length: 60 }, async () => {
      const { headers } = people[pick(people.length)] as Person;
      const path = `/api/articles/${ARTICLES[pick(ARTICLES.length)]}/likes`;
      const method = pick(5) < 3 ? "POST" : "DELETE";
      const target = method === "DELETE" && pick(3) === 0 ? `${path}/${pick(40) + 1}` : path;
      const response = await server.request(target, { method, headers });
      t.true(allowed.has(response.status), `${method} ${target}: ${response.status}`);
    });
    await Promise.all(calls);
    const counted = await sql(
      "select a.id, a.like_count, (select count(*) from article_like l where l.article_id = a.id) as likes from article a",
    );
    t.deepEqual(
      counted.filter(({ like_count, likes }) => like_count !== likes),
      [],
      `round ${round}`,
    );
    t.true(counted.some(({ likes }) => Number(likes) > 0));
    const twice = await sql("select user_id from article_like group by user_id, article_id having count(*) > 1");
    t.deepEqual(twice, []);
  }
});
