import type { Context } from "koa";

/** Whether an `Origin` field names the origin of this request (RFC 6454 §5). */
export function isOwnOrigin(ctx: Context, origin: string): boolean {
  const own = `${ctx.protocol}://${ctx.host}`;
  if (origin === own) return true;
  const normal = normalOrigin(origin);
  return normal !== undefined && normal === normalOrigin(own);
}

/**
 * An origin in the one spelling that browsers send: lower case, without the port that its scheme implies (RFC 6454 §6.2). Undefined
 * for a text that is no origin of http or https.
 */
function normalOrigin(text: string): string | undefined {
  return ORIGIN.test(text) ? URL.parse(text)?.origin : undefined;
}

/** Scheme, host and port alone: neither a user nor a path, which `URL` would overlook. */
const ORIGIN = /^https?:\/\/[^\s/?#@\\]+$/i;
