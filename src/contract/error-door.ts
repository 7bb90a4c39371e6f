import type { Context, Middleware } from "koa";
import { addLastingFields } from "./declared/deprecation.ts";
import { HttpProblem, type Problem } from "./problem.ts";
import { preferredMediaType } from "./response/accept.ts";

/** A problem on its way out: `instance` names the request (RFC 9457 §3.1.5). */
export type LeavingProblem = Problem & { readonly instance: string };

/** Writes a problem in one media type. */
export type Representation = (problem: LeavingProblem, ctx: Context) => string | Promise<string>;

export interface ErrorDoorOptions {
  /** The meaning of the application's own errors over HTTP; undefined for an error that was not foreseen. */
  readonly toProblem: (error: unknown) => HttpProblem | undefined;
  /** How problems are written, by media type. */
  readonly representations: Readonly<Record<string, Representation>>;
  /** The media types of a problem that no operation narrows; the first is for clients that accept none of them. */
  readonly mediaTypes: readonly string[];
  /** The URI that names a request in its problem. */
  readonly instanceOf: (ctx: Context) => string;
  /** Titles by status, in place of the phrases of RFC 9110. */
  readonly titles?: Readonly<Record<number, string>>;
  /** Takes an error that is a fault of the server, before the client gets its 500, or its 503 where the fault may pass. */
  readonly onFault: (error: unknown, ctx: Context) => void;
}

/**
 * The media types in which an operation declares an error of this status; undefined when it does not declare the
 * status.
 */
export type DeclaredErrors = (status: number) => readonly string[] | undefined;

/**
 * Holds the errors of a request to what its operation declares. Another status leaves as 500: it is a fault of the
 * server.
 */
export function narrowErrors(ctx: Context, declared: DeclaredErrors): void {
  ctx.state.declaredErrors = declared;
}

/** The one place where errors become answers (RFC 9457), in the media type that the client likes best. */
export function errorDoor(options: ErrorDoorOptions): Middleware {
  return async (ctx, next) => {
    const before = ctx.res.getHeaderNames();
    try {
      await next();
    } catch (error) {
      for (const name of ctx.res.getHeaderNames())
        if (!before.includes(name) && !OF_THE_REQUEST.test(name)) ctx.remove(name);
      await answer(ctx, error, options);
    }
  };
}

/** Fields that hold for any answer to this request; all others belong to the answer that an error has replaced. */
const OF_THE_REQUEST = /^(vary|access-control-.+)$/;

async function answer(ctx: Context, error: unknown, options: ErrorDoorOptions): Promise<void> {
  const declared: DeclaredErrors | undefined = ctx.state.declaredErrors;
  let known = error instanceof HttpProblem ? error : options.toProblem(error);
  let mediaTypes = known && declared?.(known.problem.status);
  const undeclared = !known || (declared && !mediaTypes);
  if (undeclared || known?.fault) options.onFault(error, ctx);
  if (!known || undeclared) {
    known = new HttpProblem(500, {
      detail: "Something went wrong on our side. Quote the request id when you report it.",
    });
    mediaTypes = declared?.(500);
  }
  const candidates = mediaTypes?.length ? mediaTypes : options.mediaTypes;
  const [first = ""] = candidates;
  const mediaType = candidates.length === 1 ? first : (preferredMediaType(ctx, candidates) ?? first);
  const { status, title } = known.problem;
  const problem = { ...known.problem, title: options.titles?.[status] ?? title, instance: options.instanceOf(ctx) };

  // A handler may have set a cookie before it failed.
  ctx.remove("Set-Cookie");
  ctx.status = status;
  ctx.set(known.headers);
  addLastingFields(ctx);
  ctx.set("Cache-Control", "no-store");
  if (candidates.length > 1) ctx.vary("Accept");
  const content = await options.representations[mediaType]?.(problem, ctx);
  ctx.set("Content-Type", mediaType.startsWith("text/") ? `${mediaType}; charset=utf-8` : mediaType);
  ctx.body = content;
}
