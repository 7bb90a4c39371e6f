import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { HttpProblem } from "../contract/problem.ts";
import { securityFields } from "./headers.ts";

/** How long what a refused client still sends is read away. Closing at once would reset the connection, answer included. */
const LINGER_MS = 1_000;

/** The problem (RFC 9457) for what is refused before there is a request that an app could answer. */
export function refusalBody(status: number): string {
  return JSON.stringify(new HttpProblem(status).problem);
}

/** The header fields that go with {@link refusalBody}. */
export function refusalHeaders(status: number): Record<string, string> {
  return {
    "Content-Type": "application/problem+json",
    "Content-Length": String(Buffer.byteLength(refusalBody(status))),
    "Cache-Control": "no-store",
    ...securityFields(),
    "X-Request-Id": randomUUID(),
    Connection: "close",
    // No method at all is allowed on the target of a CONNECT (RFC 9110 §15.5.6).
    ...(status === 405 && { Allow: "" }),
  };
}

/** The status for an error of Node's parser or of its watch over slow requests. */
export function refusalStatus(code: string | undefined): number {
  if (code === "HPE_HEADER_OVERFLOW") return 431;
  if (code === "HPE_CHUNK_EXTENSIONS_OVERFLOW") return 413;
  return code === "ERR_HTTP_REQUEST_TIMEOUT" ? 408 : 400;
}

/** Answers what is not HTTP, or not HTTP that can be served, and hangs up. Once is enough for a connection. */
export function refuse(socket: Duplex, status: number): void {
  if (!socket.writable) {
    // One that was refused before is still being read away.
    if (!socket.writableEnded) socket.destroy();
    return;
  }
  const fields = Object.entries(refusalHeaders(status)).map(([name, value]) => `${name}: ${value}\r\n`);
  // Nobody else listens any more, and the client may be gone.
  socket.on("error", () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${fields.join("")}\r\n${refusalBody(status)}`);
  const hangUp = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once("close", () => clearTimeout(hangUp));
  socket.resume();
}
