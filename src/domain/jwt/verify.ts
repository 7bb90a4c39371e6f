import { errors, importJWK, type JWTHeaderParameters, jwtVerify } from "jose";
import { findEndings, newestPrincipalChange } from "../audit-trail/principal-changes.ts";
import { findInForce, type IdleLifetimes } from "../credentials/authenticate.ts";
import { type JwtClaims, namedByJti, readSid, TYP } from "./claims.ts";
import { findSigningKeys } from "./signing-key-repository.ts";
import { ALGORITHM, type KeyStore, publishedKey } from "./signing-keys.ts";

const REQUIRED = ["iss", "sub", "aud", "exp", "iat", "jti", "client_id", "sid", "rev"];

/**
 * The claims of a JWT that this server has issued and that has not expired; null for any other text. Whether it was revoked is not asked.
 *
 * @param issuer the address of the server; null for a server without one, which has issued none
 */
export async function readOwnJwt(
  { db, now }: KeyStore,
  issuer: string | null,
  text: string,
): Promise<JwtClaims | null> {
  if (issuer === null) return null;
  const keyOf = async ({ kid }: JWTHeaderParameters) => {
    const stored = (await findSigningKeys(db, now)).find(({ id }) => id === kid);
    if (stored === undefined) throw new errors.JWKSNoMatchingKey();
    return importJWK(publishedKey(stored), ALGORITHM);
  };
  const expected = { algorithms: [ALGORITHM], typ: TYP, issuer, requiredClaims: REQUIRED, currentDate: now };
  try {
    // The server has signed the claims itself, so they are of its form.
    return (await jwtVerify<JwtClaims>(text, keyOf, expected)).payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) return null;
    throw error;
  }
}

/**
 * Whether a JWT of this server is still in force: its token is, and neither has ended since it was issued, nor has the JWT itself. The
 * rule is the one that other systems hold to the log of revocations.
 */
export async function isInForce(
  { db, keys, now }: KeyStore,
  { sub, sid, jti, rev }: JwtClaims,
  lifetimes: IdleLifetimes,
): Promise<boolean> {
  const credential = readSid(sid);
  const parent = credential && (await findInForce(db, keys, credential, { now, lifetimes }));
  if (!parent || String(parent.principal.userId) !== sub) return false;
  // A position that the log has not reached is of another database, such as the one before a copy was restored.
  if (rev > (await newestPrincipalChange(db))) return false;
  const named = [sid, namedByJti(jti)];
  return (await findEndings(db, { after: rev, userId: parent.principal.userId, credentials: named })).length === 0;
}
