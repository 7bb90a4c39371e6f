import type { Context } from "koa";
import type { LeavingProblem } from "../contract/error-door.ts";
import { waitInWords } from "../web/wording.ts";

/** Sentences for a problem that is not about the fields of a form: too many attempts, say, or a fault of the server. */
export function obstaclesOfProblem(
  { status, detail, title, instance }: LeavingProblem,
  ctx: Context,
): readonly string[] {
  const wait = retryAfterSeconds(ctx);
  return [
    status === 429 ? "Too many attempts." : (detail ?? title),
    ...(wait === undefined ? [] : [`You can try again in ${waitInWords(wait)}.`]),
    ...(status === 500 ? [`The number of the request is ${instance.replace("urn:uuid:", "")}.`] : []),
  ];
}

/** The `Retry-After` (RFC 9110 §10.2.3) that the answer has been given, in seconds; undefined without one. */
export function retryAfterSeconds(ctx: Context): number | undefined {
  const seconds = Number(ctx.response.get("Retry-After") || Number.NaN);
  return Number.isNaN(seconds) ? undefined : seconds;
}
