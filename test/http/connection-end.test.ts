import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import { listen } from "../../src/http/server.ts";
import { openSocket } from "../support/open-socket.ts";
import { requestText } from "../support/raw.ts";
import { startServer } from "../support/server.ts";

const JSON_TYPE = "Content-Type: application/json";

/** Sends all of a request and only then reads, as many clients do. Answers what came, and the error of the connection. */
async function sendThenRead(url: string, head: string, content: number) {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let error: Error | undefined;
  let received = "";
  socket.on("error", (reason) => {
    error = reason;
  });
  socket.pause();
  await once(socket, "connect");
  socket.write(head);
  const chunk = Buffer.alloc(10_000, "a");
  for (let sent = 0; sent < content && !socket.destroyed; sent += chunk.length) {
    socket.write(head.includes("chunked") ? `2710\r\n${chunk}\r\n` : chunk);
    await sleep(2);
  }
  socket.on("data", (text) => {
    received += text;
  });
  socket.resume();
  if (!socket.closed) await Promise.race([once(socket, "close"), sleep(10_000)]);
  socket.destroy();
  return { status: Number(received.split(" ")[1]), error, complete: received.endsWith("}") || received.endsWith("\n") };
}

const MANY = Array.from({ length: 150 }, (_, index) => `X-${index}: 1`);
const LENGTH = "Content-Length: 2000000";
const CHUNKS = "Transfer-Encoding: chunked";
const CLOSE = "Connection: close";

/** Answers that end the connection while content is unread. */
const ENDING: readonly (readonly [number, string, readonly string[]])[] = [
  [413, "POST /login HTTP/1.1", [JSON_TYPE, LENGTH]],
  [413, "POST /login HTTP/1.1", [JSON_TYPE, CHUNKS]],
  [413, "POST /login HTTP/1.1", [JSON_TYPE, LENGTH, CLOSE]],
  [413, "POST /login HTTP/1.0", [JSON_TYPE, LENGTH]],
  [413, "POST /login HTTP/1.1", ["Content-Type: application/x-www-form-urlencoded", CHUNKS]],
  [401, "POST /api/article_likes HTTP/1.1", [JSON_TYPE, LENGTH, CLOSE]],
  [404, "POST /nowhere HTTP/1.1", [JSON_TYPE, CHUNKS, CLOSE]],
  [405, "PUT /login HTTP/1.0", [JSON_TYPE, LENGTH]],
  [415, "POST /login HTTP/1.1", ["Content-Type: text/plain", LENGTH, CLOSE]],
  [200, "GET /health/live HTTP/1.1", [LENGTH, CLOSE]],
  [431, "POST /login HTTP/1.1", [JSON_TYPE, LENGTH, ...MANY]],
  [431, "POST /login HTTP/1.1", [JSON_TYPE, LENGTH, `X: ${"a".repeat(20_000)}`]],
  [400, "POST /login HTTP/1.1", [JSON_TYPE, LENGTH, "Host: a", "Host: b"]],
  [417, "POST /login HTTP/1.1", [JSON_TYPE, LENGTH, "Expect: the-unexpected"]],
];

test("an answer that ends the connection arrives, also while its client still sends", async (t) => {
  const server = await startServer(t);
  await Promise.all(
    ENDING.map(async ([status, line, fields]) => {
      const what = `${status} ${line} ${fields.slice(0, 3).join(", ").slice(0, 90)}`;
      for (const content of [100_000, 1_000_000]) {
        const answer = await sendThenRead(server.url, requestText(line, fields), content);
        t.is(answer.status, status, what);
        t.is(answer.error, undefined, `${what} after ${content}`);
        t.true(answer.complete, what);
      }
    }),
  );
});

test("an answer arrives that is the last one here although requests are behind it", async (t) => {
  const server = await startServer(t);
  const behind = requestText("POST /login HTTP/1.1", [JSON_TYPE, LENGTH]);
  const head = requestText("GET /health/live HTTP/1.1", [CLOSE]) + behind;
  const { status, error } = await sendThenRead(server.url, head, 1_000_000);
  t.deepEqual([status, error], [200, undefined]);
});

async function serve(t: ExecutionContext) {
  const server = await listen((_request, response) => response.setHeader("Connection", "close").end("done"), {
    host: "127.0.0.1",
    port: 0,
  });
  t.teardown(() => server.stop());
  return server;
}

const SLOW = requestText("POST / HTTP/1.1", ["Content-Length: 1000000"]);

test.serial(
  "a connection that was answered for the last time closes with its client, or soon after it falls silent",
  async (t) => {
    const { url } = await serve(t);
    const polite = await openSocket(t, url, SLOW);
    await once(polite.socket, "data");
    const start = performance.now();
    polite.socket.end();
    await once(polite.socket, "close");
    t.true(performance.now() - start < 500);
    const silent = await openSocket(t, url, SLOW);
    t.not(await silent.closedWithin(8_000), undefined);
  },
);

test.serial("a client that never ends is cut off after some seconds", async (t) => {
  const { url } = await serve(t);
  const { socket, received } = await openSocket(t, url, SLOW);
  const start = performance.now();
  while (!socket.closed && performance.now() - start < 12_000) {
    socket.write("a");
    await sleep(100);
  }
  const took = performance.now() - start;
  t.true(took > 3_500 && took < 10_000, `${took}`);
  t.regex(received(), /^HTTP\/1\.1 200 /);
});

test.serial("a stop does not wait for a client that sends on after its last answer", async (t) => {
  const { url, stop } = await serve(t);
  const { socket } = await openSocket(t, url, SLOW);
  await once(socket, "data");
  const sending = setInterval(() => socket.write("a"), 50);
  t.teardown(() => clearInterval(sending));
  const start = performance.now();
  t.true(await stop());
  t.true(performance.now() - start < 3_000);
});

test.serial("a long last answer arrives whole, however slowly its client reads", async (t) => {
  const length = 8_000_000;
  const { url, stop } = await listen(
    (_request, response) => response.setHeader("Connection", "close").end(Buffer.alloc(length)),
    { host: "127.0.0.1", port: 0 },
  );
  t.teardown(() => stop());
  const { socket } = await openSocket(t, url);
  socket.pause();
  socket.write(requestText("GET / HTTP/1.1"));
  await sleep(2_500);
  socket.resume();
  await once(socket, "end");
  t.true(socket.bytesRead > length);
});
