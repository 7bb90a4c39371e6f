import { gzipSync } from "node:zlib";
import test, { type ExecutionContext } from "ava";
import { judge } from "../support/judge.ts";
import { type ExchangeOptions, exchange, type RawAnswer, requestText } from "../support/raw.ts";
import { type Person, signUp, startServer, type TestServer } from "../support/server.ts";

/** Statuses of HTTP itself, which no operation declares: they come before there is an operation. */
const OF_THE_PROTOCOL = new Set([408, 417, 431, 505]);

/** Sends a request as it is written. The answer is held to the contract, and must not tell anything of the inside. */
async function send(
  t: ExecutionContext,
  server: TestServer,
  line: string,
  fields: readonly string[] = [],
  { content = "", ...options }: ExchangeOptions & { content?: string } = {},
): Promise<RawAnswer> {
  const [method = "", path = ""] = line.split(" ");
  const head = method === "HEAD";
  const [answer] = await exchange(server.url, requestText(line, fields, content), { head, ...options });
  if (!answer) throw new Error(`${line}: no answer`);
  const { status, headers, body } = answer;
  const judged = OF_THE_PROTOCOL.has(status) || !URL.canParse(path, server.url) ? "/nowhere" : path;
  const response = new Response(body === "" ? null : body, { status, headers });
  t.is(
    await judge(method, judged.startsWith("/") ? server.url + judged : judged, response),
    undefined,
    `${line.slice(0, 80)} → ${status} ${body.slice(0, 200)}`,
  );
  t.true(status < 500, `${line.slice(0, 80)} → ${status}`);
  t.notRegex(body, /node_modules|\/src\/|\.ts:|\.js:| {4}at |SQLITE|select |insert |Error:/i);
  return answer;
}

async function statusOf(...args: Parameters<typeof send>): Promise<number> {
  return (await send(...args)).status;
}

function tokenOf({ token }: Person): string {
  return `Authentication-Token: ${token}`;
}

function jsonFields(content: string): string[] {
  return ["Content-Type: application/json", `Content-Length: ${Buffer.byteLength(content)}`];
}

test("unknown paths: 404 as a problem, as a page for a browser, and in one of both for anybody else", async (t) => {
  const server = await startServer(t);
  for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "QUERY"]) {
    t.is(await statusOf(t, server, `${method} /nowhere HTTP/1.1`), 404, method);
  }
  for (const [accept, type] of [
    ["*/*", "application/problem+json"],
    ["application/json", "application/problem+json"],
    ["application/problem+json", "application/problem+json"],
    ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html; charset=utf-8"],
    ["image/png", "application/problem+json"],
    ["nonsense", "application/problem+json"],
    ["", "application/problem+json"],
  ]) {
    const { status, headers } = await send(t, server, "GET /nowhere HTTP/1.1", [`Accept: ${accept}`]);
    t.is(status, 404);
    t.is(headers.get("Content-Type"), type ?? "", accept);
    t.regex(headers.get("Vary") ?? "", /Accept/);
    t.is(headers.get("Cache-Control"), "no-store");
    t.is(headers.get("X-Content-Type-Options"), "nosniff");
    t.regex(headers.get("X-Request-Id") ?? "", /^[\da-f-]{36}$/);
  }
  const { headers, body } = await send(t, server, "GET /nowhere HTTP/1.1");
  t.is(JSON.parse(body).instance, `urn:uuid:${headers.get("X-Request-Id")}`);
});

test("known paths: 405 with Allow for a method that they do not have, 204 with Allow for OPTIONS", async (t) => {
  const server = await startServer(t);
  for (const [path, allow] of [
    ["/login", "GET, HEAD, OPTIONS, POST"],
    ["/logout", "OPTIONS, POST"],
    ["/api/test", "GET, HEAD, OPTIONS"],
    ["/api/articles/1/likes", "DELETE, GET, HEAD, OPTIONS, POST"],
    ["/api/articles/x/likes", "DELETE, GET, HEAD, OPTIONS, POST"],
    ["/api/articles/1/likes/1", "DELETE, GET, HEAD, OPTIONS"],
  ]) {
    for (const method of ["PUT", "PATCH", "TRACE", "PROPFIND"]) {
      const { status, headers } = await send(t, server, `${method} ${path} HTTP/1.1`);
      t.is(status, 405, `${method} ${path}`);
      t.is(headers.get("Allow"), allow ?? "");
    }
    const options = await send(t, server, `OPTIONS ${path} HTTP/1.1`);
    t.is(options.status, 204);
    t.is(options.headers.get("Allow"), allow ?? "");
  }
  const trace = await send(t, server, "TRACE /api/test HTTP/1.1", ["Authentication-Token: secret"]);
  t.false(trace.body.includes("secret"));
});

