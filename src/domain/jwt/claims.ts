import type { Principal } from "../principal.ts";

/** The `client_id` of all JWTs: programs are known by their tokens here, and `sid` names these. */
export const CLIENT_ID = "kudos";

/** The media type of an access token that is a JWT (RFC 9068 §2.1), as the header `typ` has it. */
export const TYP = "at+jwt";

/**
 * The claims of a JWT (RFC 9068 §2.2): times are seconds since 1970, `sub` is the id of the user in decimal digits. `sid` names the token
 * that it was exchanged for, and `rev` is the position in the log of revocations up to which that token is known to have been in force.
 */
export interface JwtClaims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string;
  readonly exp: number;
  readonly iat: number;
  readonly jti: string;
  readonly client_id: string;
  /** Left out where the token has no scope at all. */
  readonly scope?: string;
  readonly auth_time: number;
  readonly amr: readonly string[];
  /** `urn:kudos:acr:two-factor` where two factors were proved. */
  readonly acr?: string;
  readonly sid: string;
  readonly rev: number;
}

/** A credential as claims and the log of revocations name it: `token:` and its id. */
export function sidOf({ kind, id }: Principal["credential"]): string {
  return `${kind}:${id}`;
}

/** The credential that a `sid` names; null for any other text. */
export function readSid(sid: string): Principal["credential"] | null {
  const [, kind, id] = /^(token|session):([\w-]{22})$/.exec(sid) ?? [];
  return kind === undefined || id === undefined ? null : { kind: kind as "token" | "session", id };
}

/** A JWT as the log of revocations names it. */
export function namedByJti(jti: string): string {
  return `jwt:${jti}`;
}

/** Milliseconds since 1970 as whole seconds (RFC 7519 §2, NumericDate). */
export function numericDate(ms: number): number {
  return Math.floor(ms / 1000);
}
