import type { Meter } from "@opentelemetry/api";
import type { Context, Middleware } from "koa";

/** The methods that have a name of their own in measurements: those of HTTP. Any other is `_OTHER`, since clients can make up as many. */
const METHODS: ReadonlySet<string> = new Set([
  ...["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE"],
]);

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
    // What the proxy names is text of any kind: `ctx.secure` alone is not.
    const scheme = ctx.secure ? "https" : "http";
    const method = METHODS.has(ctx.method) ? ctx.method : "_OTHER";
    const asked = { "http.request.method": method, "url.scheme": scheme };
    active.add(1, asked);
    ctx.res.once("close", () => {
      active.add(-1, asked);
      duration.record((performance.now() - start) / 1_000, { ...asked, ...outcomeOf(ctx) });
    });
    return next();
  };
}

function outcomeOf(ctx: Context): Record<string, string | number> {
  const { statusCode, headersSent, writableFinished } = ctx.res;
  const route = routeOf(ctx);
  const error = writableFinished ? statusCode >= 500 && String(statusCode) : "client_gone";
  return {
    ...(route !== undefined && { "http.route": route }),
    ...(headersSent && { "http.response.status_code": statusCode }),
    ...(error !== false && { "error.type": error }),
  };
}

/** The path template of the operation that a request has met, as the contract writes it; undefined for an unknown path. */
function routeOf({ matched }: Context): string | undefined {
  const [layer] = Array.isArray(matched) ? matched : [];
  const route: unknown = layer?.path;
  return typeof route === "string" ? route.replaceAll(/:(\w+)/g, "{$1}") : undefined;
}
