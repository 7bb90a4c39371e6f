import { type ListedCredential, listCredentials } from "../domain/credentials/authenticate.ts";
import { deriveToken } from "../domain/credentials/derive-token.ts";
import { revokeAllAccess, revokeAllOfKind, revokeCredential } from "../domain/credentials/revoke.ts";
import type { CredentialKind, Principal } from "../domain/principal.ts";
import { User } from "../domain/users/user.ts";
import { LEFT_BEHIND, sessionOf } from "./authentication.ts";
import type { Operation, Scope } from "./handler-context.ts";
import { occasionOf } from "./steps/occasion.ts";

export const getMe: Operation<"getMe"> = async ({ em, principal }) => {
  const { id, email, roles } = await em.findOneOrFail(User, { id: principal.userId }, { populate: ["roles"] });
  return { status: 200, body: { id, email, roles: roles.getItems().map(({ name }) => name) } };
};

export const listTokens: Operation<"listTokens"> = async ({ em, principals, now, usage, lifetimes }) => {
  const items = await listCredentials(em, "token", { ...carried(principals), now, lifetimes });
  return {
    status: 200,
    body: { items: items.map(withLastUse("token", usage)).map(representToken) },
  };
};

export const createToken: Operation<"createToken"> = async (request) => {
  const { em, keys, principal, body, lifetimes, deviceName, attempts } = request;
  await attempts.makeToken(principal.userId);
  const name = body.name?.trim() || deviceName;
  const wanted = { name, scopes: body.scopes ?? null, lifetimeMs: lifetimes.tokenMs };
  const { token, view } = await deriveToken(em, keys, principal, wanted, occasionOf(request, principal));
  return {
    status: 201,
    headers: { "Cache-Control": "no-store" },
    body: { ...representToken(view), last_used_at: null, authentication_token: token },
  };
};

export const revokeToken: Operation<"revokeToken"> = async (request) => {
  const { em, principal, principals, path, sessionCookie, forgets } = request;
  const own = { userId: principal.userId, id: path.token_id };
  await revokeCredential(em, "token", own, occasionOf(request, principal));
  return left(principals, ({ id }) => id === path.token_id, { sessionCookie, forgets });
};

export const revokeTokens: Operation<"revokeTokens"> = async (request) => {
  const { em, principal, principals, sessionCookie, forgets } = request;
  await revokeAllAccess(em, principal.userId, occasionOf(request, principal));
  return left(principals, () => true, { sessionCookie, forgets });
};

export const listSessions: Operation<"listSessions"> = async ({ em, principals, now, usage, lifetimes }) => {
  const items = await listCredentials(em, "session", { ...carried(principals), now, lifetimes });
  return { status: 200, body: { items: items.map(withLastUse("session", usage)).map(represent) } };
};

export const revokeSession: Operation<"revokeSession"> = async (request) => {
  const { em, principal, principals, path, sessionCookie, forgets } = request;
  const own = { userId: principal.userId, id: path.session_id };
  await revokeCredential(em, "session", own, occasionOf(request, principal));
  return left(principals, ({ id }) => id === path.session_id, { sessionCookie, forgets });
};

export const revokeSessions: Operation<"revokeSessions"> = async (request) => {
  const { em, principal, principals, sessionCookie, forgets } = request;
  await revokeAllOfKind(em, "session", principal.userId, occasionOf(request, principal));
  return left(principals, ({ kind }) => kind === "session", { sessionCookie, forgets });
};

/** The answer to a revocation; a client that has just ended a credential that it carries is told to forget it. */
function left(
  principals: readonly Principal[],
  hasEnded: (credential: Principal["credential"]) => boolean,
  { sessionCookie, forgets }: Pick<Scope, "sessionCookie" | "forgets">,
) {
  const ended = principals.filter(({ credential }) => hasEnded(credential));
  if (ended.length === 0) return { status: 204 } as const;
  const cookie = sessionOf(ended) ? { "Set-Cookie": sessionCookie.take() } : {};
  return { status: 204, headers: { ...cookie, ...(forgets && { "Clear-Site-Data": LEFT_BEHIND }) } } as const;
}

/** Whose request it is, and by which credentials. */
function carried(principals: readonly [Principal, ...Principal[]]) {
  return { userId: principals[0].userId, current: principals.map(({ credential }) => credential) };
}

/** Uses are written down now and then; here they count at once. */
function withLastUse(kind: CredentialKind, usage: Scope["usage"]) {
  return (view: ListedCredential): ListedCredential => {
    return { ...view, lastUsedAt: usage.lastUse({ kind, id: view.id }) ?? view.lastUsedAt };
  };
}

function representToken(view: ListedCredential) {
  const scopes = view.scopes as ("account" | "likes:write" | "articles:write")[] | null;
  return { ...represent(view), scopes, ...(view.sessionId !== null && { session_id: view.sessionId }) };
}

function represent({ id, name, createdAt, lastUsedAt, expiresAt, current }: ListedCredential) {
  return {
    id,
    name,
    created_at: createdAt.toISOString(),
    last_used_at: lastUsedAt?.toISOString() ?? null,
    expires_at: expiresAt.toISOString(),
    current,
  };
}
