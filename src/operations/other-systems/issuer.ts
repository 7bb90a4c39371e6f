import { JwtUnavailable } from "../../domain/jwt/errors.ts";
import type { JwtIssuer } from "../../domain/jwt/exchange.ts";
import type { KeyStore } from "../../domain/jwt/signing-keys.ts";
import type { HandlerContext } from "../handler-context.ts";

/**
 * Where the JWTs of this server come from.
 *
 * @throws {JwtUnavailable} where there are none: without an audience, or in production without `PUBLIC_URL`
 */
export function issuerOf({ publicUrl, jwts }: Pick<HandlerContext, "publicUrl" | "jwts">): JwtIssuer {
  if (publicUrl === null || jwts.audiences.length === 0) throw new JwtUnavailable();
  return { issuer: publicUrl, ...jwts };
}

/** What the signing keys are kept in and encrypted by, for one request. */
export function keyStoreOf({ db, keys, now }: Pick<HandlerContext, "db" | "keys" | "now">): KeyStore {
  return { db, keys, now };
}
