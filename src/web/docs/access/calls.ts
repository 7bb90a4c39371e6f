import createClient from "openapi-fetch";
import type { paths } from "../../../../generated/openapi.ts";
import { basePath, tokenHeader } from "../../view/api/client.ts";
import { contentOf, Failure } from "../../view/api/failure.ts";

const MORE_IS_ASKED =
  "The password is right, and more is asked for. Sign in on the start page: its token is used here when you come back.";

const client = createClient<paths>({ baseUrl: basePath() });

/** The e-mail address of the owner of a token, or of the cookie's session; null when it works no more, undefined when unknown. */
export async function ownerOf(token: string | undefined): Promise<string | null | undefined> {
  try {
    const { data, response } = await client.GET("/api/me", by(token));
    return data?.email ?? (response.status === 401 ? null : undefined);
  } catch {
    return undefined;
  }
}

/**
 * Signs in for a token of that name; without a name, for a session, whose cookie the browser keeps. Answers the user, with the token
 * if there is one, or a sentence about why it failed.
 */
export async function enter(email: string, password: string, tokenName: string | undefined) {
  const query = tokenName === undefined ? {} : { include_auth_token: "true" };
  const body = { email, password, ...(tokenName !== undefined && { token_name: tokenName }) };
  try {
    return (await contentOf(client.POST("/login", { params: { query }, body }))).response.user ?? MORE_IS_ASKED;
  } catch (error) {
    return sentence(error);
  }
}

/**
 * Ends a token, or the cookie's session. Answers undefined, or a sentence about why it failed. An answer may be lost after the server
 * has done its part: what the server takes no more has ended.
 */
export async function leave(token: string | undefined): Promise<string | undefined> {
  try {
    await contentOf(client.POST("/logout", by(token)));
    return undefined;
  } catch (error) {
    const why = sentence(error);
    return (await ownerOf(token)) === null ? undefined : why;
  }
}

/** The sentence about a call that failed, by whatever answer, a proxy's too, or by none. */
function sentence(error: unknown): string {
  if (error instanceof Failure) return error.message;
  throw error;
}

/** The options of a call by a token alone, or by the cookie. */
function by(token: string | undefined) {
  if (token === undefined) return { credentials: "same-origin" } as const;
  return { headers: tokenHeader(token), credentials: "omit" } as const;
}
