import type { Context, Middleware } from "koa";
import { addLastingFields } from "./declared/deprecation.ts";
import { HttpProblem, type Problem } from "./problem.ts";
import { preferredMediaType } from "./response/accept.ts";
import type { DeclaredErrors } from "./response/declared-errors.ts";

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
 * Holds the errors of a request to what its operation declares. Another status leaves as 500, and so does a type that is not
 * permitted: it is a fault of the server.
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

/** A problem with what the operation of its request makes of it. */
interface Permitted {
  readonly known: HttpProblem;
  readonly type: string;
  /** Undefined when there is no operation. */
  readonly mediaTypes: readonly string[] | undefined;
}

/** The problem as it may leave; undefined when the operation does not declare it. */
function permit(known: HttpProblem, declared: DeclaredErrors | undefined): Permitted | undefined {
  const { problem, reason } = known;
  if (declared === undefined) return { known, type: problem.type, mediaTypes: undefined };
  const problems = declared.problems.get(problem.status);
  if (problems === undefined) {
    return declared.othersMayLeave ? { known, type: problem.type, mediaTypes: undefined } : undefined;
  }
  // A problem of the runtime's own has the type that the operation declares for it.
  const type = reason === undefined ? problem.type : (problems.byName.get(reason) ?? problem.type);
  const { mediaTypes } = problems;
  return declared.permits(problem.status, problems, type) ? { known, type, mediaTypes } : undefined;
}

/** The 500 in place of an error that was not foreseen or not declared. */
function unforeseen(declared: DeclaredErrors | undefined): Permitted {
  const known = new HttpProblem(500, {
    detail: "Something went wrong on our side. Quote the request id when you report it.",
  });
  return { known, type: known.problem.type, mediaTypes: declared?.problems.get(500)?.mediaTypes };
}

async function answer(ctx: Context, error: unknown, options: ErrorDoorOptions): Promise<void> {
  const declared: DeclaredErrors | undefined = ctx.state.declaredErrors;
  const problemOfError = error instanceof HttpProblem ? error : options.toProblem(error);
  const permitted = problemOfError && permit(problemOfError, declared);
  if (!permitted || permitted.known.fault) options.onFault(error, ctx);
  const { known, type, mediaTypes } = permitted ?? unforeseen(declared);
  const { status, title } = known.problem;
  const problem = {
    ...known.problem,
    type,
    title: options.titles?.[status] ?? title,
    instance: options.instanceOf(ctx),
  };

  // A handler may have set a cookie before it failed.
  ctx.remove("Set-Cookie");
  ctx.status = status;
  ctx.set(known.headers);
  addLastingFields(ctx);
  ctx.set("Cache-Control", "no-store");
  let { content, mediaType } = await write(ctx, problem, options, mediaTypes);
  // The operation declares another error with this status, which only its handler can answer: this one leaves as what it is.
  if (content !== undefined && declared?.fits(status, mediaType, content) === false)
    ({ content, mediaType } = await write(ctx, problem, options));
  ctx.set("Content-Type", mediaType.startsWith("text/") ? `${mediaType}; charset=utf-8` : mediaType);
  ctx.body = content;
}

/** Writes a problem in that one of the media types which the client likes best. */
async function write(
  ctx: Context,
  problem: LeavingProblem,
  { mediaTypes, representations }: ErrorDoorOptions,
  declared: readonly string[] = [],
): Promise<{ readonly content: string | undefined; readonly mediaType: string }> {
  const candidates = declared.length > 0 ? declared : mediaTypes;
  const [first = ""] = candidates;
  const mediaType = candidates.length === 1 ? first : (preferredMediaType(ctx, candidates) ?? first);
  if (candidates.length > 1) ctx.vary("Accept");
  return { mediaType, content: await representations[mediaType]?.(problem, ctx) };
}
