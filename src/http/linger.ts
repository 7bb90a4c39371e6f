import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Connection } from "./traffic.ts";

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
