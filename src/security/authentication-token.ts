import type { Authenticator } from "../contract/security/authenticator.ts";
import { authenticateToken } from "../domain/credentials/tokens.ts";
import type { Principal } from "../domain/principal.ts";
import type { Authority } from "./find-principal.ts";

/** The scheme `authenticationToken`, and `bearerToken`, its alias: the same token in another header. */
export function authenticationToken({ fork, keys, now, idle, note }: Authority): Authenticator<Principal> {
  return async (token) => {
    const principal = await authenticateToken(fork(), keys(), token, now(), idle.tokenMs, idle.sessionMs);
    if (principal !== null) note(principal);
    return principal;
  };
}
