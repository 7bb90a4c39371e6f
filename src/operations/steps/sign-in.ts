import { authenticateCredential } from "../../domain/credentials/authenticate.ts";
import type { AuthenticationMethod } from "../../domain/credentials/authentication-method.ts";
import { issueCredential } from "../../domain/credentials/issue.ts";
import { signOut } from "../../domain/credentials/revoke.ts";
import { csrfToken } from "../../domain/credentials/text.ts";
import type { Scope } from "../../domain/scope.ts";
import type { User } from "../../domain/users/user.ts";
import type { HandlerContext } from "../handler-context.ts";
import { saysYes } from "./checkbox.ts";
import { SessionNotNarrowed } from "./errors.ts";
import { localPath } from "./local-path.ts";
import { occasionOf, signInOccasion } from "./occasion.ts";
import { type Accepts, authenticated, prefersPages, seeOther } from "./signed-in-answer.ts";

/** A request to sign in: what `login` and `register` have in common. */
export type SignInRequest = HandlerContext & {
  readonly query: { readonly include_auth_token?: string; readonly next?: string };
  readonly body: {
    readonly remember?: boolean | string;
    readonly next?: string;
    readonly token_name?: string;
    readonly scopes?: readonly string[];
  };
  readonly accepts: Accepts;
};

/**
 * Refuses a request for scopes that does not ask for a token: its session would be good for more than was asked for.
 *
 * @throws {SessionNotNarrowed}
 */
export function requireNarrowable({ query, body }: Pick<SignInRequest, "query" | "body">): void {
  if (body.scopes !== undefined && !wantsToken(query.include_auth_token)) throw new SessionNotNarrowed();
}

/**
 * Signs in a user whose password was right, and answers. A request for a token gets a token and no cookie; any other request gets a
 * session, in the envelope for a client, or with a redirect to `next` for a browser's form.
 *
 * @param methods the ways in which the user has authenticated with this request, and with those before it that belong to the sign-in
 */
export async function signInFor(request: SignInRequest, user: User, methods: readonly AuthenticationMethod[]) {
  const { em, keys, query, body, sessionCookie, deviceCookie, deviceName, lifetimes } = request;
  if (wantsToken(query.include_auth_token)) {
    const { text: token, entity } = await issueToken(request, user, methods);
    return authenticated(user, csrfToken(keys, entity.id), { token });
  }
  await endPreviousSession(request);
  const occasion = signInOccasion(request, user, "session");
  const persistent = saysYes(body.remember);
  const issue = { name: deviceName, lifetimeMs: lifetimes.sessionMs, persistent, methods };
  const { text, entity } = await issueCredential(em, keys, "session", user, issue, occasion);
  const cookie = sessionCookie.give(text, persistent ? Math.floor(lifetimes.sessionMs / 1000) : undefined);
  deviceCookie.remember(user.email);
  if (!prefersPages(request.accepts)) return authenticated(user, csrfToken(keys, entity.id), { cookie });
  return seeOther(localPath(body.next || query.next), cookie);
}

/** A new token of a user whose password was right: its text and its row. */
export function issueToken(
  request: HandlerContext & { readonly body: Pick<SignInRequest["body"], "token_name" | "scopes"> },
  user: User,
  methods: readonly AuthenticationMethod[],
) {
  const { em, keys, body, deviceName, lifetimes } = request;
  const name = body.token_name?.trim() || deviceName;
  const issue = { name, scopes: body.scopes ?? null, lifetimeMs: lifetimes.tokenMs, methods };
  return issueCredential(em, keys, "token", user, issue, signInOccasion(request, user, "token"));
}

/** Signs in a user for a token, and answers with it and its row. */
export async function signInForToken(
  request: Parameters<typeof issueToken>[0],
  user: User,
  methods: readonly AuthenticationMethod[],
) {
  const { text, entity } = await issueToken(request, user, methods);
  const { scopes } = request.body;
  return {
    status: 201,
    headers: { "Cache-Control": "no-store" },
    body: {
      id: entity.id,
      name: entity.name,
      created_at: entity.createdAt.toISOString(),
      expires_at: entity.expiresAt.toISOString(),
      scopes: scopes === undefined ? null : ([...new Set(scopes)].toSorted() as Scope[]),
      authentication_token: text,
      user: { id: user.id, email: user.email },
    },
  } as const;
}

/** Ends the session that the browser has had so far: its cookie is replaced, and no copy of it may stay good. */
async function endPreviousSession(request: HandlerContext): Promise<void> {
  const { em, keys, sessionCookie, now, lifetimes } = request;
  if (sessionCookie.presented === undefined) return;
  const previous = await authenticateCredential(em, keys, "session", sessionCookie.presented, { now, lifetimes });
  if (previous !== null) await signOut(em, previous.principal, occasionOf(request, previous.principal));
}

/** Whether the flag is set: `?include_auth_token` alone counts, the values `0` and `false` do not. */
function wantsToken(flag: string | undefined): boolean {
  return flag !== undefined && flag !== "0" && flag.toLowerCase() !== "false";
}
