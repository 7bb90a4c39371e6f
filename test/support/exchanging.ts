import { decodeJwt, type JWTPayload } from "jose";
import type { Person, TestServer } from "./server.ts";

export const GRANT_TYPE = "urn:ietf:params:oauth:grant-type:token-exchange";
export const ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";
export const JWT_TYPE = "urn:ietf:params:oauth:token-type:jwt";
export const BILLING = "https://billing.example";

/** Settings of a server that gives out JWTs. */
export const JWTS = { JWT_AUDIENCES: `${BILLING}, reports`, PUBLIC_URL: "https://kudos.example" };

/** The answer to a request with a form. */
export function postForm(
  { request }: Pick<TestServer, "request">,
  path: string,
  members: Readonly<Record<string, string>> | URLSearchParams,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return request(path, { method: "POST", body: new URLSearchParams(members), headers });
}

/** The answer to an exchange; `members` come over those of a right one, and one that is undefined is left out. */
export function askExchange(
  server: Pick<TestServer, "request">,
  token: string,
  members: Readonly<Record<string, string | undefined>> = {},
): Promise<Response> {
  const all = {
    grant_type: GRANT_TYPE,
    subject_token: token,
    subject_token_type: ACCESS_TOKEN,
    audience: BILLING,
    ...members,
  };
  const given = Object.entries(all).filter((member): member is [string, string] => member[1] !== undefined);
  return postForm(server, "/api/tokens/exchange", new URLSearchParams(given));
}

/** A JWT for a token, and its claims. */
export async function exchange(
  server: Pick<TestServer, "request">,
  token: string,
  members: Readonly<Record<string, string | undefined>> = {},
): Promise<{ readonly jwt: string; readonly claims: JWTPayload }> {
  const response = await askExchange(server, token, members);
  const text = await response.text();
  if (response.status !== 200) throw new Error(`The exchange is refused: ${text}`);
  const jwt: string = JSON.parse(text).access_token;
  return { jwt, claims: decodeJwt(jwt) };
}

/** What introspection tells of a token. */
export async function introspect(
  server: Pick<TestServer, "request">,
  caller: Pick<Person, "headers">,
  token: string,
): Promise<Record<string, unknown> & { readonly active: boolean }> {
  const response = await postForm(server, "/introspect", { token }, caller.headers);
  return JSON.parse(await response.text());
}

/** What an OAuth operation has refused: the status, the error and the slug of its type. */
export async function refusalOf(response: Response): Promise<readonly [status: number, error: string, slug: string]> {
  const { error, type } = JSON.parse(await response.text());
  return [response.status, error, String(type).replace("urn:kudos:problem:", "")];
}
