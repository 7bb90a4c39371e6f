import { authenticateCredential, type IdleLifetimes } from "../credentials/authenticate.ts";
import type { Principal } from "../principal.ts";
import { CLIENT_ID, type JwtClaims, numericDate, sidOf } from "./claims.ts";
import type { KeyStore } from "./signing-keys.ts";
import { isInForce, readOwnJwt } from "./verify.ts";

/** The scope by which tokens of all accounts can be looked up. */
export const INTROSPECT_SCOPE = "tokens:introspect";

/** What is told of a token that is in force (RFC 7662 §2.2); a token that is opaque has no `aud`, `jti` and `rev`. */
export type IntrospectedToken = Omit<JwtClaims, "iss" | "aud" | "jti" | "rev"> & Partial<JwtClaims>;

/**
 * What is known of a token, opaque or a JWT. Null for one that is not in force, and for one of another account where the caller lacks
 * the scope: nothing tells the two apart.
 *
 * @param issuer the address of the server; null for a server without one
 */
export async function introspectToken(
  store: KeyStore,
  issuer: string | null,
  { caller, token }: { readonly caller: Principal; readonly token: string },
  lifetimes: IdleLifetimes,
): Promise<IntrospectedToken | null> {
  const found = (await opaque(store, issuer, token, lifetimes)) ?? (await jwt(store, issuer, token, lifetimes));
  if (found === null) return null;
  return found.sub === String(caller.userId) || caller.scopes.has(INTROSPECT_SCOPE) ? found : null;
}

async function opaque(
  { db, keys, now }: KeyStore,
  issuer: string | null,
  token: string,
  lifetimes: IdleLifetimes,
): Promise<IntrospectedToken | null> {
  const found = await authenticateCredential(db, keys, "token", token, { now, lifetimes });
  if (found === null) return null;
  const { principal, validUntil, createdAt, amr } = found;
  return {
    ...(issuer !== null && { iss: issuer }),
    sub: String(principal.userId),
    exp: numericDate(validUntil),
    iat: numericDate(createdAt.getTime()),
    client_id: CLIENT_ID,
    ...(principal.scopes.size > 0 && { scope: [...principal.scopes].sort().join(" ") }),
    auth_time: numericDate(principal.authenticatedAt.getTime()),
    amr: amr.split(" "),
    ...(principal.factorAt !== null && { acr: "urn:kudos:acr:two-factor" }),
    sid: sidOf(principal.credential),
  };
}

async function jwt(
  store: KeyStore,
  issuer: string | null,
  token: string,
  lifetimes: IdleLifetimes,
): Promise<IntrospectedToken | null> {
  const claims = await readOwnJwt(store, issuer, token);
  return claims !== null && (await isInForce(store, claims, lifetimes)) ? claims : null;
}