test("getTest: 401 comes before everything that a stranger could learn from", async (t) => {
  const server = await startServer(t);
  for (const [line, fields] of [
    ["GET /api/test HTTP/1.1", ["Accept: image/png"]],
    ["GET /api/test?unknown=1 HTTP/1.1", []],
    ["GET /api/test?x=%zz HTTP/1.1", []],
    ["HEAD /api/test HTTP/1.1", []],
    ["POST /api/article_likes HTTP/1.1", []],
    ["POST /api/article_likes HTTP/1.1", ["Content-Type: text/plain", "Content-Length: 5"]],
    ["POST /api/article_likes HTTP/1.1", ["Content-Type: application/json", "Content-Length: 999999999999"]],
    ["POST /api/article_likes HTTP/1.1", ["Content-Type: application/json", "Transfer-Encoding: chunked"]],
    ["POST /api/article_likes HTTP/1.1", ["Accept: text/html", "Content-Length: 5", "Content-Encoding: nonsense"]],
    ["POST /api/articles/x/likes HTTP/1.1", []],
    ["DELETE /api/articles/0x10/likes/1e3 HTTP/1.1", []],
    ["GET /api/me HTTP/1.1", ["Authentication-Token: kudos_x", "Authorization: Bearer x", "Cookie: session=x"]],
  ] as const) {
    const { status, headers } = await send(t, server, line, fields);
    t.is(status, 401, `${line} ${fields.join()}`);
    t.regex(headers.get("WWW-Authenticate") ?? "", /realm="kudos"/);
    t.is(headers.get("Cache-Control"), "no-store");
  }
});

test("listArticles: 406 for a client that takes no JSON, with the media types that there are", async (t) => {
  const server = await startServer(t);
  for (const accept of ["image/png", "text/html", "application/xml", "nonsense", "application/json;q=0", "*/*;q=0"]) {
    const { status, headers } = await send(t, server, "GET /api/articles HTTP/1.1", [`Accept: ${accept}`]);
    t.is(status, 406, accept);
    t.is(headers.get("Content-Type"), "application/problem+json");
  }
  for (const accept of [
    "application/json",
    "application/*",
    "*/*",
    "text/html, application/json;q=0.1",
    "APPLICATION/JSON",
  ]) {
    t.is(await statusOf(t, server, "GET /api/articles HTTP/1.1", [`Accept: ${accept}`]), 200, accept);
  }
});

/** Malformed content for an operation that takes `{"article_id": <integer>}`. */
const BAD_CONTENT = [
  "",
  "{",
  "nonsense",
  "null",
  "1",
  '"1"',
  "[]",
  '[{"article_id":1}]',
  "{}",
  '{"article_id":"1"}',
  '{"article_id":1.5}',
  '{"article_id":0}',
  '{"article_id":-1}',
  '{"article_id":true}',
  '{"article_id":null}',
  '{"article_id":[1]}',
  '{"article_id":{"$gt":0}}',
  '{"article_id":9007199254740992}',
  '{"article_id":9223372036854775808}',
  '{"article_id":1e999}',
  '{"article_id":0x1}',
  '{"article_id":1,"admin":true}',
  '{"article_id":1,"constructor":{"prototype":{}}}',
  '{"article_id":1,"__proto__":{"admin":true}}',
  '{"__proto__":{"article_id":1}}',
  '{"article_id":1,"toString":1}',
  `{"article_id":1,"${"k".repeat(3_000)}":1}`,
  '{"article_id":1,"a\\nb":1}',
  '{"article_id":1,"a/b~c":1}',
  '{"article_id":1,"":1}',
  '{"article_id":1,"\\ud800":1}',
  "[".repeat(4_000),
  `${'{"a":'.repeat(600)}1${"}".repeat(600)}`,
  `{"article_id":${"[".repeat(1_900)}${"]".repeat(1_900)}}`,
  `{${Array.from({ length: 300 }, (_, index) => `"k${index}":1`)}}`,
];

