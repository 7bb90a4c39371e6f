import type { IncomingMessage } from "node:http";
import { createBrotliDecompress, createUnzip } from "node:zlib";
import type { Context } from "koa";

/** A request's context for the parser: its content is decoded. */
export interface InflatedContext {
  readonly ctx: Context;
  /** Ends the decoding, whatever has become of the request. */
  end(): void;
}

/**
 * The context of a request with a content coding (RFC 9110 §8.4), for a parser that knows none; the context itself for a request without
 * one, and for one with a coding that is not supported. The parser would decode by itself, and go on for ever when a client breaks off:
 * a stream that is piped into another ends it, but does not tell it that nothing more comes. The parser also knows few methods, and no
 * QUERY: it takes each request for a POST.
 */
export function inflated(ctx: Context): InflatedContext {
  const { req } = ctx;
  const method = { value: "POST" };
  const decoder = decoderOf(req.headers["content-encoding"]);
  if (decoder === undefined)
    return { ctx: ctx.method === "POST" ? ctx : Object.create(ctx, { method }), end: () => {} };
  const { "content-encoding": _coding, "content-length": _length, ...headers } = req.headers;
  const breakOff = (): void => {
    if (!req.complete) decoder.destroy(new Error("The request was broken off."));
  };
  // The parser hears of an error; one that comes after it has nobody left to tell.
  decoder.on("error", () => {});
  req.once("close", breakOff).pipe(decoder);
  if (req.destroyed) breakOff();
  return {
    ctx: Object.create(ctx, { method, req: { value: Object.assign(decoder, { headers }) } }),
    end: () => {
      req.off("close", breakOff).unpipe(decoder);
      decoder.destroy();
    },
  };
}

/** Codings are compared without case, and `x-gzip` is gzip (RFC 9110 §8.4.1). */
function decoderOf(field: IncomingMessage["headers"]["content-encoding"]) {
  const coding = field?.toLowerCase();
  if (coding === "gzip" || coding === "x-gzip" || coding === "deflate") return createUnzip();
  return coding === "br" ? createBrotliDecompress() : undefined;
}
