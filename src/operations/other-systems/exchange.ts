import { ExchangeUnsupported, GrantTypeUnsupported } from "../../domain/jwt/errors.ts";
import { exchangeToken as exchange } from "../../domain/jwt/exchange.ts";
import type { Operation } from "../handler-context.ts";
import { issuerOf, keyStoreOf } from "./issuer.ts";

const GRANT_TYPE = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";
const JWT = "urn:ietf:params:oauth:token-type:jwt";

export const exchangeToken: Operation<"exchangeToken"> = async (request) => {
  const { body, lifetimes, usage, attempts } = request;
  const issuer = issuerOf(request);
  if (body.grant_type !== GRANT_TYPE) throw new GrantTypeUnsupported();
  const issuedType = issuedTypeOf(body);
  const wanted = { subjectToken: body.subject_token, audience: body.audience, scopes: scopesIn(body.scope) };
  const { jwt, expiresInSeconds, scopes, principal } = await exchange(keyStoreOf(request), issuer, wanted, lifetimes);
  const allowances = await attempts.exchangeToken(principal.userId);
  usage.note(principal);
  return {
    status: 200,
    headers: { "Cache-Control": "no-store" },
    allowances,
    body: {
      access_token: jwt,
      issued_token_type: issuedType,
      token_type: "Bearer",
      expires_in: expiresInSeconds,
      ...(scopes.length > 0 && { scope: scopes.join(" ") }),
    },
  };
};

/** The parameters of RFC 8693 §2.1 that name types and parties; an empty one counts as none (RFC 6749 §3.2). */
interface Parties {
  readonly subject_token_type: string;
  readonly requested_token_type?: string;
  readonly actor_token?: string;
  readonly resource?: string;
}

/**
 * The type by which the JWT is told.
 *
 * @throws {ExchangeUnsupported}
 */
function issuedTypeOf(given: Parties): typeof ACCESS_TOKEN | typeof JWT {
  if (given.subject_token_type !== ACCESS_TOKEN) {
    throw new ExchangeUnsupported(`The only subject_token_type is ${ACCESS_TOKEN}.`);
  }
  if (given.actor_token) throw new ExchangeUnsupported("There is no actor_token here.");
  if (given.resource) throw new ExchangeUnsupported("There is no resource here; audience names the system.");
  const wanted = given.requested_token_type || ACCESS_TOKEN;
  if (wanted !== ACCESS_TOKEN && wanted !== JWT) {
    throw new ExchangeUnsupported(`The requested_token_type is neither ${ACCESS_TOKEN} nor ${JWT}.`);
  }
  return wanted;
}

/** The scopes in a parameter (RFC 6749 §3.3); null where it names none. */
function scopesIn(scope = ""): string[] | null {
  const scopes = scope.split(" ").filter((name) => name !== "");
  return scopes.length > 0 ? scopes : null;
}
