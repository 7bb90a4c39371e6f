import type { Principal } from "../../domain/principal.ts";
import type { HandlerContext } from "../handler-context.ts";

/**
 * The value of `Clear-Site-Data` (W3C): cached answers, and the storage of pages, where the lecture's front end keeps its token.
 * Cookies stay, because the device cookie outlives a sign-out; the session cookie is taken away by `Set-Cookie`.
 */
const CACHE_AND_STORAGE = '"cache", "storage"';

/** The header field that makes a browser drop what it keeps of a user; none for a client that would report it as an error. */
export function clearSiteData({ forgets }: Pick<HandlerContext, "forgets">) {
  return forgets ? { "Clear-Site-Data": CACHE_AND_STORAGE } : {};
}

/** The answer to a revocation; a request that has ended one of its own credentials makes its client forget it. */
export function answerRevocation(
  {
    principals,
    sessionCookie,
    forgets,
  }: Pick<HandlerContext, "sessionCookie" | "forgets"> & {
    readonly principals: readonly Principal[];
  },
  hasEnded: (credential: Principal["credential"]) => boolean,
) {
  const ended = principals.filter(({ credential }) => hasEnded(credential));
  if (ended.length === 0) return { status: 204 } as const;
  const cookie = sessionOf(ended) ? { "Set-Cookie": sessionCookie.take() } : {};
  return { status: 204, headers: { ...cookie, ...clearSiteData({ forgets }) } } as const;
}

/** The principal that was authenticated by the session cookie; undefined when the request carries tokens only. */
export function sessionOf(principals: readonly Principal[]): Principal | undefined {
  return principals.find(({ credential }) => credential.kind === "session");
}
