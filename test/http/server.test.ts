import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import type { Patience } from "../../src/http/graceful-stop.ts";
import { type Listener, listen } from "../../src/http/server.ts";
import { openSocket } from "../support/open-socket.ts";
import { exchange, requestText } from "../support/raw.ts";

const PATIENCE: Patience = { headers: 300, request: 600, idle: 100, arriving: 50, finishing: 5_000 };

/** A server that answers with the target of the request; `?ms=` delays the answer, `?close` ends the connection. */
async function serve(t: ExecutionContext, patience: Partial<Patience> = {}, listener: Listener = echo) {
  const errors: unknown[] = [];
  const asked: string[] = [];
  const server = await listen(
    (request, response) => {
      asked.push(request.url ?? "");
      return listener(request, response);
    },
    { host: "127.0.0.1", port: 0, patience: { ...PATIENCE, ...patience }, onError: (error) => errors.push(error) },
  );
  t.teardown(() => server.stop());
  return { ...server, errors, asked };
}

async function echo(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { searchParams } = new URL(request.url ?? "", "http://x");
  for await (const _ of request);
  await sleep(Number(searchParams.get("ms") ?? 0));
  if (searchParams.has("close")) response.setHeader("Connection", "close");
  const content = request.url ?? "";
  response.writeHead(200, { "Content-Length": Buffer.byteLength(content) }).end(content);
}

const get = (path: string) => requestText(`GET ${path} HTTP/1.1`);
const post = (length: number, content: string) =>
  requestText("POST / HTTP/1.1", [`Content-Length: ${length}`, "Content-Type: text/plain"], content);
const statuses = (text: string) => [...text.matchAll(/HTTP\/1\.1 (\d+) /g)].map((match) => Number(match[1]));

for (const [what, bytes] of [
  ["headers that do not end", "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "],
  ["content that does not come", post(100, "a")],
  ["a connection on which nothing comes", ""],
] as const) {
  test(`${what}: 408, and the connection is gone although its client holds on to it`, async (t) => {
    const { url } = await serve(t);
    const open = await openSocket(t, url, bytes);
    const elapsed = await open.closedWithin(4_000);
    t.deepEqual(statuses(open.received()), [408]);
    t.true(elapsed !== undefined && elapsed >= 300, String(elapsed));
  });
}

test("headers that come one by one are cut off all the same", async (t) => {
  const { url } = await serve(t);
  const open = await openSocket(t, url, "GET / HTTP/1.1\r\n");
  const drip = setInterval(() => open.socket.write("X: y\r\n"), 50);
  t.teardown(() => clearInterval(drip));
  t.not(await open.closedWithin(4_000), undefined);
  t.deepEqual(statuses(open.received()), [408]);
});

test("a connection is kept for the next request, and closed when none comes", async (t) => {
  const { url, asked } = await serve(t);
  const open = await openSocket(t, url, get("/1"));
  await once(open.socket, "data");
  open.socket.write(get("/2"));
  t.not(await open.closedWithin(4_000), undefined);
  t.deepEqual(statuses(open.received()), [200, 200]);
  t.deepEqual(asked, ["/1", "/2"]);
});

for (const [what, bytes, status] of [
  ["what is not HTTP", "EHLO kudos\r\n\r\n", 400],
  ["TLS", Uint8Array.from([22, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3]), 400],
  ["a header that is too long", requestText("GET / HTTP/1.1", [`X: ${"a".repeat(20_000)}`]), 431],
  ["a target that is too long", get(`/${"a".repeat(20_000)}`), 431],
  [
    "content length and chunks at once",
    requestText("POST / HTTP/1.1", ["Content-Length: 5", "Transfer-Encoding: chunked"], "0\r\n\r\n"),
    400,
  ],
  ["two content lengths", requestText("POST / HTTP/1.1", ["Content-Length: 5", "Content-Length: 6"], "abcdef"), 400],
  ["a chunk that is none", requestText("POST / HTTP/1.1", ["Transfer-Encoding: chunked"], "zz\r\n"), 400],
  ["an unknown expectation", requestText("GET / HTTP/1.1", ["Expect: the-unexpected"]), 417],
  ["CONNECT", requestText("CONNECT kudos.test:443 HTTP/1.1"), 405],
] as const) {
  test(`${what} is refused with ${status}, as a problem, and the connection ends`, async (t) => {
    const { url } = await serve(t);
    const [answer, ...others] = await exchange(url, bytes);
    t.is(answer?.status, status);
    t.deepEqual(others, []);
    t.is(answer?.headers.get("Content-Type"), "application/problem+json");
    t.is(answer?.headers.get("Connection"), "close");
    t.is(answer?.headers.get("Cache-Control"), "no-store");
    t.is(answer?.headers.get("X-Content-Type-Options"), "nosniff");
    t.regex(answer?.headers.get("Content-Security-Policy") ?? "", /^default-src 'none'/);
    t.false(answer?.headers.has("Strict-Transport-Security"), "bytes that are refused here came over plain TCP");
    t.regex(answer?.headers.get("X-Request-Id") ?? "", /^[\da-f-]{36}$/);
    t.is(answer?.headers.has("Allow"), status === 405);
    t.like(JSON.parse(answer?.body ?? ""), { type: "about:blank", status });
  });
}

