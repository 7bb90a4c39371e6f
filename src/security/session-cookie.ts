import type { Authenticator } from "../contract/security/authenticator.ts";
import { csrfTokenMatches } from "../domain/credentials/text.ts";
import type { Principal } from "../domain/principal.ts";
import type { SecretKeys } from "../domain/secrets/secret-keys.ts";
import type { UsageRecorder } from "../domain/usage/usage-recorder.ts";
import type { FindPrincipal } from "./find-principal.ts";

/** The header fields in which a page may send the `csrf_token` of the sign-in's answer; axios and Angular use the second. */
export const CSRF_FIELDS = ["X-CSRF-Token", "X-XSRF-Token"];

/** An unsafe request by cookie without proof that it comes from a page of this site. */
export class CrossSiteRequest extends Error {
  override readonly name = "CrossSiteRequest";
  override readonly message = "A request by cookie must come from a page of this site, or carry its CSRF token.";
}

/**
 * The scheme `sessionCookie`. A browser adds the cookie to the requests of every site's pages, so an unsafe request needs
 * proof that its page is of this site: the browser's own statement, or the CSRF token of the session.
 *
 * @param keys the keys of the moment
 * @param usage takes note that a principal's credential was used
 * @throws {CrossSiteRequest} from the authenticator, when the session is valid and the proof is missing
 */
export function sessionCookie(
  findPrincipal: FindPrincipal,
  keys: () => SecretKeys,
  usage: Pick<UsageRecorder, "note">,
): Authenticator<Principal> {
  return async (cookie, { safe, sameOrigin, header }) => {
    const principal = await findPrincipal("session", cookie);
    if (principal === null) return null;
    const { id } = principal.credential;
    const proven = safe || sameOrigin || CSRF_FIELDS.some((name) => csrfTokenMatches(keys(), id, header(name)));
    if (!proven) throw new CrossSiteRequest();
    usage.note(principal);
    return principal;
  };
}
