import type { Context } from "koa";
import type { Operation } from "../document/operation.ts";
import { HttpProblem } from "../problem.ts";

/** Does the contract require `If-Match` of this operation, the state that a change is meant for (RFC 9110 §13.1.1)? */
export function needsIfMatch({ parameters }: Operation): boolean {
  return parameters.some(
    ({ name, in: where, node }) => where === "header" && name.toLowerCase() === "if-match" && node.required === true,
  );
}

/** Throws 428 (RFC 6585 §3) where `If-Match` is required and missing; another missing parameter is a 400. */
export function compilePrecondition(operation: Operation): (ctx: Context) => void {
  if (!needsIfMatch(operation)) return () => {};
  return (ctx) => {
    if (ctx.get("If-Match") !== "") return;
    throw new HttpProblem(428, { detail: "Say in If-Match, by its ETag, which state this change is meant for." });
  };
}
