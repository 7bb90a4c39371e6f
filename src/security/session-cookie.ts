import type { Authenticator } from "../contract/security/requirement.ts";
import { authenticateCredential } from "../domain/credentials/authenticate.ts";
import { csrfTokenMatches } from "../domain/credentials/text.ts";
import type { Principal } from "../domain/principal.ts";
import type { Authority } from "./find-principal.ts";

/** Where a page may put the `csrf_token` of the sign-in's answer; the second name is what axios and Angular send. */
const CSRF_HEADERS = ["X-CSRF-Token", "X-XSRF-Token"];

/** An unsafe request by cookie that could come from any page. */
export class CrossSiteRequest extends Error {
  override readonly name = "CrossSiteRequest";
  override readonly message = "A request by cookie must come from a page of this site, or carry its CSRF token.";
}

/**
 * The scheme `sessionCookie`. A browser adds the cookie to whatever any page makes it send, so an unsafe request needs
 * proof that it comes from a page of ours: the browser's own word, or the session's CSRF token. Without it: 403.
 */
export function sessionCookie({ fork, keys, now, lifetimes, note }: Authority): Authenticator<Principal> {
  return async (cookie, { safe, sameOrigin, header }) => {
    const principal = await authenticateCredential(fork(), keys(), "session", cookie, { now: now(), lifetimes });
    if (principal === null) return null;
    const { id } = principal.credential;
    const proven = safe || sameOrigin || CSRF_HEADERS.some((name) => csrfTokenMatches(keys(), id, header(name)));
    if (!proven) throw new CrossSiteRequest();
    note(principal);
    return principal;
  };
}

/** The prefix of the cookies' names: behind https a browser then takes them from this very host only (RFC 6265bis §4.1.3.2). */
export function cookiePrefix({ secure }: { readonly secure: boolean }): string {
  return secure ? "__Host-" : "";
}

/** `Set-Cookie` for a session (RFC 6265 §4.1), under the prefixed name. `maxAgeSeconds`: kept that long; undefined: until the browser closes. */
export function writeSessionCookie(
  name: string,
  value: string,
  { secure, maxAgeSeconds }: { readonly secure: boolean; readonly maxAgeSeconds?: number | undefined },
): string {
  const age = maxAgeSeconds === undefined ? "" : `; Max-Age=${maxAgeSeconds}`;
  return `${cookiePrefix({ secure })}${name}=${value}; Path=/; HttpOnly; SameSite=Lax${secure ? "; Secure" : ""}${age}`;
}
