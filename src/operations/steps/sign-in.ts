import { authenticateCredential } from "../../domain/credentials/authenticate.ts";
import { issueCredential } from "../../domain/credentials/issue.ts";
import { signOut } from "../../domain/credentials/revoke.ts";
import { csrfToken } from "../../domain/credentials/text.ts";
import type { User } from "../../domain/users/user.ts";
import type { Scope } from "../handler-context.ts";
import { localPath } from "./local-path.ts";
import { occasionOf } from "./occasion.ts";

/** What signing in takes of a request. */
export type SignInRequest = Scope & {
  readonly query: { readonly include_auth_token?: string; readonly next?: string };
  readonly body: {
    readonly remember?: boolean | string;
    readonly next?: string;
    readonly token_name?: string;
    readonly scopes?: readonly string[];
  };
  accepts<M extends string>(...mediaTypes: readonly M[]): M | undefined;
};

/** A session is always good for all that its user may do. */
export class SessionNotNarrowed extends Error {
  override readonly name = "SessionNotNarrowed";
  override readonly message = "Only a token can be narrowed; ask for one with include_auth_token.";
}

/**
 * Refuses what would give more than was asked for: a session in place of a narrowed token.
 *
 * @throws {SessionNotNarrowed}
 */
export function requireNarrowable({ query, body }: Pick<SignInRequest, "query" | "body">): void {
  if (body.scopes !== undefined && !wantsToken(query.include_auth_token)) throw new SessionNotNarrowed();
}

/** Who asks for a token gets a token and no cookie; anybody else gets a session, and a browser's form the way back. */
export async function signIn(request: SignInRequest, user: User) {
  const { em, keys, query, body, sessionCookie, deviceCookie, deviceName, lifetimes } = request;
  const occasion = occasionOf(request);
  if (wantsToken(query.include_auth_token)) {
    const name = body.token_name?.trim() || deviceName;
    const scopes = body.scopes ?? null;
    const issue = { name, scopes, lifetimeMs: lifetimes.tokenMs };
    const { text: token, entity } = await issueCredential(em, keys, "token", user, issue, occasion);
    return authenticated(user, csrfToken(keys, entity.id), { token });
  }
  await leaveSession(request);
  const persistent = Boolean(body.remember);
  const issue = { name: deviceName, lifetimeMs: lifetimes.sessionMs, persistent };
  const { text, entity } = await issueCredential(em, keys, "session", user, issue, occasion);
  const cookie = sessionCookie.give(text, persistent ? Math.floor(lifetimes.sessionMs / 1000) : undefined);
  deviceCookie.remember(user.email);
  if (!prefersPages(request.accepts)) return authenticated(user, csrfToken(keys, entity.id), { cookie });
  return seeOther(localPath(body.next || query.next), cookie);
}

/** Ends the session that the new one takes the place of in this browser, so that no copy of its cookie goes on. */
async function leaveSession(request: Scope): Promise<void> {
  const { em, keys, sessionCookie, now, lifetimes } = request;
  if (sessionCookie.presented === undefined) return;
  const principal = await authenticateCredential(em, keys, "session", sessionCookie.presented, { now, lifetimes });
  if (principal !== null) await signOut(em, principal, occasionOf(request, principal));
}

/** The answer to a form in a browser. */
export function seeOther(location: string, cookie?: string) {
  return { status: 303, headers: { Location: location, ...(cookie && { "Set-Cookie": cookie }) } } as const;
}

/** The envelope for somebody who has proved who they are. */
export function authenticated(
  { id, email }: Pick<User, "id" | "email">,
  csrf: string,
  given: { readonly token?: string; readonly cookie?: string } = {},
) {
  return {
    status: 200,
    headers: { "Cache-Control": "no-store", ...(given.cookie && { "Set-Cookie": given.cookie }) },
    body: {
      meta: { code: 200 },
      response: {
        csrf_token: csrf,
        user: { id, email, ...(given.token && { authentication_token: given.token }) },
      },
    },
  } as const;
}

/** A browser that opens a page or sends a form names HTML first; `fetch`, curl and clients do not. */
export function prefersPages(accepts: (...mediaTypes: readonly string[]) => string | undefined): boolean {
  return accepts("application/json", "text/html") === "text/html";
}

/** The flag counts when it is there, `?include_auth_token` alone included, unless its value says no. */
function wantsToken(flag: string | undefined): boolean {
  return flag !== undefined && flag !== "0" && flag.toLowerCase() !== "false";
}
