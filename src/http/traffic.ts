import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";

/** A connection of a server. */
export interface Connection {
  /** No request has come yet. */
  fresh: boolean;
  /** Responses that are not out yet, oldest first; several when requests are pipelined. */
  readonly waiting: ServerResponse[];
  /** The work of pipelined requests that is not begun, oldest first: each begins when the answer before it is out. */
  readonly line: (() => void)[];
  /** The response to the newest request; undefined when all are out. */
  newest: ServerResponse | undefined;
  /** A response has told the client that it was the last one here. */
  ended: boolean;
  /** The next request is malformed, and is refused once the owed answers are out. Node reports each further piece of it anew. */
  refused: boolean;
  /** When nothing was found to move here, and since when nothing has moved, by `performance.now()`. */
  still: { readonly found: number; readonly since: number } | undefined;
}

/**
 * The connections and the work that a server has under way. Nothing that comes and goes with each request is kept in a `Set` or a `Map`:
 * V8 rebuilds their tables often, and a table that has grown old holds those that replaced it, with the requests in them, until the next
 * full collection. That was 60 MB under load.
 */
export interface Traffic {
  readonly connections: Map<Duplex, Connection>;
  /** The number of requests on which a listener works; the work may outlast their clients. */
  working: number;
  /** Called when the last of that work is done. */
  done: () => void;
  /** The number of connections and requests so far. */
  arrived: number;
  /** The work that begins when all that the kernel has handed over is read. */
  batch: (() => void)[];
  /** Called before the work of a batch begins. */
  readonly onBatch: () => void;
}

/** The traffic of a server that has none yet. */
export function noTraffic(onBatch: () => void): Traffic {
  return { connections: new Map(), working: 0, done: () => {}, arrived: 0, batch: [], onBatch };
}

/**
 * Begins some work together with that of all other requests that the event loop reads in this turn. Answering each one when it is read would
 * let its client send the next one at once: the kernel then hands over one request at a time, and each costs twice the CPU time under load.
 */
function beginTogether(traffic: Traffic, begin: () => void): void {
  if (traffic.batch.push(begin) > 1) return;
  // The event loop runs this when it has read from all sockets that the kernel has named.
  setImmediate(() => {
    const { batch } = traffic;
    traffic.batch = [];
    traffic.onBatch();
    for (const beginOne of batch) beginOne();
  });
}

/** The length of a connection's line above which no more bytes are read from it, and that from which on they are again. */
const LONG_LINE = 32;
/** The most requests in a line. The pieces that Node has read already may hold more; the connection ends with these. */
const MOST_IN_LINE = 4_000;

export function newConnection(): Connection {
  return { fresh: true, waiting: [], line: [], newest: undefined, ended: false, refused: false, still: undefined };
}

/**
 * Begins the work of a request, or lines it up behind the answers that its connection is still owed. A client that pipelines more than it
 * reads gets the work of one request, and takes turns with all other connections.
 */
export function beginInTurn(
  traffic: Traffic,
  connection: Connection,
  response: ServerResponse,
  begin: () => void,
): void {
  const { waiting, line } = connection;
  const { socket } = response.req;
  const owed = waiting.length > 0;
  waiting.push(response);
  connection.newest = response;
  response.once("close", () => {
    waiting.splice(waiting.indexOf(response), 1);
    connection.ended ||= isLast(response);
    if (connection.newest === response) connection.newest = undefined;
    if (connection.ended) line.length = 0;
    const next = line.shift();
    if (next) beginTogether(traffic, next);
    if (line.length < LONG_LINE && socket.isPaused()) socket.resume();
  });
  if (!owed) {
    beginTogether(traffic, begin);
    return;
  }
  line.push(begin);
  if (line.length > LONG_LINE) socket.pause();
  if (line.length === MOST_IN_LINE) response.shouldKeepAlive = false;
}

/** Whether a request gets no answer: it is behind the last answer of its connection (RFC 9112 §9.6). */
export function isBehindLast({ ended, newest, line }: Connection): boolean {
  return ended || line.length >= MOST_IN_LINE || (newest?.headersSent === true && isLast(newest));
}

/** Whether a response ends its connection. */
function isLast(response: ServerResponse): boolean {
  return !response.shouldKeepAlive || response.getHeader("Connection") === "close";
}

/**
 * How often a connection is looked at during the longest time without movement, and the least time between two looks in milliseconds. Node
 * finds movement in the first look after a write, whenever it was.
 */
const LOOKS = 18;
const LEAST_LOOK_MS = 250;

/** The time after which to call {@link endStillConnection}, for the longest time without movement; both in milliseconds. */
export function lookAfter(longest: number): number {
  return Math.min(longest, Math.max(LEAST_LOOK_MS, Math.ceil(longest / LOOKS)));
}

/**
 * Ends a connection on which nothing has moved for the longest time, or that was kept open for its idle time. To be called when nothing
 * has moved for the socket's timeout.
 */
export function endStillConnection(socket: Socket, connection: Connection | undefined, longest: number): void {
  const { timeout = 0 } = socket;
  const look = lookAfter(longest);
  const now = performance.now();
  const before = connection?.still;
  const since = before && now - before.found < 1.5 * look ? before.since : now - timeout;
  // The timeout of an idle connection, which Node sets, is another one.
  const idle = connection?.waiting.length === 0 && timeout !== look;
  if (!connection || idle || now - since > longest - look / 2) {
    socket.destroy();
    return;
  }
  connection.still = { found: now, since };
  socket.setTimeout(look);
}
