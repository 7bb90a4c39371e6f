import type { Context } from "koa";
import type { DeclaredResponse, Operation } from "../document/operation.ts";
import { HttpProblem } from "../problem.ts";
import { preferredMediaType } from "./accept.ts";

/** The part of a request that is the same for all operations. */
export interface Negotiation {
  /** The one of these media types that the client likes best (RFC 9110 §12.5.1); undefined when it wants none. */
  accepts<M extends string>(...mediaTypes: readonly M[]): M | undefined;
  /**
   * The one of these content codings, best first, that the client likes best (RFC 9110 §12.5.3); undefined when it
   * wants none.
   */
  acceptsEncoding<C extends string>(...codings: readonly C[]): C | undefined;
}

/** Does `Accept` decide which success a client gets: one media type or another, or a redirect instead of content? */
export function isNegotiated(operation: Operation): boolean {
  const kinds = successesOf(operation).flatMap(({ mediaTypes }) =>
    mediaTypes.size > 0 ? [...mediaTypes.keys()] : ["none"],
  );
  return new Set(kinds).size > 1;
}

/** Can a client ask for what the operation does not have? A success without content suits every client. */
export function narrowsAccept(operation: Operation): boolean {
  return !successesOf(operation).some((response) => response.mediaTypes.size === 0);
}

/** Throws 406 when the client accepts none of the media types that a success can have (RFC 9110 §15.5.7). */
export function compileAcceptable(operation: Operation): (ctx: Context) => void {
  const successes = successesOf(operation);
  const mediaTypes = [...new Set(successes.flatMap((response) => [...response.mediaTypes.keys()]))];
  if (!narrowsAccept(operation)) return () => {};
  return (ctx) => {
    if (preferredMediaType(ctx, mediaTypes) === undefined) {
      throw new HttpProblem(406, { detail: `This operation answers ${mediaTypes.join(" or ")}.` });
    }
  };
}

/** The successes and redirects of an operation. 304 is left out: it stands for a success that the client has already. */
function successesOf({ responses }: Operation): DeclaredResponse[] {
  return [...responses.values()].filter(({ status }) => status < 400 && status !== 304);
}
