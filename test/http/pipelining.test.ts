import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import { DEFAULT_PATIENCE, type Patience } from "../../src/http/graceful-stop.ts";
import { listen } from "../../src/http/server.ts";
import { openSocket } from "../support/open-socket.ts";
import { exchange } from "../support/raw.ts";

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: kudos.test\r\n\r\n`;

/** A server, and the paths that it was asked for so far. */
async function serve(
  t: ExecutionContext,
  answer: (request: IncomingMessage, response: ServerResponse) => unknown,
  patience: Partial<Patience> = {},
) {
  const asked: string[] = [];
  const { url, stop } = await listen(
    (request, response) => {
      asked.push(request.url ?? "");
      return answer(request, response);
    },
    { host: "127.0.0.1", port: 0, patience: { ...DEFAULT_PATIENCE, arriving: 50, ...patience } },
  );
  t.teardown(stop);
  return { url, asked, stop };
}

const MEGABYTE = Buffer.alloc(1_000_000, "x");

test.serial(
  "pipelined requests are not begun while the answers before them are unread, and all answered when they are read",
  async (t) => {
    const { url, asked } = await serve(t, (_request, response) => response.end(MEGABYTE));
    const open = await openSocket(t, url);
    open.socket.pause();
    open.socket.write(get("/").repeat(300));
    await sleep(500);
    t.true(asked.length < 20, String(asked.length));
    open.socket.resume();
    for (let round = 0; round < 1_000 && open.socket.bytesRead < 300 * MEGABYTE.length; round += 1) await sleep(20);
    t.true(open.socket.bytesRead > 300 * MEGABYTE.length);
    t.is(asked.length, 300);
  },
);

test.serial("requests begin together once all are read, also one that came while another was read", async (t) => {
  const seen: string[] = [];
  let onRead = () => {};
  const { url, stop } = await listen(
    (request, response) => {
      seen.push(`begin ${request.url}`);
      response.end();
    },
    {
      host: "127.0.0.1",
      port: 0,
      onBatch: () => seen.push("batch"),
      onFirst: (request) => {
        seen.push(`read ${request.url}`);
        onRead();
      },
    },
  );
  t.teardown(stop);
  const [first, second] = await Promise.all([openSocket(t, url), openSocket(t, url)]);
  // The server accepts both.
  await sleep(50);
  // The kernel names both connections, the second one for its empty line; its request comes when the first one's has been read.
  first.socket.write(get("/first"));
  second.socket.write("\r\n");
  onRead = () => {
    onRead = () => {};
    second.socket.write(get("/second"));
  };
  await Promise.all([first, second].map(({ socket }) => once(socket, "data")));
  t.deepEqual(seen, ["read /first", "read /second", "batch", "begin /first", "begin /second"]);
});

test.serial("pipelined requests of a client that closes its side behind them are all answered", async (t) => {
  const { url } = await serve(t, (_request, response) => response.end("x"));
  const { socket, received } = await openSocket(t, url);
  socket.end(get("/").repeat(100));
  await once(socket, "close");
  t.is(received().match(/HTTP\/1\.1 200/g)?.length, 100);
});

test.serial("pipelined requests take turns with those of other connections", async (t) => {
  const { url } = await serve(t, (request, response) => {
    for (const end = performance.now() + (request.url === "/slow" ? 5 : 0); performance.now() < end; );
    response.end("x");
  });
  const answers = exchange(url, get("/slow").repeat(200), { answers: 200 });
  await sleep(100);
  const start = performance.now();
  await exchange(url, get("/quick"));
  t.true(performance.now() - start < 500, `${performance.now() - start} ms`);
  t.is((await answers).length, 200);
});

test.serial(
  "requests that were sent in a row are answered in their order, with content, however many there are",
  async (t) => {
    const { url, asked } = await serve(t, async (request, response) => {
      let content = "";
      for await (const part of request) content += part;
      response.end(`${request.url} ${content}`);
    });
    const requests = Array.from(
      { length: 300 },
      (_, index) => `POST /${index} HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n${String(index).padStart(4)}`,
    );
    const answers = await exchange(url, requests.join(""), { answers: 300 });
    t.deepEqual(
      answers.map(({ body }) => body),
      requests.map((_, index) => `/${index} ${String(index).padStart(4)}`),
    );
    t.is(asked.length, 300);
  },
);

test.serial("a client that sends without end and reads nothing takes no memory without end", async (t) => {
  const { url, asked } = await serve(t, (_request, response) => response.end(MEGABYTE));
  const open = await openSocket(t, url);
  open.socket.pause();
  const piece = get("/").repeat(10_000);
  let sent = 0;
  const send = (): void => {
    open.socket.write(piece, (error) => {
      if (error || sent > 100) return;
      sent += 1;
      send();
    });
  };
  send();
  await sleep(1_000);
  t.true(sent < 60, `${sent} pieces of 400 kB`);
  t.true(asked.length < 20);
});

test.serial("a connection on which nothing moves is let go at its time, not later", async (t) => {
  let ended = 0;
  const finishing = 1_800;
  const { url } = await serve(
    t,
    (_request, response) => {
      response.once("close", () => {
        ended = performance.now();
      });
      response.end(MEGABYTE.toString().repeat(20));
    },
    { finishing },
  );
  const open = await openSocket(t, url);
  open.socket.pause();
  const start = performance.now();
  open.socket.write(get("/").repeat(50));
  for (let round = 0; round < 300 && ended === 0; round += 1) await sleep(20);
  t.true(ended - start > 0.8 * finishing, `${ended - start} ms`);
  t.true(ended - start < 1.4 * finishing, `${ended - start} ms`);
});

test.serial("a connection on which something moves now and then is not let go", async (t) => {
  const { url } = await serve(
    t,
    async (_request, response) => {
      for (let part = 0; part < 8; part += 1) {
        response.write("x");
        await sleep(250);
      }
      response.end();
    },
    { finishing: 900 },
  );
  const [answer] = await exchange(url, `GET / HTTP/1.0\r\nHost: a\r\n\r\n`, { patience: 5_000 });
  t.is(answer?.status, 200);
});

test.serial("an idle connection is kept for its idle time, whatever the limit of an answer is", async (t) => {
  const { url, asked } = await serve(t, (_request, response) => response.end("x"), { finishing: 300, idle: 60_000 });
  const open = await openSocket(t, url, get("/a"));
  await sleep(1_500);
  t.is(asked.length, 1);
  open.socket.write(get("/b"));
  for (let round = 0; round < 100 && asked.length < 2; round += 1) await sleep(20);
  t.deepEqual(asked, ["/a", "/b"]);
});

test.serial("the work of pipelined requests is not done for a client that has gone", async (t) => {
  const { url, asked } = await serve(t, async (_request, response) => {
    await sleep(50);
    response.end("x");
  });
  const open = await openSocket(t, url, get("/").repeat(100));
  await sleep(120);
  open.socket.resetAndDestroy();
  await sleep(400);
  t.true(asked.length < 10, String(asked.length));
});

test("CONNECT behind answers that are still owed is refused after them", async (t) => {
  const { url } = await serve(t, async (_request, response) => {
    await sleep(30);
    response.end("x");
  });
  const connect = "CONNECT x:1 HTTP/1.1\r\nHost: x:1\r\n\r\n";
  for (const [count, behind] of [
    [1, ""],
    [3, ""],
    [3, get("/behind")],
    [40, "more"],
  ] as const) {
    const answers = await exchange(url, get("/").repeat(count) + connect + behind, {
      answers: count + 2,
      patience: 3_000,
    });
    t.deepEqual(
      answers.map(({ status }) => status),
      [...Array(count).fill(200), 405],
    );
  }
});

test("417 in its turn, and nothing behind it is begun", async (t) => {
  const { url, asked } = await serve(t, async (_request, response) => {
    await sleep(30);
    response.end("x");
  });
  const unmet = "POST /unmet HTTP/1.1\r\nHost: x\r\nExpect: the-unexpected\r\nContent-Length: 0\r\n\r\n";
  for (const before of ["", get("/before")]) {
    asked.length = 0;
    const answers = await exchange(url, before + unmet + get("/behind"), { answers: 3, patience: 500 });
    t.is(answers.at(-1)?.status, 417);
    t.false(asked.includes("/behind"), before);
  }
});
