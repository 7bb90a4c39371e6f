import test from "ava";
import { startServer } from "../support/server.ts";

test("getLiveness: 200 without credentials, kept by nobody", async (t) => {
  const server = await startServer(t);
  const { data, response } = await server.client.GET("/health/live");
  t.is(response.status, 200);
  t.deepEqual(data, { status: "live" });
  t.is(response.headers.get("Cache-Control"), "no-store");
});

test("getReadiness: 200 while the database answers, whatever an orchestrator sends", async (t) => {
  const server = await startServer(t);
  for (const headers of [{}, { Accept: "*/*", "User-Agent": "kube-probe/1.34" }, { Authorization: "Bearer x" }]) {
    const response = await server.request("/health/ready", { headers });
    t.is(response.status, 200);
    t.deepEqual(JSON.parse(await response.text()), { status: "ready" });
    t.is(response.headers.get("Cache-Control"), "no-store");
  }
  t.is((await server.request("/health/ready", { method: "HEAD" })).status, 200);
});
