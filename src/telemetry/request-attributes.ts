import type { Context } from "koa";

/** The methods that have a name of their own in measurements: those of HTTP. Any other is `_OTHER`, since clients can make up as many. */
const METHODS: ReadonlySet<string> = new Set([
  ...["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE"],
]);

/** What is known of a request at its beginning, by the names of the semantic conventions; all values are of bounded sets. */
export interface Asked {
  readonly "http.request.method": string;
  readonly "url.scheme": "http" | "https";
  readonly [name: string]: string;
}

export function askedOf(ctx: Context): Asked {
  return {
    "http.request.method": METHODS.has(ctx.method) ? ctx.method : "_OTHER",
    // What the proxy names is text of any kind: `ctx.secure` alone is not.
    "url.scheme": ctx.secure ? "https" : "http",
  };
}

/** What is known of a request at its end, by the names of the semantic conventions; all values are of bounded sets. */
export function outcomeOf(ctx: Context): Record<string, string | number> {
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
export function routeOf({ matched }: Context): string | undefined {
  const [layer] = Array.isArray(matched) ? matched : [];
  const route: unknown = layer?.path;
  return typeof route === "string" ? route.replaceAll(/:(\w+)/g, "{$1}") : undefined;
}