test("createArticleLike: 400 for content of every wrong shape, 415 and 413 for content that is not read at all", async (t) => {
  const server = await startServer(t);
  const token = tokenOf(await signUp(server));
  const line = "POST /api/article_likes HTTP/1.1";
  for (const content of BAD_CONTENT) {
    t.is(await statusOf(t, server, line, [token, ...jsonFields(content)], { content }), 400, content.slice(0, 60));
  }
  const content = '{"article_id":1}';
  for (const fields of [
    [],
    ["Content-Type: text/plain"],
    ["Content-Type: application/x-www-form-urlencoded"],
    ["Content-Type: application/json; charset=utf-16"],
    ["Content-Type: application/json", "Content-Encoding: zstd"],
  ]) {
    const all = [token, `Content-Length: ${content.length}`, ...fields];
    t.is(await statusOf(t, server, line, all, { content }), 415, fields.join());
  }
  const long = `${content}${" ".repeat(4_096)}`;
  t.is(await statusOf(t, server, line, [token, ...jsonFields(long)], { content: long }), 413);
  const chunks = `1000\r\n${" ".repeat(4_096)}\r\n10\r\n${content}\r\n0\r\n\r\n`;
  const chunked = ["Content-Type: application/json", "Transfer-Encoding: chunked"];
  t.is(await statusOf(t, server, line, [token, ...chunked], { content: chunks }), 413);
  const bomb = await server.request("/api/article_likes", {
    method: "POST",
    headers: {
      "Authentication-Token": token.split(": ")[1] as string,
      "Content-Type": "application/json",
      "Content-Encoding": "gzip",
    },
    body: gzipSync(Buffer.alloc(3_000_000, 0x20)),
  });
  t.is(bomb.status, 413);
  t.is(await statusOf(t, server, line, [token, ...jsonFields(content)], { content }), 201);
});

test("login: 400 in the envelope for malformed content, and every fault by its field", async (t) => {
  const server = await startServer(t);
  for (const content of [...BAD_CONTENT, '{"email":1,"password":[]}', '{"email":"a@b.c","password":{"$ne":""}}']) {
    const { status, body } = await send(t, server, "POST /login HTTP/1.1", jsonFields(content), { content });
    t.is(status, 400, content.slice(0, 60));
    const { meta, response } = JSON.parse(body);
    t.deepEqual(meta, { code: 400 });
    t.true(response.errors.length > 0);
  }
  const content = '{"email":1,"extra":1,"__proto_":1}';
  const { body } = await send(t, server, "POST /login HTTP/1.1", jsonFields(content), { content });
  t.deepEqual(Object.keys(JSON.parse(body).response.field_errors).toSorted(), [
    "__proto_",
    "email",
    "extra",
    "password",
  ]);
});

test("getArticle: 400 for an id that is not written as one, in every spelling", async (t) => {
  const server = await startServer(t);
  const ids = [
    "0x10",
    "1e3",
    "%207",
    "7%20",
    "+7",
    "%2B7",
    "07",
    "-0",
    "-1",
    "0",
    "7.0",
    "1,2",
    "1;2",
    "NaN",
    "Infinity",
    "null",
  ];
  const large = ["9007199254740992", "9007199254740993", "9223372036854775807", "9223372036854775808", "1".repeat(400)];
  for (const id of [...ids, ...large, "%D9%A7", "1%00", "%00", "1'--", "%2e%2e", "%2F", "%", "%zz", "%ff", "%c0%af"]) {
    t.is(await statusOf(t, server, `GET /api/articles/${id} HTTP/1.1`), 400, id);
  }
  for (const id of ["2147483648", "4294967296", "9007199254740991"]) {
    t.is(await statusOf(t, server, `GET /api/articles/${id} HTTP/1.1`), 404, id);
  }
  t.is(await statusOf(t, server, "GET /api/articles/1/ HTTP/1.1"), 404);
  t.is(await statusOf(t, server, "GET /API/articles/1 HTTP/1.1"), 404);
});

