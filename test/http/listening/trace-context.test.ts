import { setTimeout as sleep } from "node:timers/promises";
import test from "ava";
import { traceIdOf } from "../../../src/http/listening/trace-context.ts";
import { exchange, requestText } from "../../support/raw.ts";
import { startServer } from "../../support/server.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const PARENT = "b7ad6b7169203331";

test("a valid traceparent names its trace, also one of a later version with more behind", (t) => {
  for (const valid of [`00-${TRACE}-${PARENT}-01`, `00-${TRACE}-${PARENT}-ff`, `cc-${TRACE}-${PARENT}-01-what-else`]) {
    t.is(traceIdOf(valid), TRACE, valid);
  }
});

test("a traceparent that is not valid is ignored", (t) => {
  for (const invalid of [
    undefined,
    "",
    TRACE,
    `ff-${TRACE}-${PARENT}-01`,
    `00-${TRACE}-${PARENT}-01-more`,
    `00-${TRACE}-${PARENT}-01-`,
    `00-${TRACE.toUpperCase()}-${PARENT}-01`,
    `00-${"0".repeat(32)}-${PARENT}-01`,
    `00-${TRACE}-${"0".repeat(16)}-01`,
    `00-${TRACE}-${PARENT}`,
    `00-${TRACE}-${PARENT}-1`,
    `0-${TRACE}-${PARENT}-01`,
    ` 00-${TRACE}-${PARENT}-01`,
    `00-${TRACE}-${PARENT}-01, 00-${TRACE}-${PARENT}-01`,
    `00-${TRACE}x-${PARENT}-01`,
  ]) {
    t.is(traceIdOf(invalid), undefined, String(invalid));
  }
  t.is(traceIdOf([`00-${TRACE}-${PARENT}-01`]), undefined);
});

test("the line of a request has its trace, and that of one with an invalid or a second traceparent has none", async (t) => {
  const server = await startServer(t);
  const field = `traceparent: 00-${TRACE}-${PARENT}-01`;
  for (const [path, ...fields] of [
    ["/health/live", field],
    ["/health/ready", "traceparent: hunter2"],
    ["/api/articles", field, field],
  ]) {
    await exchange(server.url, requestText(`GET ${path} HTTP/1.1`, [...fields, "Connection: close"]));
  }
  await sleep(100);
  const traces = server
    .log()
    .split("\n")
    .filter((line) => line.endsWith('"msg":"request"}'))
    .map((line) => JSON.parse(line))
    .map(({ path, ...entry }) => [path, "trace_id" in entry ? entry.trace_id : null]);
  t.deepEqual(traces, [
    ["/health/live", TRACE],
    ["/health/ready", null],
    ["/api/articles", null],
  ]);
  t.false(server.log().includes("hunter2"));
});
