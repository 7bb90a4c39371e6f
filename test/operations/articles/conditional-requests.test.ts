import test from "ava";
import { grantAuthor } from "../../support/authors.ts";
import { startServerOnDisk } from "../../support/database-file.ts";
import { exchange, requestText } from "../../support/raw.ts";
import { signUp, startServer, type TestServer } from "../../support/server.ts";

// A request by node:http: `fetch` adds `Cache-Control: no-cache` to a conditional request.
async function get(server: TestServer, path: string, ...fields: string[]) {
  const [answer] = await exchange(
    server.url,
    requestText(`GET ${path} HTTP/1.1`, [`Host: ${new URL(server.url).host}`, ...fields]),
  );
  if (!answer) throw new Error(`${path}: no answer`);
  return { ...answer, etag: answer.headers.get("ETag") ?? "" };
}

const TAGGED: readonly (readonly [string, string])[] = [
  ["getArticle", "/api/articles/1"],
  ["getContractYaml", "/openapi.yaml"],
  ["getContractJson", "/openapi.json"],
  ["getClientContract", "/openapi.client.json"],
  ["getAsset", "/assets/kudos.css"],
  ["getIcon", "/favicon.ico"],
];

for (const [operationId, path] of TAGGED) {
  test(`${operationId}: 304 for its entity tag, in every form of If-None-Match`, async (t) => {
    const server = await startServer(t);
    const { etag, status, headers } = await get(server, path);
    t.is(status, 200);
    t.regex(etag, /^"(1\.[\w-]+\.)?[\w-]{16,}"$/, "a strong tag");
    for (const value of [etag, `W/${etag}`, `"other", ${etag}`, `${etag},"other"`, `"a" , W/${etag} , "b"`, "*"]) {
      const answer = await get(server, path, `If-None-Match: ${value}`);
      t.is(answer.status, 304, value);
      t.is(answer.body, "");
      t.is(answer.etag, etag);
      t.is(answer.headers.get("Cache-Control"), headers.get("Cache-Control"));
      t.is(answer.headers.get("Vary"), headers.get("Vary"));
      t.is(answer.headers.get("Content-Type"), null);
    }
    const changed = etag.replace(/.(?="$)/, (last) => (last === "A" ? "B" : "A"));
    for (const value of ['"other"', changed, etag.slice(1, -1), etag.toUpperCase().toLowerCase(), `"${etag}"`, ""]) {
      const answer = await get(server, path, `If-None-Match: ${value}`);
      t.is(answer.status, 200, value);
      t.true(answer.body.length > 0);
    }
    const fetched = await server.request(path, { headers: { "If-None-Match": etag, "Accept-Encoding": "identity" } });
    t.is(fetched.status, 304, "fetch adds Cache-Control: no-cache, which changes nothing");
    t.is((await get(server, path, "If-Modified-Since: Fri, 31 Dec 2100 00:00:00 GMT")).status, 200, "there is no date");
  });
}

test("getArticle: 200 after a like: the entity tag is another, for each reader", async (t) => {
  const server = await startServer(t);
  const { headers, token } = await signUp(server);
  const path = "/api/articles/1";
  const before = await get(server, path);
  await server.request(`${path}/likes`, { method: "POST", headers });
  const after = await get(server, path, `If-None-Match: ${before.etag}`);
  t.is(after.status, 200);
  t.not(after.etag, before.etag);
  const mine = await get(server, path, `If-None-Match: ${after.etag}`, `Authentication-Token: ${token}`);
  t.is(mine.status, 200, "what another reader has is not what this one gets");
  t.true(JSON.parse(mine.body).liked_by_me);
  await server.request(`${path}/likes`, { method: "DELETE", headers });
  t.is((await get(server, path, `If-None-Match: ${before.etag}`)).status, 304, "the same bytes have the same tag");
});

test("getArticle: 404 for an article that is not there, whatever If-None-Match says", async (t) => {
  const server = await startServer(t);
  t.is((await get(server, "/api/articles/101", "If-None-Match: *")).status, 404);
});

test("getArticle: 304 or 200 for any number of tags that a request may carry, and updateArticle: 200 or 412", async (t) => {
  const { server, sql } = await startServerOnDisk(t);
  const author = await signUp(server);
  await grantAuthor(sql, author.id);
  const others = Array.from({ length: 340 }, (_, index) => `"${index.toString().padStart(30, "0")}"`).join(", ");
  t.true(others.length > 11_000);
  for (const path of ["/api/articles/1", "/openapi.yaml", "/openapi.json", "/assets/kudos.css"]) {
    const tag = (await server.request(path)).headers.get("ETag") ?? "";
    const ask = async (tags: string) => (await server.request(path, { headers: { "If-None-Match": tags } })).status;
    t.is(await ask(others), 200, path);
    t.is(await ask(`${others}, ${tag}`), 304, path);
    t.is(await ask(`${others}, W/${tag}`), 304, path);
  }
  const tag = (await server.request("/api/articles/1")).headers.get("ETag") ?? "";
  const change = (tags: string) =>
    server.request("/api/articles/1", {
      method: "PATCH",
      headers: { ...author.headers, "Content-Type": "application/json", "If-Match": tags },
      body: '{"title":"On many tags"}',
    });
  t.is((await change(others)).status, 412);
  t.is((await change(`${others}, ${tag}`)).status, 200);
});
