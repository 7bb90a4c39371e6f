import { type Tracer, trace } from "@opentelemetry/api";
import { traceOwn } from "./own-spans.ts";
import { type ServerPlace, traceRequests } from "./request-spans.ts";
import type { Telemetry } from "./telemetry.ts";

/** The tracer of a provider; undefined when that was registered by an older API than this one, which makes no spans by it. */
export function findTracer(scope: string, provider: unknown): Tracer | undefined {
  return trace.getTracerProvider() === provider ? trace.getTracer(scope) : undefined;
}

/** Makes spans of requests, around the measurements where there are any. */
export function traceServer(tracer: Tracer, place: ServerPlace, metrics: Telemetry | undefined): Telemetry {
  const traced = traceRequests(tracer, place);
  const end = traceOwn(tracer);
  return {
    measure: metrics === undefined ? traced : (ctx, next) => traced(ctx, async () => metrics.measure(ctx, next)),
    onLookUp: metrics?.onLookUp,
    close: async () => {
      end();
      await metrics?.close();
    },
  };
}
