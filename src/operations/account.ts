import { type ListedCredential, listCredentials } from "../domain/credentials/authenticate.ts";
import { deriveToken } from "../domain/credentials/derive-token.ts";
import { LifetimeRefused } from "../domain/credentials/errors.ts";
import { revokeAllAccess, revokeAllOfKind, revokeCredential, revokeOtherAccess } from "../domain/credentials/revoke.ts";
import type { CredentialKind, Principal } from "../domain/principal.ts";
import { type ListedFamily, listFamilies } from "../domain/refresh-tokens/families.ts";
import type { Scope } from "../domain/scope.ts";
import { viewUser } from "../domain/users/user-repository.ts";
import type { HandlerContext, Operation } from "./handler-context.ts";
import { occasionOf } from "./steps/occasion.ts";
import { answerRevocation } from "./steps/sign-out.ts";
import { makePersonal } from "./tokens/personal-token.ts";

export const getMe: Operation<"getMe"> = async ({ em, principal }) => {
  const { id, email, username, roles } = await viewUser(em, principal.userId);
  return { status: 200, body: { id, email, ...(username !== null && { username }), roles: [...roles] } };
};

export const listTokens: Operation<"listTokens"> = async ({ em, principals, now, usage, lifetimes }) => {
  const tokens = await listCredentials(em, "token", { ...carried(principals), now, lifetimes });
  const { refreshIdleMs } = lifetimes;
  const families = await listFamilies(em, { userId: principals[0].userId, now, refreshIdleMs });
  const items = tokens.map(withLastUse("token", usage)).map(representToken);
  return { status: 200, body: { items: [...families.map(representFamily), ...items].slice(0, MOST_LISTED) } };
};

export const createToken: Operation<"createToken"> = async (request) => {
  const { name: given, scopes, kind, expires_in_days: days } = request.body;
  const name = given?.trim() || request.deviceName;
  const { token, view, allowances } =
    kind === "personal"
      ? await makePersonal(request, { name, scopes: scopes ?? [], days })
      : await makeAccessToken(request, { name, scopes: scopes ?? null, days });
  return {
    status: 201,
    headers: { "Cache-Control": "no-store" },
    allowances,
    body: { ...representToken(view), last_used_at: null, authentication_token: token },
  };
};

/** Makes a token that ends with the credential that makes it. */
async function makeAccessToken(
  request: Parameters<Operation<"createToken">>[0],
  { name, scopes, days }: { name: string; scopes: readonly string[] | null; days: number | undefined },
) {
  const { em, keys, principal, lifetimes, attempts } = request;
  if (days !== undefined) throw new LifetimeRefused("Only a personal token has a lifetime of its own.");
  const allowances = await attempts.makeToken(principal.userId);
  const wanted = { name, scopes, lifetimeMs: lifetimes.tokenMs };
  return { ...(await deriveToken(em, keys, principal, wanted, occasionOf(request, principal))), allowances };
}

export const revokeToken: Operation<"revokeToken"> = async (request) => {
  const { em, principal, path } = request;
  const own = { userId: principal.userId, id: path.token_id };
  await revokeCredential(em, "token", own, occasionOf(request, principal));
  return answerRevocation(request, ({ id }) => id === path.token_id);
};

export const revokeTokens: Operation<"revokeTokens"> = async (request) => {
  const { em, principal } = request;
  await revokeAllAccess(em, principal.userId, occasionOf(request, principal));
  return answerRevocation(request, () => true);
};

export const signOutElsewhere: Operation<"signOutElsewhere"> = async (request) => {
  const { em, keys, principal, principals } = request;
  await revokeOtherAccess(em, keys, principals, occasionOf(request, principal));
  return { status: 204 };
};

export const listSessions: Operation<"listSessions"> = async ({ em, principals, now, usage, lifetimes }) => {
  const items = await listCredentials(em, "session", { ...carried(principals), now, lifetimes });
  return { status: 200, body: { items: items.map(withLastUse("session", usage)).map(represent) } };
};

export const revokeSession: Operation<"revokeSession"> = async (request) => {
  const { em, principal, path } = request;
  const own = { userId: principal.userId, id: path.session_id };
  await revokeCredential(em, "session", own, occasionOf(request, principal));
  return answerRevocation(request, ({ id }) => id === path.session_id);
};

export const revokeSessions: Operation<"revokeSessions"> = async (request) => {
  const { em, principal } = request;
  await revokeAllOfKind(em, "session", principal.userId, occasionOf(request, principal));
  return answerRevocation(request, ({ kind }) => kind === "session");
};

/** The user of a request and the credentials that it carries: a list marks these as `current`. */
function carried(principals: readonly [Principal, ...Principal[]]) {
  return { userId: principals[0].userId, current: principals.map(({ credential }) => credential) };
}

/** Adds the last use of a credential that the database does not have yet: uses are stored every so often. */
function withLastUse(kind: CredentialKind, usage: HandlerContext["usage"]) {
  return (view: ListedCredential): ListedCredential => {
    return { ...view, lastUsedAt: usage.lastUse({ kind, id: view.id }) ?? view.lastUsedAt };
  };
}

function representToken(view: ListedCredential) {
  const scopes = view.scopes as ("account" | "likes:write" | "articles:write")[] | null;
  return {
    ...represent(view),
    kind: view.tokenKind ?? "access",
    scopes,
    ...(view.sessionId !== null && { session_id: view.sessionId }),
  };
}

/** The refresh tokens of one sign-in on the wire. */
function representFamily(family: ListedFamily) {
  return { ...represent(family), kind: "refresh" as const, scopes: family.scopes as Scope[] | null };
}

/** The length of the list of tokens: its `maxItems`. */
const MOST_LISTED = 1_000;

function represent({ id, name, createdAt, lastUsedAt, expiresAt, current }: ListedFamily) {
  return {
    id,
    name,
    created_at: createdAt.toISOString(),
    last_used_at: lastUsedAt?.toISOString() ?? null,
    expires_at: expiresAt.toISOString(),
    current,
  };
}