test("a refused client that holds on to its connection loses it", async (t) => {
  const { url } = await serve(t, { headers: 10_000, request: 10_000, idle: 10_000 });
  for (const bytes of [
    "not HTTP\r\n\r\n",
    requestText("CONNECT x:1 HTTP/1.1"),
    post(5, "").replace("Content-Length: 5", "Content-Length: x"),
  ]) {
    const open = await openSocket(t, url, bytes);
    t.not(await open.closedWithin(4_000), undefined, bytes);
    t.is(statuses(open.received()).length, 1);
  }
});

test("bytes that are no HTTP, in many pieces behind an answer that is still owed, are refused once", async (t) => {
  const listeners: number[] = [];
  const sent = Promise.withResolvers<void>();
  const { url, asked } = await serve(t, {}, async (_request, response) => {
    listeners.push(response.listenerCount("close"));
    await sent.promise;
    listeners.push(response.listenerCount("close"));
    response.end("owed");
  });
  const open = await openSocket(t, url, get("/slow"));
  while (asked.length === 0) await sleep(5);
  for (let piece = 0; piece < 12; piece += 1) {
    open.socket.write("not HTTP\r\n\r\n");
    await sleep(10);
  }
  // By then the server has read all pieces that it reads.
  await sleep(200);
  sent.resolve();
  t.not(await open.closedWithin(4_000), undefined);
  t.deepEqual(statuses(open.received()), [200, 400]);
  const [before = 0, after = 0] = listeners;
  t.is(after, before + 1);
});

test("a refused client that sends on still gets its answer", async (t) => {
  const { url } = await serve(t);
  const open = await openSocket(t, url, `not HTTP\r\n\r\n${"a".repeat(300_000)}`);
  for (let part = 0; part < 5; part += 1) {
    open.socket.write("b".repeat(50_000));
    await sleep(20);
  }
  t.deepEqual(statuses(open.received()), [400]);
});

test("clients that reset their connection at any moment do no harm", async (t) => {
  const { url, errors } = await serve(t);
  const texts = [
    requestText("CONNECT x:1 HTTP/1.1"),
    "not HTTP\r\n\r\n",
    get("/?ms=20"),
    post(100, "a"),
    "GET / HT",
    "",
  ];
  for (const text of texts) {
    for (const wait of [0, 1, 5, 30]) {
      const { socket } = await openSocket(t, url, text);
      await sleep(wait);
      socket.resetAndDestroy();
    }
  }
  await sleep(100);
  t.deepEqual(statuses((await openAndRead(t, url, get("/"))) ?? ""), [200]);
  t.deepEqual(
    errors.filter((error) => (error as NodeJS.ErrnoException).code !== "ECONNRESET"),
    [],
  );
});

async function openAndRead(t: ExecutionContext, url: string, bytes: string): Promise<string> {
  const open = await openSocket(t, url, bytes);
  await once(open.socket, "data");
  return open.received();
}

test("a listener that throws or rejects ends its connection and is reported; the server serves on", async (t) => {
  const fail: Listener = ({ url }, response) => {
    if (url === "/throw") throw new Error("thrown");
    if (url === "/reject") return Promise.reject(new Error("rejected"));
    return response.end();
  };
  const { url, errors } = await serve(t, {}, fail);
  t.deepEqual(await exchange(url, get("/throw")), []);
  t.deepEqual(await exchange(url, get("/reject")), []);
  t.deepEqual(
    errors.map((error) => (error as Error).message),
    ["thrown", "rejected"],
  );
  t.is((await exchange(url, get("/"))).length, 1);
});

test("an answer that its client does not read is given up", async (t) => {
  const { url } = await serve(t, { finishing: 300 }, (_request, response) => response.end(Buffer.alloc(50_000_000)));
  const open = await openSocket(t, url);
  open.socket.pause();
  open.socket.write(get("/"));
  await sleep(1_500);
  open.socket.resume();
  t.not(await open.closedWithin(3_000), undefined);
  t.true(open.socket.bytesRead < 50_000_000);
});

test("pipelined requests are answered in their order, whichever is ready first", async (t) => {
  const { url } = await serve(t);
  const paths = ["/a?ms=80", "/b?ms=40", "/c"];
  const answers = await exchange(url, paths.map(get).join(""), { answers: 3 });
  t.deepEqual(
    answers.map(({ body }) => body),
    paths,
  );
});

