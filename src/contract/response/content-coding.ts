import type { Context } from "koa";
import Negotiator from "negotiator";
import type { Operation } from "../document/operation.ts";

/** Does the contract declare content codings for an answer, so that `Accept-Encoding` decides which one it has? */
export function isCoded({ responses }: Operation): boolean {
  return [...responses.values()].some(({ headers }) => headers.has("Content-Encoding"));
}

/**
 * The coding that a client likes best (RFC 9110 §12.5.3), of equals the first of `codings`; undefined when it wants
 * none.
 */
export function preferredCoding({ req }: Context, codings: readonly string[]): string | undefined {
  const negotiator: Preferring = new Negotiator(req);
  return negotiator.encoding(codings, { preferred: codings });
}

/** The second parameter of `encoding`, which the type declarations of the package leave out. */
interface Preferring {
  encoding(available: readonly string[], options: { readonly preferred: readonly string[] }): string | undefined;
}
