import { KEY_SET_MAX_AGE_SECONDS } from "../../domain/jwt/key-schedule.ts";
import { currentSigningKeys, publishedKey } from "../../domain/jwt/signing-keys.ts";
import { SCOPES } from "../../domain/scope.ts";
import type { Operation } from "../handler-context.ts";
import { issuerOf, keyStoreOf } from "./issuer.ts";

const CACHED = { "Cache-Control": `public, max-age=${KEY_SET_MAX_AGE_SECONDS}` };

export const getSigningKeys: Operation<"getSigningKeys"> = async (request) => {
  issuerOf(request);
  const stored = await currentSigningKeys(keyStoreOf(request));
  return { status: 200, headers: CACHED, body: { keys: stored.map(publishedKey) } };
};

export const getAuthorizationServer: Operation<"getAuthorizationServer"> = (request) => {
  const { issuer } = issuerOf(request);
  return {
    status: 200,
    headers: CACHED,
    body: {
      issuer,
      token_endpoint: `${issuer}/api/tokens/exchange`,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      introspection_endpoint: `${issuer}/introspect`,
      revocation_endpoint: `${issuer}/revoke`,
      scopes_supported: [...SCOPES],
      response_types_supported: [],
      grant_types_supported: ["urn:ietf:params:oauth:grant-type:token-exchange"],
      token_endpoint_auth_methods_supported: ["none"],
      introspection_endpoint_auth_methods_supported: ["Bearer"],
      revocation_endpoint_auth_methods_supported: ["none"],
      service_documentation: `${issuer}/docs`,
    },
  };
};

export const getProtectedResource: Operation<"getProtectedResource"> = (request) => {
  const { issuer } = issuerOf(request);
  return {
    status: 200,
    headers: CACHED,
    body: {
      resource: issuer,
      resource_name: "Kudos",
      authorization_servers: [issuer],
      scopes_supported: [...SCOPES],
      bearer_methods_supported: ["header"],
      resource_documentation: `${issuer}/docs`,
    },
  };
};
