import type { Authenticator } from "../contract/security/authenticator.ts";
import type { Principal } from "../domain/principal.ts";
import type { UsageRecorder } from "../domain/usage/usage-recorder.ts";
import type { FindPrincipal } from "./find-principal.ts";

/**
 * The schemes `authenticationToken` and `bearerToken`: the same token in two header fields.
 *
 * @param usage takes note that a principal's credential was used
 */
export function authenticationToken(
  findPrincipal: FindPrincipal,
  usage: Pick<UsageRecorder, "note">,
): Authenticator<Principal> {
  return async (token) => {
    const principal = await findPrincipal("token", token);
    if (principal !== null) usage.note(principal);
    return principal;
  };
}
