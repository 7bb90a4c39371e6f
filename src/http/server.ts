import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

/** Times in milliseconds. */
export interface Patience {
  /** From the first byte of a request to the last of its headers. */
  readonly headers: number;
  /** From the first byte of a request to its last. */
  readonly request: number;
  /** How long an idle connection is kept. */
  readonly idle: number;
  /** How long, once told to stop, requests that are already on their way are still taken. */
  readonly arriving: number;
  /** How long, after that, requests may take to finish. */
  readonly finishing: number;
}

export const DEFAULT_PATIENCE: Patience = { headers: 15_000, request: 30_000, idle: 5_000, arriving: 250, finishing: 60_000 };

/** A server that listens. */
export interface RunningServer {
  readonly url: string;
  /** Finishes what is under way, then closes. False when something had to be cut off. Calling it again changes nothing. */
  stop(): Promise<boolean>;
}

const MAX_HEADER_BYTES = 16 * 1024;

/** Listens on `host` and `port` (0 picks a free one). Rejects when the address cannot be had. */
export async function listen(
  listener: RequestListener,
  { host, port, patience = DEFAULT_PATIENCE }: { host: string; port: number; patience?: Patience },
): Promise<RunningServer> {
  const underWay = new Set<ServerResponse>();
  let stopping: Promise<boolean> | undefined;

  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: patience.headers,
      requestTimeout: patience.request,
      keepAliveTimeout: patience.idle,
      connectionsCheckingInterval: 1_000,
    },
    (request: IncomingMessage, response: ServerResponse) => {
      underWay.add(response);
      response.once("close", () => underWay.delete(response));
      if (stopping) response.shouldKeepAlive = false;
      listener(request, response);
    },
  );
  server.maxHeadersCount = 0;
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => refuse(socket, statusOf(error.code)));
  server.on("connect", (_request, socket) => refuse(socket, 405));
  server.on("checkExpectation", (_request, response: ServerResponse) => {
    response.writeHead(417, { "Content-Type": "application/problem+json", Connection: "close" }).end(problem(417));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });

  const stop = async (): Promise<boolean> => {
    for (const response of underWay) response.shouldKeepAlive = false;
    // Connections that the kernel has accepted, and requests whose bytes are not read yet, would be reset by closing now.
    await sleep(patience.arriving);
    return close(server, patience.finishing);
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

async function close(server: Server, finishing: number): Promise<boolean> {
  let complete = true;
  const deadline = setTimeout(() => {
    complete = false;
    server.closeAllConnections();
  }, finishing);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  clearTimeout(deadline);
  return complete;
}

function statusOf(code: string | undefined): number {
  if (code === "HPE_HEADER_OVERFLOW") return 431;
  return code === "ERR_HTTP_REQUEST_TIMEOUT" ? 408 : 400;
}

function problem(status: number): string {
  return JSON.stringify({ type: "about:blank", title: STATUS_CODES[status], status });
}

/** Answers what is not HTTP, or not HTTP that can be served, and hangs up. */
function refuse(socket: Duplex, status: number): void {
  if (!socket.writable) return;
  const body = problem(status);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/problem+json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
