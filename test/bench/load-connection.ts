import { connect } from "node:net";
import type { Step } from "./works.ts";

export interface Drive {
  readonly port: number;
  readonly steps: readonly Step[];
  readonly unit: number;
  /** Whether to start another unit. */
  readonly going: () => boolean;
  /** Takes the time of an answer, in milliseconds. */
  readonly onAnswer: (ms: number) => void;
}

/** The status of an answer and the bytes of the whole; null while its head is not complete. */
export function measureAnswer(received: Buffer): { status: number; length: number } | null {
  const end = received.indexOf("\r\n\r\n");
  if (end < 0) return null;
  const head = received.toString("latin1", 0, end);
  const status = Number(head.slice(9, 12));
  if (status === 204 || status === 304) return { status, length: end + 4 };
  const content = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (content === undefined) throw new Error(`An answer has no Content-Length:\n${head}`);
  return { status, length: end + 4 + Number(content) };
}

/**
 * Sends steps on one connection that is kept alive, each after the answer to the one before. It writes and reads bytes
 * itself: an HTTP client would take more CPU time than the servers that it measures.
 *
 * @throws {Error} when an answer has another status, or the server hangs up
 */
export function drive({ port, steps, unit, going, onAnswer }: Drive): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    const requests = steps.map(({ request }) => Buffer.from(request, "latin1"));
    let received: Buffer = Buffer.alloc(0);
    let at = 0;
    let sent = 0;
    const send = () => {
      if (at % unit === 0 && !going()) {
        socket.destroy();
        resolve();
        return;
      }
      sent = performance.now();
      socket.write(requests[at % requests.length] ?? "");
    };
    const receive = (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      const answer = measureAnswer(received);
      if (answer === null || received.length < answer.length) return;
      const expected = steps[at % steps.length];
      if (answer.status !== expected?.status || received.length > answer.length) {
        throw new Error(`${expected?.status} was due, this came:\n${received}\n\n${expected?.request}`);
      }
      onAnswer(performance.now() - sent);
      received = Buffer.alloc(0);
      at += 1;
      send();
    };
    socket.on("connect", send);
    socket.on("data", (chunk) => {
      try {
        receive(chunk);
      } catch (error) {
        socket.destroy();
        reject(error);
      }
    });
    socket.on("error", reject);
    // After `resolve` this has no effect.
    socket.on("close", () => reject(new Error("The server hung up.")));
  });
}
