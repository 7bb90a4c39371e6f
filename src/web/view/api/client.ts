import createClient, { type Client } from "openapi-fetch";
import type { paths } from "../../../../generated/openapi.ts";
import { securitySchemes } from "../../../../generated/security-schemes.ts";

const FIELD = securitySchemes.authenticationToken.name;

/** The time after which a call fails, in milliseconds: longer than any answer that a person waits for. */
const PATIENCE_MS = 30_000;

/** The API, typed by the contract. Each request carries the token of the moment at which it is sent. */
export function createApi(token: () => string | null): Client<paths> {
  // No cookies by default: the token identifies the caller. A call that needs the session says `same-origin`.
  const client = createClient<paths>({
    baseUrl: location.origin + basePath(),
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

/** The path of the host below which the server is reached, such as `/kudos`; "" where it has the host to itself. */
export function basePath(): string {
  return document.documentElement.dataset.base ?? "";
}
