import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { context, type Tracer, trace } from "@opentelemetry/api";

/** The channels that tell of work as it begins, with the promise of its end, and the names of its spans. */
const SPANS: Readonly<Record<string, string>> = {
  "kudos:hashing": "kudos.password.hash",
  "kudos:write": "kudos.write",
};

/** The message of a channel. */
interface Begun {
  readonly ended: Promise<unknown>;
}

/**
 * Makes spans below those of requests: of each password, from its place in the line to the end of its hashing, and of each unit of work
 * that writes, with its wait for other writers. Work that belongs to no span, such as pruning, gets none.
 *
 * @returns what ends that
 */
export function traceOwn(tracer: Tracer): () => void {
  const listeners = Object.entries(SPANS).map(([channel, name]) => {
    const note = (message: unknown): void => {
      if (trace.getSpan(context.active()) === undefined) return;
      const span = tracer.startSpan(name);
      const end = (): void => span.end();
      // The request says whether what has failed is a fault.
      (message as Begun).ended.then(end, end);
    };
    subscribe(channel, note);
    return { channel, note };
  });
  return () => {
    for (const { channel, note } of listeners) unsubscribe(channel, note);
  };
}
