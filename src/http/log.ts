import type { Context, Middleware } from "koa";
import { type DestinationStream, type Logger, pino } from "pino";
import { ClientGone, isHangUp } from "./client-gone.ts";

export type { Logger } from "pino";

/** A structured log. What is written is named field by field where it is written; errors go through {@link describeError}. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    destination ?? pino.destination({ sync: false }),
  );
}

/**
 * An error for the log: its name, its message and where it happened. A message of the database driver begins with the
 * SQL text and its values, which may be secret: only what follows them is kept.
 */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error };
  const { name, message, stack = "", cause } = error;
  return {
    name,
    message: SQL.test(message) ? withoutSql(message) : message,
    // A stack repeats the message first, and values in that can look like anything.
    at: stack
      .replace(message, "")
      .split("\n")
      .flatMap((line) => FRAME.exec(line)?.[1] ?? []),
    ...(cause !== undefined && { cause: describeError(cause) }),
  };
}

const SQL =
  /^\s*(alter|begin|commit|create|delete|drop|insert|pragma|release|rollback|savepoint|select|update|with)\b/i;
const FRAME = /^ {4}(at (?:.* \(|async )?(?:file:|node:|\/).*:\d+:\d+\)?)$/;

function withoutSql(message: string): string {
  const end = message.lastIndexOf(" - ");
  return end === -1 ? "" : message.slice(end + 3);
}

/**
 * The path of a request for the log: the route that it matches, with the numbers in the places of its parameters. Null for any
 * other: what somebody puts into a path by mistake may be a password or a token.
 */
export function loggedPath({ path, matched }: Pick<Context, "path"> & { readonly matched?: unknown }): string | null {
  const [layer] = Array.isArray(matched) ? matched : [];
  const route: unknown = layer?.path;
  if (typeof route !== "string") return null;
  const given = path.split("/");
  return route
    .split("/")
    .map((part, index) => {
      if (!part.startsWith(":")) return part;
      const value = given[index] ?? "";
      return NUMBER.test(value) ? value : `{${part.slice(1)}}`;
    })
    .join("/");
}

const NUMBER = /^\d{1,16}$/;

/** One line for each request, when its answer is out or its client is gone. Neither query nor headers are in it. */
export function accessLog(logger: Logger): Middleware {
  return async (ctx, next) => {
    const start = performance.now();
    // Asked now: a connection that is gone has forgotten it.
    const address = ctx.ip;
    ctx.res.once("close", () => {
      const entry = {
        request: ctx.state.requestId,
        method: ctx.method,
        path: loggedPath(ctx),
        status: ctx.res.writableFinished ? ctx.res.statusCode : 499,
        ms: Math.round((performance.now() - start) * 100) / 100,
        address,
      };
      logger.info(entry, "request");
    });
    await next();
  };
}

/** Logs an error that is answered with a 500, with its request. A client that has gone is no fault. */
export function logFault(logger: Logger): (error: unknown, ctx: Context) => void {
  return (error, ctx) => {
    if (error instanceof ClientGone) return;
    const request = { request: ctx.state.requestId, method: ctx.method, path: loggedPath(ctx) };
    logger.error({ ...request, error: describeError(error) }, "fault");
  };
}

/** Logs an error that came after the answer had begun. A connection that its client has closed or reset is no fault. */
export function logConnectionError(logger: Logger): (error: unknown, ctx?: Context) => void {
  return (error, ctx) => {
    if (!isHangUp(error, ctx?.res)) logger.error({ error: describeError(error) }, "fault");
  };
}
