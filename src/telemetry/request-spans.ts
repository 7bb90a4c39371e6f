import {
  type Attributes,
  context,
  createContextKey,
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import type { Context, Middleware } from "koa";
import { isSocketPath } from "../http/listening/address.ts";
import { askedOf, outcomeOf, routeOf } from "./request-attributes.ts";

/** The address of a server by its settings: what a client writes into `Host` says nothing. */
export interface ServerPlace {
  /** An address of this machine, or the path of a Unix socket. */
  readonly host: string;
  /** The origin that browsers reach the server at. */
  readonly publicUrl: string | undefined;
}

/** The mark of the contexts that are made here. */
const OWN = createContextKey("kudos.request");

/**
 * Makes a span of each request by the semantic conventions (https://opentelemetry.io/docs/specs/semconv/http/http-spans): below the one
 * that its `traceparent` names, and with neither path nor query, address or user. It is the active one while the request is handled, and
 * its trace id is `ctx.state.traceId`. Where an instrumentation of HTTP has made one already, that one is told the route instead.
 */
export function traceRequests(tracer: Tracer, place: ServerPlace): Middleware {
  const server = serverOf(place);
  return (ctx, next) => {
    const outer = spanAround();
    ctx.state.traceId = traceIdOfSpan(outer);
    return outer === undefined ? within(tracer, ctx, server(ctx), next) : withRoute(outer, ctx, next);
  };
}

/** The span that someone else has made of the same request. One of this file is that of the request before, on the same connection. */
function spanAround(): Span | undefined {
  const around = context.active();
  return around.getValue(OWN) === undefined ? trace.getSpan(around) : undefined;
}

function within(tracer: Tracer, ctx: Context, server: Attributes, next: () => Promise<unknown>): Promise<unknown> {
  const parent = propagation.extract(ROOT_CONTEXT, ctx.req.headers);
  const attributes = { ...askedOf(ctx), ...server };
  const span = tracer.startSpan(nameOf(ctx), { kind: SpanKind.SERVER, attributes }, parent);
  ctx.state.traceId = traceIdOfSpan(span);
  ctx.res.once("close", () => {
    span.updateName(nameOf(ctx));
    span.setAttributes(outcomeOf(ctx));
    if (ctx.res.headersSent && ctx.res.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  });
  return context.with(trace.setSpan(parent, span).setValue(OWN, true), next);
}

/** Tells a span its route as soon as that is known: its maker may end it before anyone else hears of the end. */
async function withRoute(span: Span, ctx: Context, next: () => Promise<unknown>): Promise<void> {
  await next();
  const route = routeOf(ctx);
  if (route === undefined) return;
  span.updateName(nameOf(ctx));
  span.setAttribute("http.route", route);
}

/** The name of a span: the method with the path template, or alone for an unknown path. */
function nameOf(ctx: Context): string {
  const method = askedOf(ctx)["http.request.method"];
  const route = routeOf(ctx);
  const first = method === "_OTHER" ? "HTTP" : method;
  return route === undefined ? first : `${first} ${route}`;
}

function traceIdOfSpan(span: Span | undefined): string | undefined {
  const spanContext = span?.spanContext();
  return spanContext !== undefined && isSpanContextValid(spanContext) ? spanContext.traceId : undefined;
}

function serverOf({ host, publicUrl }: ServerPlace): (ctx: Context) => Attributes {
  if (publicUrl !== undefined) {
    const { hostname, port, protocol } = new URL(publicUrl);
    const known = { "server.address": hostname, "server.port": Number(port) || (protocol === "https:" ? 443 : 80) };
    return () => known;
  }
  if (isSocketPath(host)) return () => ({ "server.address": host });
  // The settings may leave the choice of the port to the system.
  return ({ req }) => ({ "server.address": host, "server.port": req.socket.localPort });
}
