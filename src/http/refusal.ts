import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { HttpProblem } from "../contract/problem.ts";
import { readAway } from "./graceful-stop.ts";
import { securityFields } from "./headers.ts";
import type { Connection } from "./traffic.ts";

/** The longest time for which bytes that are no request are read and dropped. */
const MOST_OF_BYTES_MS = 2_000;

/** The problem (RFC 9457) for bytes that are refused before there is a request that an app could answer. */
export function refusalBody(status: number): string {
  return JSON.stringify(new HttpProblem(status).problem);
}

/** The header fields that go with {@link refusalBody}, besides those of all answers. */
export function refusalHeaders(status: number): Record<string, string> {
  return {
    "Content-Type": "application/problem+json",
    "Content-Length": String(Buffer.byteLength(refusalBody(status))),
    "Cache-Control": "no-store",
    "X-Request-Id": randomUUID(),
    Connection: "close",
    // 405 needs the list of allowed methods; the target of a CONNECT has none (RFC 9110 §15.5.6).
    ...(status === 405 && { Allow: "" }),
  };
}

/** The status for the code of an error of Node's parser or of its watch over slow requests. */
export function refusalStatus(code: string | undefined): number {
  if (code === "HPE_HEADER_OVERFLOW") return 431;
  if (code === "HPE_CHUNK_EXTENSIONS_OVERFLOW") return 413;
  return code === "ERR_HTTP_REQUEST_TIMEOUT" ? 408 : 400;
}

/**
 * Answers bytes that are not HTTP, or no HTTP that can be served, and hangs up. A second call for a connection changes nothing.
 *
 * @param more further header fields of the answer
 */
export function refuse(socket: Duplex, status: number, more: Readonly<Record<string, string>> = {}): void {
  if (!socket.writable) {
    // A socket that ended by a refusal is closed by its timer below.
    if (!socket.writableEnded) socket.destroy();
    return;
  }
  const sent = { ...securityFields(), ...refusalHeaders(status), ...more };
  const fields = Object.entries(sent).map(([name, value]) => `${name}: ${value}\r\n`);
  // The HTTP server has let go of the socket, so its errors, such as a reset by the client, end here.
  socket.on("error", () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${fields.join("")}\r\n${refusalBody(status)}`);
  readAway(socket, () => MOST_OF_BYTES_MS);
}

/** Refuses the next bytes of a connection, after the answers that its client is still owed. */
export function refuseInTurn(
  socket: Duplex,
  connection: Connection | undefined,
  status: number,
  more: Readonly<Record<string, string>> = {},
): void {
  const owed = [...(connection?.waiting ?? [])];
  const broken = owed.at(-1)?.req.complete === false ? owed.pop() : undefined;
  // The fault is inside a request whose answer has begun: there is no place for another answer.
  if (broken?.headersSent) socket.destroy();
  else if (!connection || owed.length === 0) refuse(socket, status, more);
  else if (!connection.refused) {
    connection.refused = true;
    owed.at(-1)?.once("close", () => refuse(socket, status, more));
  }
}
