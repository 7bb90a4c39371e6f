import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import test, { type ExecutionContext } from "ava";
import { generateSecretKey } from "../../src/domain/secrets/secret-keys.ts";
import { wayTo } from "../support/cut-connection.ts";
import { onPostgreSql, postgreSqlDatabase, postgreSqlTest } from "../support/postgresql.ts";
import { exchange, requestText } from "../support/raw.ts";
import { PASSWORD, post, signUp, startServer, type TestServer, type TestServerOptions } from "../support/server.ts";

interface Measured {
  readonly server: TestServer;
  /** The address of the metrics. */
  readonly address: string;
  /** The lines of the metrics now that match. */
  lines(pattern: RegExp): Promise<string[]>;
}

async function startMeasured(t: ExecutionContext, { environment }: TestServerOptions = {}): Promise<Measured> {
  const server = await startServer(t, { environment: { METRICS_PORT: "0", ...environment } });
  const line =
    server
      .log()
      .split("\n")
      .find((text) => text.endsWith('"msg":"metrics"}')) ?? "{}";
  const { address } = JSON.parse(line) as { address: string };
  const lines = async (pattern: RegExp): Promise<string[]> =>
    (await (await fetch(address)).text()).split("\n").filter((text) => !text.startsWith("#") && pattern.test(text));
  return { server, address, lines };
}

/** The value behind a line of the metrics. */
const amountIn = (line = "none"): number => Number(line.split(" ").at(-1));

test("requests are counted by method, route template and status: never by path, and unknown methods are one", async (t) => {
  const { server, lines } = await startMeasured(t);
  for (const id of ["3", "4", "999999"]) await server.request(`/api/articles/${id}`);
  for (const path of ["/secret-of-ada", "/api/articles/3/hunter2", "/%00"]) await server.request(path);
  for (const method of ["PROPFIND", "MKCOL"]) {
    await exchange(server.url, requestText(`${method} /api/articles/3 HTTP/1.1`, ["Connection: close"]));
  }
  const counted = await lines(/^http_server_request_duration_count/);
  const labels = (route: string, method: string, status: number) =>
    counted.filter(
      (line) =>
        line.includes(`http_route="${route}"`) &&
        line.includes(`http_request_method="${method}"`) &&
        line.includes(`http_response_status_code="${status}"`),
    );
  t.is(amountIn(labels("/api/articles/{article_id}", "GET", 200)[0]), 2);
  t.is(amountIn(labels("/api/articles/{article_id}", "GET", 404)[0]), 1);
  t.is(amountIn(labels("/api/articles/{article_id}", "_OTHER", 405)[0]), 2);
  const unknown = counted.filter((line) => !line.includes("http_route"));
  t.is(unknown.length, 1, unknown.join("\n"));
  t.is(amountIn(unknown[0]), 3);
  const all = (await lines(/./)).map((line) => line.split(" ")[0]).join("\n");
  for (const given of ["hunter2", "secret-of-ada", "999999", "PROPFIND", "127.0.0.1"])
    t.false(all.includes(given), given);
  t.true((await lines(/^http_server_active_requests\{/)).every((line) => amountIn(line) === 0));
  t.true(counted.every((line) => line.includes('url_scheme="http"')));
});

test("what a client claims to a proxy's fields makes no new label", async (t) => {
  const { server, lines } = await startMeasured(t, { environment: { TRUSTED_PROXIES: "1" } });
  for (const claimed of ["https", "gopher", "x1", "x2"]) {
    await server.request("/health/live", { headers: { "X-Forwarded-Proto": claimed } });
  }
  const schemes = (await lines(/^http_server_request_duration_count/)).map(
    (line) => /url_scheme="([^"]*)"/.exec(line)?.[1],
  );
  t.deepEqual(schemes.toSorted(), ["http", "https"]);
});

test("passwords, principals in memory, units of work, messages, the event loop, the heap and the process are measured", async (t) => {
  const { server, lines } = await startMeasured(t);
  const ada = await signUp(server);
  await post(server, "/login", { email: ada.email, password: PASSWORD });
  for (let count = 0; count < 3; count += 1) await server.request("/api/test", { headers: ada.headers });
  await server.request("/api/test", { headers: { "Authentication-Token": `kudost_${"x".repeat(65)}` } });
  t.true(amountIn((await lines(/^kudos_password_hashed_total/))[0]) >= 2);
  t.is(amountIn((await lines(/^kudos_password_waiting/))[0]), 0);
  t.is(amountIn((await lines(/^kudos_principal_lookups_total\{.*"hit"/))[0]), 2);
  t.is(amountIn((await lines(/^kudos_principal_lookups_total\{.*"miss"/))[0]), 2);
  const groups = await lines(/^kudos_write_group_size_count/);
  if (onPostgreSql) t.deepEqual(groups, [], "each unit of work is a commit of its own");
  else t.true(amountIn(groups[0]) >= 2);
  t.is(amountIn((await lines(/^kudos_outbox_waiting/))[0]), 0);
  for (const name of [
    "nodejs_eventloop_delay_p99",
    "nodejs_eventloop_delay_max",
    "v8js_memory_heap_used",
    "process_memory_usage",
    "process_cpu_time_total",
    "process_uptime",
  ]) {
    t.true(amountIn((await lines(new RegExp(`^${name}[ {]`)))[0]) >= 0, name);
  }
  t.true((await lines(/^nodejs_eventloop_utilization/)).every((line) => amountIn(line) >= 0 && amountIn(line) <= 1));
});

test("the metrics have a port of their own, which answers nothing else; the main one does not know them", async (t) => {
  const { server, address } = await startMeasured(t);
  t.is((await server.request("/metrics")).status, 404);
  const response = await fetch(address);
  t.is(response.headers.get("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
  await response.text();
  t.is((await fetch(address, { method: "POST" })).status, 405);
  for (const path of ["/", "/api/articles", "/health/live", "/metrics/x"]) {
    t.is((await fetch(new URL(path, address))).status, 404, path);
  }
  await server.stop();
  await t.throwsAsync(fetch(address));
});

test("a port that is taken refuses the start with one line; without METRICS_PORT there is none", async (t) => {
  const other = createServer();
  await new Promise<void>((resolve) => void other.listen(0, "127.0.0.1", resolve));
  t.teardown(() => other.close());
  const { port } = other.address() as AddressInfo;
  const error = await t.throwsAsync(startServer(t, { environment: { METRICS_PORT: String(port) } }));
  t.is(error.name, "MetricsUnavailable");
  t.regex(
    error.message,
    /^METRICS_HOST=127\.0\.0\.1 and METRICS_PORT=\d+ cannot be listened at \(EADDRINUSE\); [^\n]+$/,
  );
  const server = await startServer(t);
  t.notRegex(server.log(), /"msg":"metrics"/);
});

postgreSqlTest("the metrics are answered while the database is silent, which is asked for one figure", async (t) => {
  const way = await wayTo(t, await postgreSqlDatabase(t));
  const environment = { DATABASE_URL: way.url, SECRET_KEY: generateSecretKey() };
  const { lines } = await startMeasured(t, { environment });
  t.is((await lines(/^kudos_outbox_waiting/)).length, 1);
  way.hush();
  const before = performance.now();
  const all = await lines(/^kudos_/);
  t.true(performance.now() - before < 5_000, `${performance.now() - before} ms`);
  t.true(all.some((line) => line.startsWith("kudos_password_waiting")));
  way.mend();
});
