import type { IncomingMessage } from "node:http";
import { Transform } from "node:stream";
import type { Context } from "koa";
import { inflated } from "./inflated.ts";
import { tooLarge } from "./refusal.ts";

/** The content of a request, decoded, as a stream that ends with a 413 when it is longer than allowed. */
export interface BoundedContent {
  readonly stream: Transform;
  /** The same, as the request of a context, for a parser that takes one. */
  readonly ctx: Context;
  /** Ends the reading, whatever has become of the request. */
  end(): void;
}

/** Bounds the content of a request, for parsers that count some of its parts only. */
export function boundedContent(ctx: Context, maxBytes: number): BoundedContent {
  const decoded = inflated(ctx);
  const source = decoded.ctx.req as IncomingMessage;
  let read = 0;
  const stream = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      read += chunk.length;
      done(read > maxBytes ? tooLarge(maxBytes) : null, chunk);
    },
  });
  const breakOff = (): void => {
    if (!source.readableEnded) stream.destroy(new Error("The request was broken off."));
  };
  // The reader hears of an error; one that comes after it has nobody left to tell.
  stream.on("error", () => {});
  source.once("error", breakOff).once("close", breakOff).pipe(stream);
  if (source.destroyed) breakOff();
  // Without a length or chunks there would be no content to the parser.
  const { "content-length": _length, "content-encoding": _coding, ...headers } = ctx.req.headers;
  const request = Object.assign(stream, { headers: { ...headers, "transfer-encoding": "chunked" } });
  return {
    stream,
    // The parser takes each request for a POST: it refuses methods that it does not know, such as QUERY.
    ctx: Object.create(ctx, { method: { value: "POST" }, req: { value: request } }),
    end: () => {
      source.off("error", breakOff).off("close", breakOff).unpipe(stream);
      decoded.end();
      stream.destroy();
    },
  };
}
