import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, Server as NetServer } from "node:net";
import type { Duplex } from "node:stream";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { refusalBody, refusalHeaders, refusalStatus, refuse } from "./refusal.ts";

/** Times in milliseconds. */
export interface Patience {
  /** From the first byte of a request to the last of its headers. */
  readonly headers: number;
  /** From the first byte of a request to its last. */
  readonly request: number;
  /** How long an idle connection is kept: longer than the minute that proxies keep theirs, so that it is they who close. */
  readonly idle: number;
  /** Once told to stop, no more is taken when all is answered and nothing new has come for so long. */
  readonly arriving: number;
  /** How long an answer may take while nothing moves on its connection, and how long all that is left may, after a stop. */
  readonly finishing: number;
}

export const DEFAULT_PATIENCE: Patience = {
  headers: 15_000,
  request: 30_000,
  idle: 65_000,
  arriving: 250,
  finishing: 90_000,
};

/** Answers a request. A promise that it gives is kept when its work is done, whether or not the client is still there. */
export type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;

export interface ListenOptions {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly patience?: Patience;
  /** Told of what goes wrong after the start, such as a connection that cannot be had for want of file descriptors. */
  readonly onError?: (error: unknown) => void;
}

/** A server that listens. */
export interface RunningServer {
  readonly url: string;
  /** Finishes what is under way, then closes. False when something had to be cut off. Calling it again changes nothing. */
  stop(): Promise<boolean>;
}

interface Connection {
  /** Responses that are not out yet, oldest first; several when requests are pipelined. */
  readonly waiting: Set<ServerResponse>;
  /** A response has told the client that it was the last one here. */
  ended: boolean;
  /** What came next is refused, once the answers that are owed are out: Node tells anew of each further piece of it. */
  refused: boolean;
}

/** How many connections may wait to be accepted; the kernel has a limit of its own. Node's 511 is short of a burst of logins. */
const BACKLOG = 4_096;
const MAX_HEADER_BYTES = 16 * 1024;
/** A server that stops does not take more for longer than this, however much comes. */
const LAST_ARRIVALS_MS = 10_000;
/** A server that stops does not wait longer than this for the rest of some headers. */
const LAST_HEADERS_MS = 2_000;

/** Listens. Rejects when the address cannot be had. */
export async function listen(listener: Listener, options: ListenOptions): Promise<RunningServer> {
  const { host, port, patience = DEFAULT_PATIENCE, onError = () => {} } = options;
  const connections = new Map<Duplex, Connection>();
  const working = new Set<Promise<unknown>>();
  let heard = 0;
  let stopping: Promise<boolean> | undefined;

  const take = (request: IncomingMessage, response: ServerResponse): void => {
    heard += 1;
    const connection = connections.get(request.socket);
    const before = newest(connection);
    // What follows the last answer does not count (RFC 9112 §9.6), so it must not be done either.
    if (!connection || connection.ended || (before?.headersSent && isLast(before))) return;
    connection.waiting.add(response);
    response.once("close", () => {
      connection.waiting.delete(response);
      connection.ended ||= isLast(response);
    });
    if (stopping !== undefined) {
      if (before && !before.headersSent) before.shouldKeepAlive = true;
      response.shouldKeepAlive = false;
    }
    const work = Promise.try(listener, request, response).catch((error: unknown) => {
      onError(error);
      response.destroy();
    });
    working.add(work);
    void work.then(() => working.delete(work));
  };

  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: patience.headers,
      requestTimeout: patience.request,
      keepAliveTimeout: patience.idle,
      connectionsCheckingInterval: Math.min(1_000, patience.headers),
      // A request without a host is refused with a problem, where the listener refuses.
      requireHostHeader: false,
    },
    take,
  );
  server.maxHeadersCount = 0;
  server.setTimeout(patience.finishing);
  server.on("connection", (socket) => {
    heard += 1;
    connections.set(socket, { waiting: new Set(), ended: false, refused: false });
    socket.once("close", () => connections.delete(socket));
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    refuseInTurn(socket, connections.get(socket), refusalStatus(error.code));
  });
  server.on("connect", (_request, socket) => refuse(socket, 405));
  // Whoever reads the content says so first: a request that is refused before that never sends it (RFC 9110 §10.1.1).
  server.on("checkContinue", take);
  server.on("checkExpectation", (_request, response: ServerResponse) => {
    response.writeHead(417, refusalHeaders(417)).end(refusalBody(417));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host, backlog: BACKLOG }, () => {
      server.off("error", reject).on("error", onError);
      resolve();
    });
  });

  const stop = async (): Promise<boolean> => {
    for (const connection of connections.values()) {
      const last = newest(connection);
      if (last && !last.headersSent) last.shouldKeepAlive = false;
    }
    // Connections that the kernel has accepted, and requests whose bytes are not read yet, would be reset by closing now;
    // and a client that sends its requests one after the other sends the next when it has its answer.
    const until = performance.now() + Math.min(LAST_ARRIVALS_MS, patience.finishing);
    for (let before = -1; (before !== heard || working.size > 0) && performance.now() < until; ) {
      before = heard;
      await sleep(patience.arriving);
      // A thread that was blocked meanwhile gets here before it has looked at its sockets.
      for (let turn = 0; turn < 3; turn += 1) await nextTurn();
    }
    return close();
  };

  const close = async (): Promise<boolean> => {
    server.headersTimeout = Math.min(patience.headers, LAST_HEADERS_MS);
    server.keepAliveTimeout = Math.min(patience.idle, patience.arriving);
    // Not node:http's own close, which ends its watch over slow requests: they would be waited for without end.
    const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()));
    server.closeIdleConnections();
    const waiting = new AbortController();
    const complete = await Promise.race([
      closed.then(() => Promise.all(working)).then(() => true),
      sleep(patience.finishing, false, { signal: waiting.signal }),
    ]);
    waiting.abort();
    for (const socket of connections.keys()) socket.destroy();
    await closed;
    server.close();
    return complete;
  };

  const { address, family, port: chosen } = server.address() as AddressInfo;
  return {
    url: `http://${family === "IPv6" ? `[${address}]` : address}:${chosen}`,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}

function newest(connection: Connection | undefined): ServerResponse | undefined {
  return connection && [...connection.waiting].at(-1);
}

/** Does this response end its connection? */
function isLast(response: ServerResponse): boolean {
  return !response.shouldKeepAlive || response.getHeader("Connection") === "close";
}

/** Refuses what came on a connection, after the answers that its client is still owed. */
function refuseInTurn(socket: Duplex, connection: Connection | undefined, status: number): void {
  const owed = [...(connection?.waiting ?? [])];
  const broken = owed.at(-1)?.req.complete === false ? owed.pop() : undefined;
  // Wrong inside a request that is being answered already: there is no place for another answer.
  if (broken?.headersSent) socket.destroy();
  else if (!connection || owed.length === 0) refuse(socket, status);
  else if (!connection.refused) {
    connection.refused = true;
    owed.at(-1)?.once("close", () => refuse(socket, status));
  }
}
