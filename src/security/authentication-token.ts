import type { Authenticator } from "../contract/security/requirement.ts";
import { authenticateCredential } from "../domain/credentials/authenticate.ts";
import type { Principal } from "../domain/principal.ts";
import type { Authority } from "./find-principal.ts";

/** The scheme `authenticationToken`, and `bearerToken`, its alias: the same token in another header. */
export function authenticationToken({ fork, keys, now, lifetimes, note }: Authority): Authenticator<Principal> {
  return async (token) => {
    const principal = await authenticateCredential(fork(), keys(), "token", token, { now: now(), lifetimes });
    if (principal !== null) note(principal);
    return principal;
  };
}
