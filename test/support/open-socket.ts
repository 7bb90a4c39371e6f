import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { ExecutionContext } from "ava";

/** A connection whose client keeps its own side open, whatever the server does. */
export interface OpenSocket {
  readonly socket: Socket;
  /** The text that has arrived so far. */
  received(): string;
  /** The milliseconds until the connection was closed on both sides; undefined when it was still there after `most`. */
  closedWithin(most: number): Promise<number | undefined>;
}

/** Connects and sends some bytes. */
export async function openSocket(t: ExecutionContext, url: string, bytes = ""): Promise<OpenSocket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  t.teardown(() => socket.destroy());
  let received = "";
  socket.setEncoding("utf8").on("data", (text: string) => {
    received += text;
  });
  socket.on("error", () => {});
  await once(socket, "connect");
  const start = performance.now();
  if (bytes !== "") socket.write(bytes);
  return {
    socket,
    received: () => received,
    closedWithin: async (most) => {
      // A side that stays open notices the other side's end only when it sends.
      for (const deadline = performance.now() + most; performance.now() < deadline; await sleep(20)) {
        if (socket.closed) return performance.now() - start;
        if (socket.readableEnded) socket.write("\r\n");
      }
      return undefined;
    },
  };
}

/** A port that nothing listens on at the moment, for a server whose output cannot say which one it has picked. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
