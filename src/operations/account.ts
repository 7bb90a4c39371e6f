import { revokeAllAccess } from "../domain/access.ts";
import type { CredentialView } from "../domain/credential-list.ts";
import type { Principal } from "../domain/principal.ts";
import * as sessions from "../domain/sessions.ts";
import * as tokens from "../domain/tokens.ts";
import { User } from "../domain/user.ts";
import { LEFT_BEHIND } from "./authentication.ts";
import { occasionOf } from "./occasion.ts";
import type { Operation, SessionCookie } from "./scope.ts";

export const getMe: Operation<"getMe"> = async ({ em, principal }) => {
  const { id, email, roles } = await em.findOneOrFail(User, { id: principal.userId }, { populate: ["roles"] });
  return { status: 200, body: { id, email, roles: roles.getItems().map(({ name }) => name) } };
};

export const listTokens: Operation<"listTokens"> = async ({ em, principal, now, lifetimes }) => {
  const items = await tokens.listTokens(em, { principal, now, idleMs: lifetimes.tokenIdleMs });
  return {
    status: 200,
    body: { items: items.map((view) => ({ ...represent(view), scopes: view.scopes as TokenScopes })) },
  };
};

export const revokeToken: Operation<"revokeToken"> = async (request) => {
  const { em, principal, path, sessionCookie } = request;
  const own = { userId: principal.userId, id: path.token_id };
  await tokens.revokeToken(em, { ...own, ...occasionOf(request, principal) });
  return left(principal.credential.id === path.token_id, principal, sessionCookie);
};

export const revokeTokens: Operation<"revokeTokens"> = async (request) => {
  const { em, principal, sessionCookie } = request;
  await revokeAllAccess(em, principal.userId, occasionOf(request, principal));
  return left(true, principal, sessionCookie);
};

export const listSessions: Operation<"listSessions"> = async ({ em, principal, now, lifetimes }) => {
  const items = await sessions.listSessions(em, { principal, now, idleMs: lifetimes.sessionIdleMs });
  return { status: 200, body: { items: items.map(represent) } };
};

export const revokeSession: Operation<"revokeSession"> = async (request) => {
  const { em, principal, path, sessionCookie } = request;
  const own = { userId: principal.userId, id: path.session_id };
  await sessions.revokeSession(em, { ...own, ...occasionOf(request, principal) });
  return left(principal.credential.id === path.session_id, principal, sessionCookie);
};

export const revokeSessions: Operation<"revokeSessions"> = async (request) => {
  const { em, principal, sessionCookie } = request;
  await sessions.revokeSessions(em, { userId: principal.userId, ...occasionOf(request, principal) });
  return left(principal.credential.kind === "session", principal, sessionCookie);
};

/** The answer to a revocation; a client that has just ended its own credential is told to forget it. */
function left(own: boolean, { credential }: Principal, sessionCookie: SessionCookie) {
  if (!own) return { status: 204 } as const;
  const cookie = credential.kind === "session" ? { "Set-Cookie": sessionCookie.take() } : {};
  return { status: 204, headers: { ...cookie, "Clear-Site-Data": LEFT_BEHIND } } as const;
}

type TokenScopes = ("account" | "likes:write" | "articles:write")[] | null;

function represent({ id, name, createdAt, lastUsedAt, expiresAt, current }: CredentialView) {
  return {
    id,
    name,
    created_at: createdAt.toISOString(),
    last_used_at: lastUsedAt?.toISOString() ?? null,
    expires_at: expiresAt.toISOString(),
    current,
  };
}
