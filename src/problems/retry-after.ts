import type { Context } from "koa";

/** The `Retry-After` (RFC 9110 §10.2.3) that the answer has been given, in seconds; undefined without one. */
export function retryAfterSeconds(ctx: Context): number | undefined {
  const seconds = Number(ctx.response.get("Retry-After") || Number.NaN);
  return Number.isNaN(seconds) ? undefined : seconds;
}
