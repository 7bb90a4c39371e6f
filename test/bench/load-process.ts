import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Tokens } from "./works.ts";

/** What to send, and for how long: it ends at the first of the two bounds. */
export interface Order {
  readonly work: string;
  /** The number of connections; that of the work when left out. */
  readonly connections?: number | undefined;
  readonly url: string;
  readonly tokens: Tokens;
  /** The server's own entity tag for the 304. */
  readonly entityTag: string;
  readonly mostRequests: number;
  readonly mostMs: number;
}

/** Times in milliseconds. */
export interface Figures {
  readonly requests: number;
  readonly seconds: number;
  readonly p50: number;
  readonly p99: number;
  /** The CPU time that the load itself took, in microseconds. */
  readonly cpu: number;
}

/** The process that makes the load, so that its CPU time is no server's. */
export interface LoadProcess {
  /** @throws {Error} when a server answers with a status that is not due, or does not answer */
  run(order: Order): Promise<Figures>;
  stop(): void;
}

/** How long the last answers may take, in milliseconds. */
const PATIENCE_MS = 30_000;

export function startLoadProcess(): LoadProcess {
  const child = fork(fileURLToPath(new URL("load.ts", import.meta.url)), { serialization: "advanced" });
  return {
    async run(order) {
      const answer = once(child, "message", { signal: AbortSignal.timeout(order.mostMs + PATIENCE_MS) });
      child.send(order);
      const [{ figures, failure }] = await answer;
      if (failure !== undefined) throw new Error(`${order.work} at ${order.url}: ${failure}`);
      return figures;
    },
    stop: () => child.disconnect(),
  };
}