test("bytes that are no HTTP behind a request that is under way are refused after its answer", async (t) => {
  const { url } = await serve(t);
  const answers = await exchange(url, `${get("/a?ms=100")}${get("/b?ms=50")}not HTTP\r\n\r\n`, { answers: 3 });
  t.deepEqual(
    answers.map(({ status, body }) => [status, body.slice(0, 2)]),
    [
      [200, "/a"],
      [200, "/b"],
      [400, '{"'],
    ],
  );
});

test("a request behind the last answer of a connection is not done", async (t) => {
  const { url, asked } = await serve(t);
  const open = await openSocket(t, url, get("/a?close"));
  await once(open.socket, "data");
  open.socket.write(get("/b"));
  await sleep(100);
  t.deepEqual(statuses(open.received()), [200]);
  t.deepEqual(asked, ["/a?close"]);
});

test("stop: pipelined requests are all answered, and only the last answer says close", async (t) => {
  const { url, stop, asked } = await serve(t);
  const open = await openSocket(t, url, ["/a?ms=600", "/b", "/c?ms=500"].map(get).join(""));
  const late = await openSocket(t, url, ["/a?ms=600", "/b?ms=500"].map(get).join(""));
  while (asked.length < 5) await sleep(5);
  const stopped = stop();
  late.socket.write(["/c?ms=300", "/d"].map(get).join(""));
  t.true(await stopped);
  for (const [{ received, closedWithin }, count] of [
    [open, 3],
    [late, 4],
  ] as const) {
    t.not(await closedWithin(2_000), undefined);
    t.deepEqual(statuses(received()), new Array(count).fill(200));
    t.is(received().match(/Connection: close/gi)?.length, 1);
    t.true(received().lastIndexOf("HTTP/1.1") < received().search(/Connection: close/i));
  }
});

test("stop: an answer that is being sent, and a request that is being sent, come to their end", async (t) => {
  const { url, stop } = await serve(t, { request: 3_000 }, async (request, response) => {
    response.writeHead(200, { "Content-Length": "6" });
    for await (const part of request) response.write(part);
    response.end();
  });
  const open = await openSocket(t, url, post(6, "abc"));
  await once(open.socket, "data");
  const stopped = stop();
  await sleep(200);
  open.socket.write("def");
  t.true(await stopped);
  t.not(await open.closedWithin(2_000), undefined);
  t.true(open.received().endsWith("abcdef"));
});

test("stop: waits for the work of a client that is gone", async (t) => {
  let done = false;
  const { url, stop } = await serve(t, {}, async () => {
    await sleep(400);
    done = true;
  });
  const { socket } = await openSocket(t, url, get("/"));
  await sleep(50);
  socket.resetAndDestroy();
  await sleep(50);
  t.true(await stop());
  t.true(done);
});

for (const [what, bytes, most] of [
  ["an idle connection", get("/"), 1_500],
  ["an unused connection", "", 1_500],
  ["a connection with half a request", "GET / HTTP/1.1\r\nX: ", 5_000],
] as const) {
  test(`stop: ${what} does not hold it up`, async (t) => {
    const { url, stop } = await serve(t, { headers: 60_000, request: 60_000, idle: 60_000, finishing: 60_000 });
    const open = await openSocket(t, url, bytes);
    await sleep(100);
    const start = performance.now();
    t.true(await stop());
    t.true(performance.now() - start < most);
    t.not(await open.closedWithin(1_000), undefined);
  });
}

test("stop: an answer that does not end in time is cut off, and the stop resolves to false", async (t) => {
  const { url, stop } = await serve(t, { finishing: 300 }, () => new Promise(() => {}));
  const open = await openSocket(t, url, get("/"));
  await sleep(50);
  const start = performance.now();
  t.false(await stop());
  t.true(performance.now() - start < 2_000);
  t.not(await open.closedWithin(1_000), undefined);
});

test("stop: a second call is the same stop, and afterwards the port is closed", async (t) => {
  const { url, stop } = await serve(t);
  t.is(stop(), stop());
  t.true(await stop());
  await t.throwsAsync(fetch(url));
});

test("an address that is in use is an error of listening", async (t) => {
  const { url } = await serve(t);
  const port = Number(new URL(url).port);
  await t.throwsAsync(listen(echo, { host: "127.0.0.1", port }), { code: "EADDRINUSE" });
});

test("an IPv6 address is written as in a URL", async (t) => {
  const server = await listen(echo, { host: "::1", port: 0, patience: PATIENCE });
  t.teardown(() => server.stop());
  t.regex(server.url, /^http:\/\/\[::1\]:\d+$/);
  t.is((await fetch(`${server.url}/a`)).status, 200);
});
