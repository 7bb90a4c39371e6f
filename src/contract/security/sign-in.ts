import type { Context } from "koa";
import type { Operation } from "../document/operation.ts";
import { HttpProblem } from "../problem.ts";
import { preferredMediaType } from "../response/accept.ts";
import { writeAnswer } from "../response/response.ts";

/**
 * The longest `next`, in characters. A longer one is left out, because an address has to stay short enough to be sent.
 */
const LONGEST_NEXT = 1_000;

/**
 * Answers a failed authentication with a redirect to the sign-in page, where the operation declares 302 and the client is a
 * browser that opens a page. Throws every other error again.
 */
export function compileSignIn(operation: Operation, signInPath: string): (ctx: Context, error: unknown) => undefined {
  return (ctx, error) => {
    const refused = error instanceof HttpProblem && error.problem.status === 401 && operation.responses.has(302);
    if (!refused || preferredMediaType(ctx, ["application/json", "text/html"]) !== "text/html") throw error;
    const next = encodeURIComponent(ctx.url);
    const Location = next.length > LONGEST_NEXT ? signInPath : `${signInPath}?next=${next}`;
    writeAnswer(ctx, operation, { status: 302, headers: { Location } });
  };
}
