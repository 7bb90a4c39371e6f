import type { Context } from "koa";

/** The prefix of cookie names. A browser takes a `__Host-` cookie over https and from this host only (RFC 6265bis §4.1.3.2). */
export function cookiePrefix({ secure }: Pick<Context, "secure">): string {
  return secure ? "__Host-" : "";
}

/**
 * `Set-Cookie` for a cookie under the prefixed name that scripts cannot read (RFC 6265 §4.1).
 *
 * @param maxAgeSeconds the time for which the browser keeps it; undefined: until the browser closes; 0 deletes it
 * @param sameSite `Strict` where not even a link on another site may send it
 */
export function writeCookie(
  { secure }: Pick<Context, "secure">,
  name: string,
  value: string,
  maxAgeSeconds?: number,
  sameSite: "Lax" | "Strict" = "Lax",
): string {
  const age = maxAgeSeconds === undefined ? "" : `; Max-Age=${maxAgeSeconds}`;
  return `${cookiePrefix({ secure })}${name}=${value}; Path=/; HttpOnly; SameSite=${sameSite}${secure ? "; Secure" : ""}${age}`;
}
