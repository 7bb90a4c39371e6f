import { setTimeout as sleep } from "node:timers/promises";
import test from "ava";
import { startServerOnDisk } from "../../support/database-file.ts";
import { holdDatabase } from "../../support/other-process.ts";
import { PASSWORD, post, signIn, signUp } from "../../support/server.ts";

test("503 with Retry-After for what writes, and 200 for what reads, while another process holds the database", async (t) => {
  const { server, sql } = await startServerOnDisk(t, { environment: { RATE_LIMITS: "on" } });
  const ada = await signUp(server);
  const { cookie } = await signIn(server, ada.email);
  await post(server, "/api/articles/2/likes", {}, ada.headers);
  const before = await sql(
    "select (select count(*) from event) as events, (select count(*) from article_like) as likes",
  );
  const letGo = await holdDatabase(t, server.databasePath, "begin immediate");

  const json = { "Content-Type": "application/json" };
  const writes: [string, string, Record<string, string>, string?][] = [
    ["POST", "/api/articles/1/likes", ada.headers],
    ["POST", "/api/article_likes", { ...ada.headers, ...json }, '{"article_id":1}'],
    ["DELETE", "/api/articles/2/likes", ada.headers],
    ["POST", "/api/tokens", { ...ada.headers, ...json }, "{}"],
    ["DELETE", "/api/tokens", ada.headers],
    ["DELETE", `/api/tokens/${ada.token.slice(6, 28)}`, ada.headers],
    ["DELETE", "/api/sessions", ada.headers],
    ["POST", "/logout", ada.headers],
    ["POST", "/logout", { Cookie: cookie, "Sec-Fetch-Site": "same-origin" }],
    ["POST", "/verify", { ...ada.headers, ...json }, JSON.stringify({ password: PASSWORD })],
    ["POST", "/login", json, JSON.stringify({ email: ada.email, password: PASSWORD })],
    ["POST", "/register", json, JSON.stringify({ email: "bob@example.com", password: PASSWORD })],
  ];
  for (const [method, path, headers, body] of writes) {
    const response = await server.request(path, { method, headers, ...(body && { body }) });
    t.is(response.status, 503, `${method} ${path}: ${await response.text()}`);
    t.is(response.headers.get("Retry-After"), "1");
  }
  for (const path of ["/api/test", "/api/articles/2", "/api/tokens"]) {
    t.is((await server.request(path, { headers: ada.headers })).status, 200, path);
  }

  await letGo();
  t.deepEqual(
    await sql("select (select count(*) from event) as events, (select count(*) from article_like) as likes"),
    before,
  );
  t.is((await server.request("/api/articles/1/likes", { method: "POST", headers: ada.headers })).status, 201);
  t.notRegex(server.log(), /"msg":"fault"/);
});

test("503 for each of forty likes at once, and 200 for what reads meanwhile", async (t) => {
  const { server } = await startServerOnDisk(t);
  const ada = await signUp(server);
  const letGo = await holdDatabase(t, server.databasePath, "begin immediate");
  const likes = Array.from({ length: 40 }, async (_, index) => {
    const response = await post(server, `/api/articles/${index + 1}/likes`, {}, ada.headers);
    return [response.status, response.headers.get("Retry-After")];
  });
  for (const path of ["/api/test", "/health/live", "/api/articles/1"]) {
    t.is((await server.request(path, { headers: ada.headers })).status, 200);
  }
  t.deepEqual(await Promise.all(likes), Array(40).fill([503, "1"]));
  await letGo();
});

test("a like waits for another process that is soon done", async (t) => {
  const { server } = await startServerOnDisk(t);
  const ada = await signUp(server);
  const letGo = await holdDatabase(t, server.databasePath, "begin immediate");
  const like = post(server, "/api/articles/1/likes", {}, ada.headers);
  t.is(await Promise.race([like, sleep(200, "waits")]), "waits");
  await letGo();
  t.is((await like).status, 201);
});
