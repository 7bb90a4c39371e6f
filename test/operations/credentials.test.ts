import test from "ava";
import { signUp, startServer } from "../support/server.ts";

test("getTest: 200 with a token in its header", async (t) => {
  const server = await startServer(t);
  const ada = await signUp(server);
  const { data, response } = await server.client.GET("/api/test", { headers: ada.headers });
  t.is(response.status, 200);
  t.deepEqual(data, { msg: "Hello World" });
});

test("getTest: 401 in both shapes, never a redirect, whatever Accept says", async (t) => {
  const server = await startServer(t);
  for (const accept of ["*/*", "text/html", "application/json", "text/html,application/xhtml+xml;q=0.9"]) {
    const response = await server.request("/api/test", { headers: { Accept: accept } });
    t.is(response.status, 401);
    const body = JSON.parse(await response.text());
    t.deepEqual(body.meta, { code: 401 });
    t.is(body.response.errors.length, 1);
    t.is(body.status, 401);
    t.regex(response.headers.get("WWW-Authenticate") ?? "", /Bearer realm="kudos"/);
    t.is(response.headers.get("Cache-Control"), "no-store");
  }
});
