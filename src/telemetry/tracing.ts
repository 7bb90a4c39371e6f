import { trace } from "@opentelemetry/api";
import { traceOwn } from "./own-spans.ts";
import { type ServerPlace, traceRequests } from "./request-spans.ts";
import type { Telemetry } from "./telemetry.ts";

/** Makes spans by the tracer provider that is registered, around the measurements where there are any. */
export function traceServer(scope: string, place: ServerPlace, metrics: Telemetry | undefined): Telemetry {
  const tracer = trace.getTracer(scope);
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
