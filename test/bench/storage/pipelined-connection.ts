import { connect } from "node:net";
import { type Drive, measureAnswer } from "../load-connection.ts";

/** The bytes that are read at once: one buffer for all reads of a connection. */
const BUFFER = 64 * 1024;

/**
 * Sends units of steps on one connection that is kept alive: all requests of a unit at once, after all answers to the unit before. The
 * answers of the first unit are read one by one. Of those after it only the bytes are counted, which have to be as many: a reader that
 * looked into each of them would take the CPU time that the servers need.
 *
 * @throws {Error} when an answer has another status or length, or the server hangs up
 */
export function drivePipelined({ port, steps, unit, going, onAnswer }: Drive): Promise<void> {
  return new Promise((resolve, reject) => {
    const requests = Buffer.from(
      steps
        .slice(0, unit)
        .map(({ request }) => request)
        .join(""),
      "latin1",
    );
    let first: Buffer = Buffer.alloc(0);
    let due = Number.POSITIVE_INFINITY;
    let known = 0;
    let received = 0;
    let sent = 0;
    const send = () => {
      if (!going()) {
        socket.destroy();
        resolve();
        return;
      }
      received = 0;
      sent = performance.now();
      socket.write(requests);
    };
    const receive = (size: number, chunk: Buffer) => {
      received += size;
      if (known === 0) {
        first = Buffer.concat([first, chunk.subarray(0, size)]);
        due = measureUnit(first, steps.slice(0, unit)) ?? Number.POSITIVE_INFINITY;
      }
      if (received < due) return;
      if (received > due) throw new Error(`${due} bytes were due, ${received} came.`);
      known = due;
      const ms = performance.now() - sent;
      for (let answer = 0; answer < unit; answer += 1) onAnswer(ms);
      send();
    };
    const socket = connect({
      port,
      host: "127.0.0.1",
      noDelay: true,
      onread: {
        buffer: Buffer.allocUnsafe(BUFFER),
        callback: (size, chunk) => {
          try {
            receive(size, chunk as Buffer);
            return true;
          } catch (error) {
            socket.destroy();
            reject(error);
            return false;
          }
        },
      },
    });
    socket.on("connect", send);
    socket.on("error", reject);
    // After `resolve` this has no effect.
    socket.on("close", () => reject(new Error("The server hung up.")));
  });
}

/** The bytes of the answers to some steps; null while they are not complete. */
function measureUnit(received: Buffer, steps: Drive["steps"]): number | null {
  let length = 0;
  for (const { status, request } of steps) {
    const answer = measureAnswer(received.subarray(length));
    if (answer === null) return null;
    if (answer.status !== status) throw new Error(`${status} was due, this came:\n${received}\n\n${request}`);
    length += answer.length;
  }
  return received.length < length ? null : length;
}
