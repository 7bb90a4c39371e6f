import { randomUUID } from "node:crypto";
import cors from "@koa/cors";
import type { Context, Middleware } from "koa";
import helmet from "koa-helmet";
import { HttpProblem } from "../contract/problem.ts";

/** A random id for each request, in its answer, its log lines and its problem. An id that the client sent is not taken over. */
export const requestId: Middleware = (ctx, next) => {
  ctx.state.requestId = randomUUID();
  ctx.set("X-Request-Id", ctx.state.requestId);
  // The default: caches keep an answer only if its handler says so.
  ctx.set("Cache-Control", "no-store");
  return next();
};

/** The URI of a request's id (RFC 9562 §4), by which a problem names its request. */
export function requestUrn({ state }: Context): string {
  return `urn:uuid:${state.requestId}`;
}

/**
 * Cuts `X-Forwarded-Proto` and `X-Forwarded-Host` down to the value of the outermost trusted proxy. Each proxy adds its
 * value on the right, so values further left may be forged by the client; Koa would take the first.
 *
 * @param hops the number of trusted proxies, 1 or more
 */
export function forwardedFields(hops: number): Middleware {
  return (ctx, next) => {
    for (const name of ["x-forwarded-proto", "x-forwarded-host"]) {
      const values = ctx.get(name).split(",");
      if (values.length > 1) ctx.req.headers[name] = values[Math.max(0, values.length - hops)]?.trim();
    }
    return next();
  };
}

/**
 * Tells browsers that came by https to come by nothing else (HSTS), where that is what they came by: over http they have to ignore it
 * (RFC 6797 §8.1). Other hosts of the domain are not this server's to speak for.
 *
 * @param seconds the time for which they do so
 */
export function strictTransport(seconds: number): Middleware {
  return (ctx, next) => {
    if (ctx.secure) ctx.res.setHeader("Strict-Transport-Security", `max-age=${seconds}`);
    return next();
  };
}

/** Has no browser tell, in `Referer`, the secret address of a page below these paths, not even to this server: a proxy may log it. */
export function withoutReferrer(paths: readonly string[]): Middleware {
  return (ctx, next) => {
    if (paths.some((path) => ctx.path.startsWith(`${path}/`))) ctx.set("Referrer-Policy", "no-referrer");
    return next();
  };
}

/**
 * Security headers for every answer, which are the same for all of them. Pages run scripts and styles of this origin only;
 * nothing is inline.
 */
export function securityFields(): Record<string, string> {
  const fields: Record<string, string> = {};
  const setHeader = (name: string, value: string) => {
    fields[name] = value;
  };
  const protect = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", "data:"],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    crossOriginEmbedderPolicy: false,
    // The one field that depends on the request.
    strictTransportSecurity: false,
    xFrameOptions: { action: "deny" },
    xPoweredBy: false,
    referrerPolicy: { policy: "same-origin" },
  }) as unknown as (ctx: object, next: () => Promise<void>) => Promise<void>;
  // Helmet sets its fields before it calls `next`, so the promise need not be awaited.
  void protect({ req: {}, res: { setHeader } }, () => Promise.resolve());
  return fields;
}

/** The request header fields that a page of another origin may send (CORS), besides those that carry credentials. */
const ALLOWED_FIELDS = ["Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match"];

/** The response header fields that a page of another origin may read (CORS). */
export const EXPOSED_FIELDS = [
  "ETag",
  "Idempotent-Replayed",
  "Link",
  "Location",
  "RateLimit",
  "RateLimit-Policy",
  "Retry-After",
  "WWW-Authenticate",
  "X-Request-Id",
];

/**
 * CORS for an exact list of origins, of at least one.
 *
 * @param credentialFields more request header fields that a page may send
 */
export function crossOrigin(origins: ReadonlySet<string>, credentialFields: readonly string[]): Middleware {
  return cors({
    // Without this function the package would reflect any origin.
    origin: (ctx) => (origins.has(ctx.get("Origin")) ? ctx.get("Origin") : ""),
    credentials: (ctx) => origins.has(ctx.get("Origin")),
    allowMethods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"],
    allowHeaders: [...ALLOWED_FIELDS, ...credentialFields],
    exposeHeaders: EXPOSED_FIELDS,
    maxAge: 600,
    keepHeadersOnError: false,
  });
}

/**
 * Refuses a request with too many header fields (431, RFC 6585 §5), with more than one `Host`, or in HTTP/1.1 with none
 * (400, RFC 9112 §3.2). Node's own limits are off: it drops the fields above its limit, credentials included; it takes the
 * first of several hosts, where a proxy in front may take the last; and it answers a missing host without content.
 */
export function headerLimit(most: number): Middleware {
  return (ctx, next) => {
    if (ctx.req.rawHeaders.length / 2 > most) {
      throw new HttpProblem(431, {
        detail: `The request has more than ${most} header fields.`,
        headers: { Connection: "close" },
      });
    }
    const hosts = ctx.req.headersDistinct.host?.length ?? 0;
    if (hosts > 1) {
      throw new HttpProblem(400, { detail: "The request has more than one Host.", headers: { Connection: "close" } });
    }
    if (hosts === 0 && ctx.req.httpVersion !== "1.0") {
      throw new HttpProblem(400, { detail: "The request has no Host.", headers: { Connection: "close" } });
    }
    return next();
  };
}
