import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import test, { type ExecutionContext } from "ava";
import { generateSecretKey } from "../../src/domain/secrets/secret-keys.ts";
import { wayTo } from "../support/cut-connection.ts";
import { onPostgreSql, postgreSqlDatabase, postgreSqlTest } from "../support/postgresql.ts";
import { type StartedProgram, startProgram } from "../support/program.ts";
import { exchange, requestText } from "../support/raw.ts";
import { PASSWORD } from "../support/server.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const SDK = fileURLToPath(new URL("../fixtures/tracing/sdk.mjs", import.meta.url));

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const PARENT = "b7ad6b7169203331";
const SERVER_KIND = 1;
const ERROR_STATUS = 2;

/** A span, as the SDK of these tests writes it. */
interface Span {
  readonly scope: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly status: { readonly code: number } | null;
  readonly traceId: string;
  readonly spanId: string;
  readonly parent: string | null;
  readonly traceState: string | null;
  readonly ms: number;
}

interface Traced extends StartedProgram {
  /** All spans that have ended, once there are as many of requests. */
  spans(requests: number): Promise<readonly Span[]>;
}

async function startTraced(t: ExecutionContext, environment: Record<string, string> = {}): Promise<Traced> {
  const folder = await temporaryFolder(t);
  const file = join(folder, "spans");
  const database = onPostgreSql
    ? { DATABASE_URL: await postgreSqlDatabase(t), SECRET_KEY: generateSecretKey() }
    : { DATABASE_URL: "sqlite::memory:" };
  const program = await startProgram(t, {
    folder,
    environment: { ...database, SPANS: file, NODE_OPTIONS: `--import ${SDK}`, ...environment },
  });
  const spans = async (requests: number): Promise<readonly Span[]> => {
    for (let tries = 0; tries < 200; tries += 1) {
      const lines = (await readFile(file, "utf8").catch(() => "")).split("\n").slice(0, -1);
      const found = lines.map((line): Span => JSON.parse(line));
      if (found.filter(({ kind }) => kind === SERVER_KIND).length >= requests) return found;
      await sleep(25);
    }
    throw new Error(`there are not ${requests} spans of requests`);
  };
  return { ...program, spans };
}

const ofRequests = (spans: readonly Span[]) => spans.filter(({ kind }) => kind === SERVER_KIND);

