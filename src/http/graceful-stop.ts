import type { Server as HttpServer } from "node:http";
import { Server as NetServer } from "node:net";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { Traffic } from "./traffic.ts";

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
