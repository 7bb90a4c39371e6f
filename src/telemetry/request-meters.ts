import type { Meter } from "@opentelemetry/api";
import type { Middleware } from "koa";
import { askedOf, outcomeOf } from "./request-attributes.ts";

/** The bounds that the semantic conventions advise for times of requests, in seconds. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/**
 * Measures requests by the names of the semantic conventions (https://opentelemetry.io/docs/specs/semconv/http/http-metrics). All labels
 * are of bounded sets: the route is the path template of the contract, and there is none for an unknown path.
 */
export function measureRequests(meter: Meter): Middleware {
  const duration = meter.createHistogram("http.server.request.duration", {
    description: "Duration of HTTP server requests.",
    unit: "s",
    advice: { explicitBucketBoundaries: SECONDS },
  });
  const active = meter.createUpDownCounter("http.server.active_requests", {
    description: "Number of active HTTP server requests.",
    unit: "{request}",
  });
  return (ctx, next) => {
    const start = performance.now();
    const asked = askedOf(ctx);
    active.add(1, asked);
    ctx.res.once("close", () => {
      active.add(-1, asked);
      duration.record((performance.now() - start) / 1_000, { ...asked, ...outcomeOf(ctx) });
    });
    return next();
  };
}
