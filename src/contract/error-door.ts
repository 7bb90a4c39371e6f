import type { Context, Middleware } from "koa";
import { HttpProblem, type Problem } from "./problem.ts";

/** A problem on its way out: `instance` names the request (RFC 9457 §3.1.5), as `X-Request-Id` does. */
export type LeavingProblem = Problem & { readonly instance: string };

/** Writes a problem in one media type. */
export type Representation = (problem: LeavingProblem, ctx: Context) => string | Promise<string>;

export interface ErrorDoorOptions {
  /** What the application's own errors mean over HTTP; undefined for an error that nobody foresaw. */
  readonly toProblem: (error: unknown) => HttpProblem | undefined;
  /** How problems are written, by media type. */
  readonly representations: Readonly<Record<string, Representation>>;
  /** The media types of a problem that no route narrows; the first is for clients that accept none of them. */
  readonly mediaTypes: readonly string[];
  /** Tells of an error that is our fault, before the client gets its 500. */
  readonly onFault: (error: unknown, ctx: Context) => void;
}

/** What a route says of its errors: the media types of a status; undefined when it does not declare the status. */
export type ErrorMediaTypes = (status: number) => readonly string[] | undefined;

/**
 * The one place where errors become answers (RFC 9457). A route narrows the media types by `ctx.state.errorMediaTypes`;
 * a status that it does not declare is a fault of ours and leaves as 500.
 */
export function errorDoor(options: ErrorDoorOptions): Middleware {
  return async (ctx, next) => {
    const before = new Set(ctx.res.getHeaderNames());
    try {
      await next();
    } catch (error) {
      for (const name of ctx.res.getHeaderNames())
        if (!before.has(name) && !OF_THE_REQUEST.test(name)) ctx.remove(name);
      await answer(ctx, error, options);
    }
  };
}

/** Fields that hold for any answer to this request; all others belong to an answer that turned out to be wrong. */
const OF_THE_REQUEST = /^(vary|access-control-.+)$/;

async function answer(
  ctx: Context,
  error: unknown,
  { toProblem, representations, mediaTypes: everywhere, onFault }: ErrorDoorOptions,
): Promise<void> {
  const declared = ctx.state.errorMediaTypes as ErrorMediaTypes | undefined;
  let known = error instanceof HttpProblem ? error : toProblem(error);
  let mediaTypes = known && declared?.(known.problem.status);
  if (!known || (declared && !mediaTypes)) {
    onFault(error, ctx);
    known = new HttpProblem(500, {
      detail: "Something went wrong on our side. Quote the request id when you report it.",
    });
    mediaTypes = declared?.(500);
  }
  const candidates = [...(mediaTypes?.length ? mediaTypes : everywhere)];
  const mediaType = ctx.accepts(candidates) || (candidates[0] as string);
  const problem = { ...known.problem, instance: `urn:uuid:${ctx.state.requestId}` };

  // A handler may have set one before it failed.
  ctx.remove("Set-Cookie");
  ctx.status = problem.status;
  ctx.set({ ...known.headers, "Cache-Control": "no-store" });
  if (candidates.length > 1) ctx.vary("Accept");
  ctx.body = await representations[mediaType]?.(problem, ctx);
  ctx.set("Content-Type", mediaType.startsWith("text/") ? `${mediaType}; charset=utf-8` : mediaType);
}
