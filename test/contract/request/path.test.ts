import test from "ava";
import fc from "fast-check";
import { normalPath } from "../../../src/contract/request/path.ts";
import { operation, serveSmall } from "../../support/contract/small-contract.ts";
import { exchange, requestText } from "../../support/raw.ts";
import { startServer } from "../../support/server.ts";

for (const [path, normal] of [
  ["/%61pi/%74est", "/api/test"],
  ["/%41%5A%30%39%2d%2E%5f%7e", "/AZ09-._~"],
  ["/a%2fb", "/a%2Fb"],
  ["/a%3Fb%23c%25d%3ae", "/a%3Fb%23c%25d%3Ae"],
  ["/%2541", "/%2541"],
  ["/caf%c3%a9", "/caf%C3%A9"],
  ["/%2e%2E/x", "/../x"],
] as const) {
  test(`${path} is ${normal}`, (t) => {
    t.is(normalPath(path), normal);
  });
}

test("a path and its normal spelling decode to the same, and that spelling is its own", (t) => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const path = encodeURIComponent(text.toWellFormed()).toLowerCase();
      const normal = normalPath(path);
      t.is(decodeURIComponent(normal), decodeURIComponent(path));
      t.is(normalPath(normal), normal);
    }),
  );
});

test("characters that need no percent-encoding may have one, in every part of a path and by every method", async (t) => {
  const { url } = await startServer(t);
  for (const [line, status] of [
    ["GET /%61pi/test", 401],
    ["GET /api/%74%65%73%74", 401],
    ["HEAD /health/l%69ve", 200],
    ["GET /%6c%6F%67in?next=%2F", 200],
    ["GET /%61pi/articles/%31", 200],
    ["GET /assets/kudos%2ecss", 200],
    ["GET /openapi%2Eyaml", 200],
    ["GET http://kudos.test/%61pi/articles", 200],
    ["DELETE /%61pi/test", 405],
    ["OPTIONS /%61pi/test", 204],
    // Encoded or not, a reserved character is another one (RFC 3986 §2.2).
    ["GET /api%2Ftest", 404],
    ["GET /api%2ftest", 404],
    ["GET /api/articles%2F1", 404],
    ["GET /api/articles/1%2Flikes", 400],
    ["GET /api/articles/1%3Flimit=1", 400],
    ["GET /api/test%3F", 404],
    ["GET /%2561pi/test", 404],
    ["GET /%2e%2e/api/test", 404],
    ["GET /API/test", 404],
    ["GET /%41pi/test", 404],
    ["GET /%61pi/%ff", 400],
    ["GET /%61pi/%6", 400],
  ] as const) {
    const [answer] = await exchange(url, requestText(`${line} HTTP/1.1`), { head: line.startsWith("HEAD") });
    t.is(answer?.status, status, line);
  }
  const type = ["Accept: text/html", "Content-Type: application/x-www-form-urlencoded", "Content-Length: 7"];
  const [again] = await exchange(url, requestText("POST /log%69n HTTP/1.1", type, "email=a"));
  t.regex(again?.body ?? "", /<form class="form" method="post" action="\/login"/, "a refused form comes back");
});

test("what is encoded in a path arrives decoded in its parameter, once", async (t) => {
  const parameters = [{ name: "id", in: "path", required: true, schema: { type: "string" } }];
  const app = await serveSmall(t, {
    paths: { "/of/{id}": { get: operation("read", { parameters }) } },
    handlers: { read: ({ path }) => ({ status: 200, body: path }) },
  });
  for (const [sent, id] of [
    ["%61%2fb", "a/b"],
    ["%2541", "%41"],
    ["%C3%A9%c3%a9", "éé"],
    ["a+b", "a+b"],
  ] as const) {
    const [answer] = await exchange(app.url, requestText(`GET /of/${sent} HTTP/1.1`));
    t.deepEqual(JSON.parse(answer?.body ?? ""), { id }, sent);
  }
});