test("an SDK with an older API than this program's is told of, and does no harm", async (t) => {
  const old = `globalThis[Symbol.for("opentelemetry.js.api.1")] = { version: "1.4.1", trace: {} };`;
  const { url, stdout } = await startTraced(t, {
    NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(old)}`,
  });
  t.is((await fetch(`${url}/api/articles/3`)).status, 200);
  t.regex(
    stdout(),
    /"reason":"the SDK has @opentelemetry\/api 1\.4\.1, which is older than this program's","msg":"no traces"/,
  );
});

test("requests that are spans are measured, too", async (t) => {
  const { url, spans, stdout } = await startTraced(t, { METRICS_PORT: "0" });
  t.is((await fetch(`${url}/api/articles/3`)).status, 200);
  t.is(ofRequests(await spans(1)).length, 1);
  const address = /"address":"([^"]+\/metrics)"/.exec(stdout())?.[1] ?? "";
  t.regex(await (await fetch(address)).text(), /^http_server_request_duration_count\{.*article_id.* 1$/m);
});

test("a request is a span below its traceparent, named by method and route template, without path, query, address or id", async (t) => {
  const { url, spans } = await startTraced(t, { TRUSTED_PROXIES: "1" });
  const headers = {
    traceparent: `00-${TRACE}-${PARENT}-01`,
    tracestate: "congo=t61rcWkgMzE",
    "User-Agent": "agent-of-ada",
    "X-Forwarded-For": "192.0.2.77",
    "X-Forwarded-Host": "stranger.example",
  };
  t.is((await fetch(`${url}/api/articles/3?fields=secret-of-ada`, { headers })).status, 400);
  t.is(
    (await fetch(`${url}/api/articles/98765`, { headers: { traceparent: `00-${"0".repeat(32)}-${PARENT}-01` } }))
      .status,
    404,
  );
  t.is((await fetch(`${url}/hunter2`, { headers: { "X-Forwarded-Proto": "https" } })).status, 404);
  await exchange(url, requestText("PROPFIND /api/articles/3 HTTP/1.1", ["Connection: close"]));
  const found = ofRequests(await spans(4));
  const { port } = new URL(url);
  const asked = { "url.scheme": "http", "server.address": "127.0.0.1", "server.port": Number(port) };
  const route = { "http.route": "/api/articles/{article_id}" };
  t.deepEqual(
    found.map(({ scope, name, status, attributes }) => ({ scope, name, status, attributes })),
    [
      {
        name: "GET /api/articles/{article_id}",
        attributes: { ...asked, "http.request.method": "GET", ...route, "http.response.status_code": 400 },
      },
      {
        name: "GET /api/articles/{article_id}",
        attributes: { ...asked, "http.request.method": "GET", ...route, "http.response.status_code": 404 },
      },
      {
        name: "GET",
        attributes: { ...asked, "url.scheme": "https", "http.request.method": "GET", "http.response.status_code": 404 },
      },
      {
        name: "HTTP /api/articles/{article_id}",
        attributes: { ...asked, "http.request.method": "_OTHER", ...route, "http.response.status_code": 405 },
      },
    ].map((span) => ({ scope: "kudos", status: null, ...span })),
  );
  t.like(found[0], { traceId: TRACE, parent: PARENT, traceState: "congo=t61rcWkgMzE" });
  for (const { parent, traceId } of found.slice(1)) {
    t.is(parent, null);
    t.not(traceId, TRACE);
  }
  t.is(new Set(found.map(({ traceId }) => traceId)).size, found.length);
  const text = JSON.stringify(found);
  for (const given of ["secret-of-ada", "98765", "hunter2", "PROPFIND", "agent-of-ada", "192.0.2.77", "stranger"]) {
    t.false(text.includes(given), given);
  }
});

test("hashes of passwords and units of work are spans below those of their requests; the log has the trace of each", async (t) => {
  const { url, spans, stdout } = await startTraced(t, { PUBLIC_URL: "https://kudos.example", TRUSTED_PROXIES: "1" });
  const registered = await fetch(`${url}/register`, {
    method: "POST",
    headers: { "Content-Type": "application/json", traceparent: `00-${TRACE}-${PARENT}-01` },
    body: JSON.stringify({ email: "ada@example.com", password: PASSWORD }),
  });
  t.is(registered.status, 200, await registered.text());
  // On the same connection, whose first request was part of a trace.
  t.is((await fetch(`${url}/health/live`)).status, 200);
  const found = await spans(2);
  const [registration, health] = ofRequests(found);
  t.is(registration?.name, "POST /register");
  t.like(registration?.attributes, { "server.address": "kudos.example", "server.port": 443 });
  const below = found.filter(({ parent }) => parent === registration?.spanId);
  t.true(below.some(({ name, traceId }) => name === "kudos.password.hash" && traceId === TRACE));
  t.true(below.some(({ name, traceId }) => name === "kudos.write" && traceId === TRACE));
  for (const { ms } of below) t.true(ms > 0 && ms < Number(registration?.ms));
  t.is(health?.parent, null);
  // What begins by itself, such as the sending of mails, is part of no trace.
  t.deepEqual(
    found.filter(({ kind, parent }) => kind !== SERVER_KIND && parent === null),
    [],
  );
  t.false(JSON.stringify(found).includes("ada@"));
  const lines = (): Record<string, unknown>[] =>
    stdout()
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line));
  while (lines().filter(({ msg }) => msg === "request").length < 2) await sleep(25);
  const logged = lines();
  t.like(
    logged.find(({ msg }) => msg === "traces"),
    { scope: "kudos" },
  );
  t.deepEqual(
    logged.filter(({ msg }) => msg === "request").map(({ trace_id }) => trace_id),
    [TRACE, health?.traceId],
  );
});

postgreSqlTest("a request that a lost database fails is a span with an error", async (t) => {
  const way = await wayTo(t, await postgreSqlDatabase(t));
  const { url, spans } = await startTraced(t, { DATABASE_URL: way.url, SECRET_KEY: generateSecretKey() });
  way.hush();
  t.is((await fetch(`${url}/health/ready`)).status, 503);
  way.mend();
  const [found] = ofRequests(await spans(1));
  t.is(found?.name, "GET /health/ready");
  t.like(found?.attributes, { "http.response.status_code": 503, "error.type": "503" });
  t.is(found?.status?.code, ERROR_STATUS);
});

test("where an instrumentation of HTTP has made the span of a request, that gets the route and the spans below it", async (t) => {
  const { url, spans, stdout } = await startTraced(t, { HTTP: "on" });
  await fetch(`${url}/api/articles/3`);
  await fetch(`${url}/hunter2`);
  await fetch(`${url}/register`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email: "ada@example.com", password: PASSWORD }),
  });
  const found = await spans(3);
  const requests = ofRequests(found);
  t.deepEqual(
    requests.map(({ scope, name, attributes }) => [scope, name, attributes]),
    [
      ["http", "GET /api/articles/{article_id}", { "http.route": "/api/articles/{article_id}" }],
      ["http", "GET", {}],
      ["http", "POST /register", { "http.route": "/register" }],
    ],
  );
  t.true(found.some(({ name, parent }) => name === "kudos.write" && parent === requests[2]?.spanId));
  t.true(stdout().includes(`"trace_id":"${requests[0]?.traceId}"`));
});
