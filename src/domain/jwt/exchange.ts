import { randomBytes } from "node:crypto";
import { SignJWT } from "jose";
import { newestPrincipalChange } from "../audit-trail/principal-changes.ts";
import { authenticateCredential, type FoundCredential, type IdleLifetimes } from "../credentials/authenticate.ts";
import type { Principal } from "../principal.ts";
import { CLIENT_ID, type JwtClaims, numericDate, sidOf, TYP } from "./claims.ts";
import { AudienceUnknown, ScopeExceeded, SubjectTokenRefused } from "./errors.ts";
import { signingNow } from "./key-schedule.ts";
import { ALGORITHM, currentSigningKeys, type KeyStore, openPrivateKey } from "./signing-keys.ts";

/** Where a server's JWTs come from, and what they are for. */
export interface JwtIssuer {
  /** The address of the server, as in `iss`. */
  readonly issuer: string;
  /** The systems that there are JWTs for. */
  readonly audiences: readonly string[];
  /** The life of a JWT in seconds, at most. */
  readonly lifetimeSeconds: number;
}

/** What is asked for in exchange for a token. */
export interface WantedJwt {
  readonly subjectToken: string;
  readonly audience: string;
  /** The scopes, each at most all of those of the token; null for all of them. */
  readonly scopes: readonly string[] | null;
}

/** A JWT, with what its client is told of it. */
export interface IssuedJwt {
  readonly jwt: string;
  readonly expiresInSeconds: number;
  readonly scopes: readonly string[];
  /** Whose token it was exchanged for: a use of that token. */
  readonly principal: Principal;
}

const JTI_BYTES = 16;

/**
 * Exchanges a token for a JWT that another system can verify by itself (RFC 8693, RFC 9068). The JWT permits no more than the token does
 * now, and does not outlive it.
 *
 * @throws {AudienceUnknown}
 * @throws {SubjectTokenRefused} also for a session: it belongs into a cookie
 * @throws {ScopeExceeded}
 */
export async function exchangeToken(
  store: KeyStore,
  { issuer, audiences, lifetimeSeconds }: JwtIssuer,
  { subjectToken, audience, scopes: wanted }: WantedJwt,
  lifetimes: IdleLifetimes,
): Promise<IssuedJwt> {
  const { db, keys, now } = store;
  if (!audiences.includes(audience)) throw new AudienceUnknown();
  // Before the look-up: what is committed from here on has a higher position, so that no revocation is missed between the two.
  const rev = await newestPrincipalChange(db);
  const parent = await authenticateCredential(db, keys, "token", subjectToken, { now, lifetimes });
  if (parent === null) throw new SubjectTokenRefused();
  const scopes = narrow(parent.principal.scopes, wanted);
  const iat = numericDate(now.getTime());
  const exp = Math.min(iat + lifetimeSeconds, numericDate(parent.validUntil));
  if (exp <= iat) throw new SubjectTokenRefused();
  const claims = claimsOf(parent, { iss: issuer, aud: audience, iat, exp, rev }, scopes);
  return { jwt: await sign(store, claims), expiresInSeconds: exp - iat, scopes, principal: parent.principal };
}

function claimsOf(
  { principal, amr }: FoundCredential,
  fixed: Pick<JwtClaims, "iss" | "aud" | "iat" | "exp" | "rev">,
  scopes: readonly string[],
): JwtClaims {
  return {
    ...fixed,
    sub: String(principal.userId),
    jti: randomBytes(JTI_BYTES).toString("base64url"),
    client_id: CLIENT_ID,
    ...(scopes.length > 0 && { scope: scopes.join(" ") }),
    auth_time: numericDate(principal.authenticatedAt.getTime()),
    amr: amr.split(" "),
    ...(principal.factorAt !== null && { acr: "urn:kudos:acr:two-factor" }),
    sid: sidOf(principal.credential),
  };
}

/** The wanted scopes of those that are held, each once, sorted; all that are held where nothing else is wanted. */
function narrow(held: ReadonlySet<string>, wanted: readonly string[] | null): string[] {
  if (wanted?.some((scope) => !held.has(scope))) throw new ScopeExceeded();
  return [...new Set(wanted ?? held)].sort();
}

async function sign(store: KeyStore, claims: JwtClaims): Promise<string> {
  const signing = signingNow(await currentSigningKeys(store), store.now);
  const key = signing && (await openPrivateKey(store.keys, signing));
  if (!signing || !key) throw new Error("There is no signing key that can be opened.");
  return new SignJWT({ ...claims }).setProtectedHeader({ alg: ALGORITHM, typ: TYP, kid: signing.id }).sign(key);
}
