import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectSecure } from "node:tls";
import { type RawAnswer, readAnswer } from "./read-answer.ts";

/** A request as it goes over the wire: nothing is added to it but what frames it. */
export interface WireRequest {
  readonly method: string;
  /** The request target: path and query, percent-encoded. */
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer | undefined;
}

/** No connection can be made: the server is not there. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

/** A connection that ended, or stayed silent, before there was a whole answer. The message says which. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
}

/**
 * Sends a request on a connection of its own, and reads until the server closes it: bytes behind the end of an answer, such as the content
 * of a 204, are seen, too. A client of Node would hide them, and would refuse to send what is malformed.
 *
 * @param timeout in milliseconds, for the whole exchange
 * @throws {Unreachable}
 * @throws {NoAnswer}
 */
export function exchange(server: URL, request: WireRequest, timeout: number): Promise<RawAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
  const chunks: Buffer[] = [];
  const socket = open(server);
  let connected = false;
  const timer = setTimeout(() => end(new NoAnswer(`no whole answer came within ${timeout} ms`)), timeout);
  const end = (error?: Error) => {
    clearTimeout(timer);
    socket.destroy();
    const bytes = Buffer.concat(chunks);
    const answer = bytes.length > 0 && !(error instanceof NoAnswer) ? readAnswer(bytes, request.method) : undefined;
    if (answer !== undefined) resolve(answer);
    else if (!connected) reject(new Unreachable(`${server.origin} cannot be reached (${codeOf(error)})`));
    else reject(error instanceof NoAnswer ? error : new NoAnswer("the connection ended without a whole answer"));
  };
  socket.on(server.protocol === "https:" ? "secureConnect" : "connect", () => {
    connected = true;
    socket.write(head(server, request));
    if (request.body) socket.write(request.body);
  });
  socket.on("data", (chunk: Buffer) => void chunks.push(chunk));
  socket.on("error", end);
  socket.on("close", () => end());
  return promise;
}

function codeOf(error: unknown): string {
  const { code, message } = (error ?? {}) as { code?: string; message?: string };
  return code ?? message ?? "closed";
}

function open({ protocol, hostname, port }: URL): Socket {
  const host = hostname.replace(/^\[|\]$/g, "");
  if (protocol === "https:") return connectSecure({ host, port: Number(port || 443), servername: host });
  return connectPlain({ host, port: Number(port || 80), noDelay: true });
}

function head(server: URL, { method, target, headers, body }: WireRequest): Buffer {
  const has = (name: string) => headers.some(([one]) => one.toLowerCase() === name);
  const framing = [
    ...(has("host") ? [] : [["Host", server.host]]),
    ...(body === undefined || has("content-length") ? [] : [["Content-Length", String(body.length)]]),
    ["Connection", "close"],
  ];
  const lines = [...framing, ...headers].map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join("")}\r\n`, "latin1");
}