test("listArticles: 400 for queries that are unknown, doubled, malformed or out of bounds", async (t) => {
  const server = await startServer(t);
  for (const query of [
    "limit=0",
    "limit=101",
    "limit=",
    "limit",
    "limit=1e1",
    "limit=0x10",
    "limit=%207",
    "limit=+7",
    "limit=07",
    "limit=-1",
    "limit=9223372036854775808",
    `limit=${"9".repeat(400)}`,
    "limit=1&limit=2",
    "limit=1&limit=1",
    "limit[]=1",
    "limit[a]=1",
    "Limit=1",
    "unknown=1",
    "cursor=",
    "cursor=%00",
    `cursor=${"a".repeat(65)}`,
    "cursor=a%2Fb",
    "cursor=MQ&cursor=MQ",
    "__proto__=1",
    "__proto__[limit]=1",
    "constructor[prototype]=1",
    "%",
    "limit=%zz",
    "limit=%ff",
    "=1",
    `${"x".repeat(300)}=1`,
    "a%0Ab=1",
    "%F0%9F%8D%80=1",
    Array.from({ length: 500 }, (_, index) => `k${index}=1`).join("&"),
  ]) {
    t.is(await statusOf(t, server, `GET /api/articles?${query} HTTP/1.1`), 400, query.slice(0, 60));
  }
  t.is(await statusOf(t, server, "GET /api/articles?limit=7 HTTP/1.1"), 200);
  t.is(await statusOf(t, server, "GET /api/articles? HTTP/1.1"), 200);
});

test("getTest: 400 for a credential that is sent twice, and for two that disagree", async (t) => {
  const server = await startServer(t);
  const [ada, bob] = [await signUp(server), await signUp(server, "bob@example.com")];
  const [mine, bearer] = [tokenOf(ada), `Authorization: Bearer ${ada.token}`];
  for (const fields of [
    [mine, mine],
    [mine, mine.replace("Authentication-Token", "AUTHENTICATION-TOKEN")],
    [mine, tokenOf(bob)],
    [bearer, bearer],
    [mine, `Authorization: Bearer ${bob.token}`],
  ]) {
    t.is(await statusOf(t, server, "GET /api/test HTTP/1.1", fields), 400, fields.join());
  }
  t.is(await statusOf(t, server, "GET /api/test HTTP/1.1", [mine, bearer]), 200);
});

test("getTest: 431 for header fields without end, never 200 or 401 for half of them", async (t) => {
  const server = await startServer(t);
  const token = tokenOf(await signUp(server));
  const line = "GET /api/test HTTP/1.1";
  const fields = (count: number) => Array.from({ length: count }, (_, index) => `X-${index}: x`);
  t.is(await statusOf(t, server, line, [...fields(98), token]), 200);
  t.is(await statusOf(t, server, line, [...fields(150), token]), 431);
  t.is(await statusOf(t, server, line, [token, ...fields(600)]), 431);
  t.is(await statusOf(t, server, line, [`X-Long: ${"x".repeat(20_000)}`, token]), 431);
  t.is(await statusOf(t, server, `GET /api/test?${"x".repeat(20_000)} HTTP/1.1`, [token]), 431);
});

test("getTestSession: 302 stays short however long the address is", async (t) => {
  const server = await startServer(t);
  for (const query of ["x".repeat(8_000), "%20".repeat(2_000), "&".repeat(4_000)]) {
    const { status, headers } = await send(t, server, `GET /api/test_session?${query} HTTP/1.1`, ["Accept: text/html"]);
    t.is(status, 302);
    t.is(headers.get("Location"), "/login");
  }
  const short = await send(t, server, "GET /api/test_session?a=b&c HTTP/1.1", ["Accept: text/html"]);
  t.is(short.headers.get("Location"), "/login?next=%2Fapi%2Ftest_session%3Fa%3Db%26c");
});

const SMUGGLED = "GET /api/test HTTP/1.1\r\nHost: kudos.test\r\n\r\n";

