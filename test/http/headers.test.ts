import test from "ava";
import { exchange, requestText } from "../support/raw.ts";
import { signUp, startServer } from "../support/server.ts";

const HEADERS: Readonly<Record<string, RegExp>> = {
  "Content-Security-Policy": /^default-src 'none';.*frame-ancestors 'none'/,
  "X-Content-Type-Options": /^nosniff$/,
  "X-Frame-Options": /^DENY$/i,
  "Referrer-Policy": /^same-origin$/,
  "Cross-Origin-Opener-Policy": /^same-origin$/,
  "Cross-Origin-Resource-Policy": /^same-origin$/,
  "X-Request-Id": /^[0-9a-f-]{36}$/,
  "Cache-Control": /./,
};

const REQUESTS: readonly (readonly [number, string, string, (readonly string[])?])[] = [
  [200, "a page", "GET / HTTP/1.1"],
  [200, "JSON", "GET /api/articles HTTP/1.1"],
  [200, "an asset", "GET /assets/kudos.css HTTP/1.1"],
  [200, "HEAD", "HEAD /health/live HTTP/1.1"],
  [204, "OPTIONS", "OPTIONS /api/test HTTP/1.1"],
  [302, "a redirect", "GET /api/test_session HTTP/1.1", ["Accept: text/html"]],
  [400, "a path that cannot be decoded", "GET /%ff HTTP/1.1"],
  [401, "a call without credentials", "GET /api/test HTTP/1.1"],
  [404, "an unknown path", "GET /nowhere HTTP/1.1"],
  [404, "an unknown path in a browser", "GET /nowhere HTTP/1.1", ["Accept: text/html"]],
  [405, "a method that is not there", "DELETE /api/test HTTP/1.1"],
  [405, "TRACE", "TRACE /api/test HTTP/1.1"],
  [406, "a type that is not there", "GET /health/live HTTP/1.1", ["Accept: image/png"]],
  [415, "content of another type", "POST /login HTTP/1.1", ["Content-Type: text/plain", "Content-Length: 1"]],
  [
    431,
    "more header fields than are taken",
    "GET / HTTP/1.1",
    Array.from({ length: 150 }, (_, index) => `X-${index}: 1`),
  ],
];

test("security headers are on every kind of answer, and no header names the server's software", async (t) => {
  const server = await startServer(t);
  for (const [status, what, line, fields = []] of REQUESTS) {
    const [answer] = await exchange(server.url, requestText(line, fields), { head: line.startsWith("HEAD") });
    t.is(answer?.status, status, what);
    for (const [name, pattern] of Object.entries(HEADERS))
      t.regex(answer?.headers.get(name) ?? "", pattern, `${what}: ${name}`);
    t.notRegex(answer?.headers.get("Content-Security-Policy") ?? "", /unsafe|\*/);
    t.false(answer?.headers.has("Strict-Transport-Security"), `${what}: over http it has no meaning`);
    t.false(answer?.headers.has("X-Powered-By") || answer?.headers.has("Server"), what);
  }
});

test("Strict-Transport-Security is on every kind of answer over https, for this host alone, as it is set", async (t) => {
  for (const [HSTS, expected] of [
    [undefined, "max-age=31536000"],
    ["on", "max-age=31536000"],
    ["600", "max-age=600"],
    ["0", "max-age=0"],
    ["off", null],
  ] as const) {
    const environment = { TRUSTED_PROXIES: "1", ...(HSTS && { HSTS }) };
    const server = await startServer(t, { environment });
    for (const [status, what, line, fields = []] of REQUESTS) {
      const ask = async (proto: string) => {
        const head = { head: line.startsWith("HEAD") };
        const [answer] = await exchange(
          server.url,
          requestText(line, [`X-Forwarded-Proto: ${proto}`, ...fields]),
          head,
        );
        t.is(answer?.status, status, what);
        return answer?.headers.get("Strict-Transport-Security");
      };
      t.is(await ask("https"), expected, what);
      t.is(await ask("http"), null, what);
    }
  }
});

test("personal answers and errors are not stored by caches", async (t) => {
  const server = await startServer(t);
  const { headers } = await signUp(server);
  for (const [path, init] of [
    ["/api/me", { headers }],
    ["/api/test", { headers }],
    ["/api/test", {}],
    ["/nowhere", {}],
    ["/", {}],
    ["/api/articles/1/likes", { method: "POST", headers }],
  ] as const) {
    t.is((await server.request(path, init)).headers.get("Cache-Control"), "no-store", path);
  }
});

test("a request of HTTP/1.1 without a host is refused with a problem, and one of HTTP/1.0 is not", async (t) => {
  const { url } = await startServer(t);
  const ask = async (version: string) => {
    const [answer] = await exchange(url, `GET /health/live HTTP/${version}\r\n\r\n`);
    return answer;
  };
  const refused = await ask("1.1");
  t.is(refused?.status, 400);
  t.is(refused?.headers.get("Content-Type"), "application/problem+json");
  t.is(refused?.headers.get("Connection"), "close");
  t.is(JSON.parse(refused?.body ?? "{}").detail, "The request has no Host.");
  t.is((await ask("1.0"))?.status, 200);
});
