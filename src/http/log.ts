import type { IncomingMessage } from "node:http";
import type { Context, Middleware } from "koa";
import { type DestinationStream, type Logger, pino } from "pino";
import { ClientGone, isHangUp } from "./client-gone.ts";
import { traceIdOf } from "./listening/trace-context.ts";
import { createLogDestination } from "./log-destination.ts";

export type { Logger } from "pino";

/**
 * A structured log. Callers name every field that they write, and pass errors through {@link describeError}.
 *
 * @param destination of the lines; standard output, together and without ever waiting, when left out
 */
export function createLogger(level: string, destination: DestinationStream = createLogDestination()): Logger {
  return pino({ level, base: null, timestamp: isoTime() }, destination);
}

/** The field of the time (RFC 3339, in UTC), made once for all lines of a millisecond. */
function isoTime(): () => string {
  let made = Number.NaN;
  let field = "";
  return () => {
    const now = Date.now();
    if (now !== made) field = `,"time":"${new Date(now).toISOString()}"`;
    made = now;
    return field;
  };
}

/**
 * An error for the log: its name, its message and the places of its stack. A message of the database driver begins with
 * the SQL text and its values, which may be secret; only the text behind them is kept.
 */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error };
  const { name, message, stack = "", cause } = error;
  return {
    name,
    message: SQL.test(message) ? withoutSql(message) : message,
    // A stack begins with the message, and a value in the message can look like a place.
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
 * The path of a request for the log: the route that it matches, with those parameters that are numbers. Null for a path
 * without a route. Other parts of a path are left out, because a password or a token may stand there by mistake.
 */
export function loggedPath({ path, matched }: Pick<Context, "path"> & { readonly matched?: unknown }): string | null {
  const [layer] = Array.isArray(matched) ? matched : [];
  const route: unknown = layer?.path;
  if (typeof route !== "string") return null;
  if (!route.includes(":")) return route;
  const given = path.split("/");
  let logged = "";
  for (const [index, part] of route.split("/").entries()) {
    if (index > 0) logged += "/";
    const value = given[index] ?? "";
    if (!part.startsWith(":")) logged += part;
    else logged += NUMBER.test(value) ? value : `{${part.slice(1)}}`;
  }
  return logged;
}

const NUMBER = /^\d{1,16}$/;

/** One line for each request, when its answer is out or its client is gone. Neither query nor headers are in it. */
export function accessLog(logger: Logger): Middleware {
  return (ctx, next) => {
    const start = performance.now();
    // The address is read now, because a closed connection has none.
    const address = ctx.ip;
    ctx.res.once("close", () => {
      const entry = {
        request: ctx.state.requestId,
        // Left out by JSON where the request is part of no trace.
        trace_id: ctx.state.traceId ?? traceIdOf(ctx.req.headers.traceparent),
        method: ctx.method,
        path: loggedPath(ctx),
        status: ctx.res.writableFinished ? ctx.res.statusCode : 499,
        ms: Math.round((performance.now() - start) * 100) / 100,
        address,
      };
      logger.info(entry, "request");
    });
    return next();
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

const HOUR_MS = 60 * 60 * 1000;

/**
 * Logs, at most once an hour, that a request has the fields of a proxy although none is trusted: all clients behind it count as
 * one address then, and pages that came by https are taken for http.
 *
 * @param elapsed the milliseconds of a clock that is never set back
 */
export function forwardingWarning(
  logger: Logger,
  elapsed: () => number = () => performance.now(),
): (request: Pick<IncomingMessage, "headers">) => void {
  let until = Number.NEGATIVE_INFINITY;
  return ({ headers }) => {
    if (elapsed() < until) return;
    const fields = FORWARDING.filter((name) => headers[name] !== undefined);
    if (fields.length === 0) return;
    until = elapsed() + HOUR_MS;
    logger.warn(
      { fields },
      "a proxy seems to stand in front, and its fields count for nothing while TRUSTED_PROXIES=0",
    );
  };
}

const FORWARDING = ["forwarded", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-forwarded-prefix"];
