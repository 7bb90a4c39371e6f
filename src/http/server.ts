import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { type CrossOriginFields, originIn } from "./cross-origin.ts";
import { DEFAULT_PATIENCE, lingerAtEnd, type Patience, stopGracefully } from "./graceful-stop.ts";
import { securityFields } from "./headers.ts";
import { listenAt } from "./listening/address.ts";
import { refusalBody, refusalHeaders, refusalStatus, refuseInTurn } from "./refusal.ts";
import { responseWith } from "./response.ts";
import { beginInTurn, endStillConnection, isBehindLast, lookAfter, newConnection, noTraffic } from "./traffic.ts";

/** Answers a request. Its promise, if it gives one, settles when the work is done, whether or not the client is still there. */
export type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;

export interface ListenOptions {
  /** The address, or the path of a Unix socket. */
  readonly host: string;
  /** The port; 0 picks a free one. */
  readonly port: number;
  readonly patience?: Patience;
  /** Gets errors after the start, such as a connection that fails for want of file descriptors. */
  readonly onError?: (error: unknown) => void;
  /** Called when requests have been read that now begin together, before the first of them does. */
  readonly onBatch?: () => void;
  /** Gets the first request of each connection, before it is answered. */
  readonly onFirst?: (request: IncomingMessage) => void;
  /** The CORS fields of a refusal that no app writes, for the `Origin` of its request. */
  readonly crossOriginFields?: CrossOriginFields;
}

/** A server that listens. */
export interface RunningServer {
  /** `unix:` and the path for a Unix socket. */
  readonly url: string;
  /** Finishes what is under way, then closes. False when something had to be cut off. Calling it again changes nothing. */
  stop(): Promise<boolean>;
}

/** The longest header section of a request that is read: the request line and all fields. A longer one gets 431. */
export const MAX_HEADER_BYTES = 16 * 1024;

/** Listens. Rejects, with the error of Node, when the address is not available. */
export async function listen(listener: Listener, options: ListenOptions): Promise<RunningServer> {
  const { host, port, patience = DEFAULT_PATIENCE, onError = () => {}, crossOriginFields = () => ({}) } = options;
  const traffic = noTraffic(options.onBatch ?? (() => {}));
  const { connections } = traffic;
  let stopping: Promise<boolean> | undefined;

  const done = (): void => {
    traffic.working -= 1;
    if (traffic.working === 0) traffic.done();
  };
  const take = (request: IncomingMessage, response: ServerResponse, answer = listener): void => {
    traffic.arrived += 1;
    const connection = connections.get(request.socket);
    // The work of a request that gets no answer must not be done either.
    if (!connection || isBehindLast(connection)) {
      request.resume();
      return;
    }
    if (connection.fresh) options.onFirst?.(request);
    connection.fresh = false;
    const before = connection.newest;
    if (stopping !== undefined) {
      if (before && !before.headersSent) before.shouldKeepAlive = true;
      response.shouldKeepAlive = false;
    }
    beginInTurn(traffic, connection, response, () => {
      // The rest of this request is malformed: it is refused in its turn.
      if (connection.refused && !request.complete) return;
      traffic.working += 1;
      void Promise.try(answer, request, response).then(done, (error: unknown) => {
        onError(error);
        response.destroy();
        done();
      });
    });
  };

  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: patience.headers,
      requestTimeout: patience.request,
      keepAliveTimeout: patience.idle,
      connectionsCheckingInterval: Math.min(1_000, patience.headers),
      // The listener refuses a request without Host, with a problem; Node would answer without content.
      requireHostHeader: false,
      ServerResponse: responseWith(securityFields()),
    },
    (request, response) => take(request, response),
  );
  // No limit here: Node drops the header fields above its limit, where `headerLimit` refuses the request.
  server.maxHeadersCount = 0;
  // Node would end its side with the client's, and with it the answers to requests that wait in a line.
  Object.assign(server, { httpAllowHalfOpen: true });
  server.setTimeout(lookAfter(patience.finishing), (socket: Socket) =>
    endStillConnection(socket, connections.get(socket), patience.finishing),
  );
  server.on("connection", (socket) => {
    traffic.arrived += 1;
    const connection = newConnection();
    connections.set(socket, connection);
    lingerAtEnd(socket, connection, () => stopping !== undefined);
    // A client that has closed its side counts as gone, unless it has pipelined: then the last of its answers ends the connection.
    socket.once("end", () => {
      if (connection.line.length === 0) socket.end();
    });
    socket.once("close", () => {
      connection.line.length = 0;
      connections.delete(socket);
    });
  });
  server.on("clientError", (error: ParserError, socket) => {
    const more = crossOriginFields(originIn(error.rawPacket));
    refuseInTurn(socket, connections.get(socket), refusalStatus(error.code), more);
  });
  server.on("connect", (_request, socket) => refuseInTurn(socket, connections.get(socket), 405));
  // 100 Continue is left to the reader of the content: a request that is refused before never sends it (RFC 9110 §10.1.1).
  server.on("checkContinue", (request, response) => take(request, response));
  const refuseExpectation: Listener = ({ headers }, response) =>
    response.writeHead(417, { ...refusalHeaders(417), ...crossOriginFields(headers.origin) }).end(refusalBody(417));
  server.on("checkExpectation", (request, response) => take(request, response, refuseExpectation));
  const url = await listenAt(server, { host, port });
  server.on("error", onError);
  return {
    url,
    stop: () => {
      stopping ??= stopGracefully(server, traffic, patience);
      return stopping;
    },
  };
}

/** An error of Node's parser, with the bytes in which it arose. */
type ParserError = NodeJS.ErrnoException & { readonly rawPacket?: Buffer };
