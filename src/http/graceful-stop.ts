import type { Server as HttpServer } from "node:http";
import { Server as NetServer, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { Connection, Traffic } from "./traffic.ts";

/** The times of {@link Patience} that bound a stop, in milliseconds. */
export interface StopPatience {
  readonly headers: number;
  readonly idle: number;
  readonly arriving: number;
  readonly finishing: number;
}

/** The longest time in which a stopping server takes more, however much comes. */
const LAST_ARRIVALS_MS = 10_000;
/** The longest time for which a stopping server waits for the rest of some headers. */
const LAST_HEADERS_MS = 2_000;

/** Finishes what is under way, then closes the server. False when something had to be cut off. */
export async function stopGracefully(server: HttpServer, traffic: Traffic, patience: StopPatience): Promise<boolean> {
  for (const connection of traffic.connections.values()) {
    const last = connection.newest;
    if (last && !last.headersSent) last.shouldKeepAlive = false;
  }
  await untilQuiet(traffic, patience);
  return close(server, traffic, patience);
}

/**
 * Waits until all is answered and nothing new has come for a while. Closing at once would reset connections that the
 * kernel has accepted and requests whose bytes are not read yet; and a client that sends its requests one after the
 * other sends the next when it has its answer.
 */
async function untilQuiet(traffic: Traffic, { arriving, finishing }: StopPatience): Promise<void> {
  const until = performance.now() + Math.min(LAST_ARRIVALS_MS, finishing);
  for (let before = -1; (before !== traffic.arrived || traffic.working > 0) && performance.now() < until; ) {
    before = traffic.arrived;
    await sleep(arriving);
    // A thread that was blocked meanwhile runs its timers before it looks at its sockets.
    for (let turn = 0; turn < 3; turn += 1) await nextTurn();
  }
}

async function close(
  server: HttpServer,
  traffic: Traffic,
  { headers, idle, arriving, finishing }: StopPatience,
): Promise<boolean> {
  server.headersTimeout = Math.min(headers, LAST_HEADERS_MS);
  server.keepAliveTimeout = Math.min(idle, arriving);
  // The close of node:net, because that of node:http ends the watch over slow requests: waiting for them would not end.
  const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()));
  server.closeIdleConnections();
  const waiting = new AbortController();
  const complete = await Promise.race([
    closed.then(() => untilDone(traffic)).then(() => true),
    sleep(finishing, false, { signal: waiting.signal }),
  ]);
  waiting.abort();
  for (const socket of traffic.connections.keys()) socket.destroy();
  await closed;
  server.close();
  return complete;
}

function untilDone(traffic: Traffic): Promise<void> {
  return new Promise((resolve) => {
    traffic.done = resolve;
    if (traffic.working === 0) resolve();
  });
}

/** The silence after which a client that was answered and told that the connection ends has no more to send. */
const SILENCE_MS = 1_000;
/** The longest time for which the content of an answered request is read and dropped, however much comes. */
const MOST_OF_CONTENT_MS = 5_000;

/**
 * Reads and drops what a client still sends, after all that it gets is written and the writing side is closed. The connection closes when
 * the client closes its side or falls silent, or after `most` milliseconds. Closing at once, with bytes unread, would reset the
 * connection, and the client would lose the answer (RFC 9112 §9.6).
 */
export function readAway(socket: Duplex & { readonly bytesRead?: number }, most: () => number): void {
  const start = performance.now();
  let before = socket.bytesRead;
  const watch = setInterval(() => {
    // A timer may fire a little early.
    if (socket.bytesRead === before || performance.now() - start + SILENCE_MS / 2 > most()) {
      clearInterval(watch);
      socket.destroy();
    }
    before = socket.bytesRead;
  }, SILENCE_MS);
  socket.once("close", () => clearInterval(watch));
  socket.resume();
}

/** Makes a connection end by {@link readAway} after its last answer, where Node would close it at once; `inHaste` while the server stops. */
export function lingerAtEnd(socket: Socket, { waiting }: Connection, inHaste: () => boolean): void {
  socket.destroySoon = () => {
    if (socket.destroyed || socket.writableEnded) return;
    // A reader that has given up leaves its request paused, and a paused request holds up the connection.
    for (const { req } of waiting) req.unpipe().resume();
    socket.end(() => readAway(socket, () => (inHaste() ? 0 : MOST_OF_CONTENT_MS)));
  };
}
