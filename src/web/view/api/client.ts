import createClient, { type Client } from "openapi-fetch";
import type { paths } from "../../../../generated/openapi.ts";
import { securitySchemes } from "../../../../generated/security-schemes.ts";

const FIELD = securitySchemes.authenticationToken.name;

/** Longer than any answer takes that somebody still waits for. */
const PATIENCE_MS = 30_000;

/** The API as the contract types it; each request carries the token that there is by then. */
export function createApi(token: () => string | null): Client<paths> {
  // Without cookies: the token says who asks. Where the session counts too, the call says so.
  const client = createClient<paths>({
    baseUrl: location.origin,
    credentials: "omit",
    cache: "no-store",
    fetch: (request) => fetch(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(PATIENCE_MS)]) }),
  });
  client.use({
    onRequest: ({ request }) => {
      const current = token();
      if (current !== null && !request.headers.has(FIELD)) request.headers.set(FIELD, current);
      return request;
    },
  });
  return client;
}

/** The header that carries a token. */
export function tokenHeader(token: string): Record<string, string> {
  return { [FIELD]: token };
}