test("bytes that are not HTTP, or HTTP that two readers could read differently, are 400 and the end of the connection", async (t) => {
  const server = await startServer(t);
  for (const bytes of [
    "\r\n\r\nhello\r\n\r\n",
    "\u0016\u0003\u0001\u0002\u0000\u0001\u0000",
    "GET\r\n\r\n",
    "GET / HTTP/9.9\r\nHost: a\r\n\r\n",
    "FOO / HTTP/1.1\r\nHost: a\r\n\r\n",
    "get / HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET / HTTP/1.1\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nX Y: z\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\n: z\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nX: \u0000\r\n\r\n",
    "GET / HTTP/1.1\nHost: a\n\n",
    "POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "POST /login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    "POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\nhello",
    "POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nhello",
    "POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\nhello",
    "POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5\r\n\r\nhello",
    "POST /login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\nhello",
    "POST /login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "POST /login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "POST /login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
  ]) {
    const answers = await exchange(server.url, bytes + SMUGGLED, { answers: 2 });
    const shown = JSON.stringify(bytes);
    t.is(answers[0]?.status, 400, `${shown} → ${answers.map(({ status, body }) => `${status} ${body}`)}`);
    t.is(answers.length, 1, shown);
    t.is(answers[0]?.headers.get("Connection"), "close", shown);
    // Node itself answers a request without Host, and has nothing to say.
    if (answers[0]?.body !== "") t.is(JSON.parse(answers[0]?.body ?? "{}").title, "Bad Request", shown);
    else t.regex(bytes, /^GET \/ HTTP\/1.1\r\n\r\n$/);
  }
});

test("requests at the edge of HTTP are answered by its rules", async (t) => {
  const server = await startServer(t);
  const live = "/health/live";
  t.is((await exchange(server.url, `GET ${live} HTTP/1.0\r\n\r\n`))[0]?.status, 200);
  t.is((await exchange(server.url, `GET http://kudos.test${live} HTTP/1.1\r\nHost: a\r\n\r\n`))[0]?.status, 200);
  t.is(await statusOf(t, server, `GET ${live} HTTP/1.1`, ["Expect: 200-ok"]), 417);
  t.is((await exchange(server.url, "CONNECT kudos.test:443 HTTP/1.1\r\nHost: kudos.test\r\n\r\n"))[0]?.status, 405);
  t.is(await statusOf(t, server, `GET ${live} HTTP/1.1`, ["Upgrade: h2c", "Connection: Upgrade"]), 200);
  t.is(await statusOf(t, server, `GET ${live} HTTP/1.1`, ["X-HTTP-Method-Override: DELETE"]), 200);
  t.is(await statusOf(t, server, `GET ${live} HTTP/1.1`, ["Range: bytes=0-0"]), 200);
  t.true((await statusOf(t, server, "OPTIONS * HTTP/1.1")) < 500);
  const pipelined = requestText(`GET ${live} HTTP/1.1`);
  const answers = await exchange(server.url, pipelined.repeat(5), { answers: 5 });
  t.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200, 200, 200],
  );
  const content = '{"email":"a@b.c","password":"x"}';
  const expecting = [...jsonFields(content), "Expect: 100-continue"];
  t.is(await statusOf(t, server, "POST /login HTTP/1.1", expecting, { content }), 400);
});

test("paths of every shape are answered, and lead nowhere", async (t) => {
  const server = await startServer(t);
  for (const path of [
    "//",
    "//evil.example/api/test",
    "/\\evil.example",
    "/..",
    "/../../etc/passwd",
    "/assets/../openapi.yaml",
    "/assets/..%2fopenapi.yaml",
    "/assets/%2e%2e%2fopenapi.yaml",
    "/assets/....//",
    "/assets/%00",
    "/assets/",
    "/assets/kudos.css%00.js",
    "/;",
    "/%2e",
    "/api%2ftest",
    "/api/test%3f",
    "/api/test#x",
    "/api/test;x=1",
    "/__proto__",
    "/constructor",
    "/:article_id",
    "/{article_id}",
    "/*",
    `/${"a".repeat(10_000)}`,
    `/${"a/".repeat(5_000)}`,
    `/${"%41".repeat(4_000)}`,
  ]) {
    const [answer] = await exchange(server.url, requestText(`GET ${path} HTTP/1.1`));
    t.true([400, 401, 404].includes(answer?.status ?? 0), `${path.slice(0, 60)} → ${answer?.status}`);
    t.notRegex(answer?.body ?? "", /node_modules|\/src\/|ENOENT| {4}at /);
  }
});
