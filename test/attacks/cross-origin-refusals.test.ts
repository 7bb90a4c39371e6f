import test from "ava";
import { exchange, requestText } from "../support/raw.ts";
import { startServer } from "../support/server.ts";

const APP = "https://app.example";
const MANY = Array.from({ length: 150 }, (_, index) => `X-${index}: 1`);
const LONG = `X: ${"a".repeat(20_000)}`;

/** Requests that are refused before there is an operation, or by one; `Origin` is put in. */
const REFUSED: readonly (readonly [number, string, readonly string[]])[] = [
  [400, "GET /%ff HTTP/1.1", []],
  [400, "GET /api/test HTTP/1.1", ["Host: a", "Host: b"]],
  [401, "GET /api/test HTTP/1.1", []],
  [404, "GET /nowhere HTTP/1.1", []],
  [405, "DELETE /api/test HTTP/1.1", []],
  [406, "GET /health/live HTTP/1.1", ["Accept: image/png"]],
  [413, "POST /login HTTP/1.1", ["Content-Type: application/json", "Content-Length: 100000"]],
  [415, "POST /login HTTP/1.1", ["Content-Type: text/plain", "Content-Length: 1"]],
  [417, "GET / HTTP/1.1", ["Expect: the-unexpected"]],
  [431, "GET /api/test HTTP/1.1", MANY],
  [431, "GET /api/test HTTP/1.1", [LONG]],
  [431, `GET /${"a".repeat(20_000)} HTTP/1.1`, []],
];

test("a page of a listed origin may read every refusal, however early it comes, and no other page may", async (t) => {
  const { url } = await startServer(t, { environment: { CORS_ORIGINS: APP } });
  for (const [status, line, fields] of REFUSED) {
    const what = `${status} ${line.slice(0, 30)}`;
    for (const name of ["Origin", "origin"]) {
      const [answer] = await exchange(url, requestText(line, [`${name}: ${APP}`, ...fields]));
      t.is(answer?.status, status, what);
      t.is(answer?.headers.get("Access-Control-Allow-Origin"), APP, what);
      t.is(answer?.headers.get("Access-Control-Allow-Credentials"), "true", what);
      t.regex(answer?.headers.get("Access-Control-Expose-Headers") ?? "", /X-Request-Id/, what);
      t.regex(answer?.headers.get("Vary") ?? "", /\bOrigin\b/, what);
    }
    for (const origin of ["https://evil.example", `${APP}.evil.example`, "null"]) {
      const [answer] = await exchange(url, requestText(line, [`Origin: ${origin}`, ...fields]));
      t.is(answer?.status, line.startsWith("POST") ? 403 : status, what);
      t.false(answer?.headers.has("Access-Control-Allow-Origin"), `${what} from ${origin}`);
    }
  }
});

test("without a list no refusal has a CORS field", async (t) => {
  const { url } = await startServer(t);
  for (const [status, line, fields] of REFUSED) {
    const [answer] = await exchange(url, requestText(line, [`Origin: ${APP}`, ...fields]));
    t.is(answer?.status, line.startsWith("POST") ? 403 : status, line.slice(0, 30));
    t.deepEqual(
      [...(answer?.headers.keys() ?? [])].filter((name) => name.startsWith("access-control")),
      [],
    );
  }
});
