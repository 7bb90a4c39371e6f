import type { EntityManager } from "@mikro-orm/core";
import { type Occasion, recorded } from "../audit-trail/audit-trail.ts";
import type { Principal } from "../principal.ts";
import { timestamp } from "../query.ts";
import { formatScopes, parseScopes } from "../scope.ts";
import type { SecretKeys } from "../secrets/secret-keys.ts";
import type { ListedCredential } from "./authenticate.ts";
import { AccessToken, Session } from "./credential.ts";
import { findParent } from "./credential-repository.ts";
import { deleteExpired } from "./credential-writes.ts";
import { CredentialEnded, TokenNotDerivable, TooManyTokens } from "./errors.ts";
import { MOST_PER_USER, type NewCredential, prepareCredential } from "./issue.ts";

/** The most tokens made with one credential: a thief of the credential must not crowd out the user's own tokens. */
const MOST_PER_CREDENTIAL = 100;

/**
 * Makes a token with a credential that its user has already. The token is never more than that credential: no broader
 * in scope, no longer valid, and no fresher a proof of its user. It can be revoked alone, and ends with that credential
 * (RFC 7009, section 2.1).
 *
 * @returns the token, which is not stored and cannot be had again, and its entry in the list of tokens
 * @throws {CredentialEnded} when the credential was revoked since the request came
 * @throws {TokenNotDerivable} when the credential was itself made with another, or is a personal token
 * @throws {TooManyTokens}
 * @throws {ScopeUnknown}
 */
export async function deriveToken(
  em: EntityManager,
  keys: SecretKeys,
  { userId, credential }: Pick<Principal, "userId" | "credential">,
  { name, scopes = null, lifetimeMs }: Omit<NewCredential, "persistent" | "methods" | "factorPolicy">,
  occasion: Occasion,
): Promise<{ token: string; view: ListedCredential }> {
  const { now } = occasion;
  const asked = formatScopes(scopes);
  return recorded(em, occasion, async (tx, record) => {
    // The transaction begins with a write, which locks the database: a revocation comes before the look-up, and then
    // there is no row, or after the commit, and then it ends the new token.
    await deleteExpired(tx, "token", { userId, now });
    const parent = await findParent(tx, { userId, credential });
    if (parent === undefined) throw new CredentialEnded();
    if (!makesTokens(parent)) throw new TokenNotDerivable();
    if (parent.own >= MOST_PER_CREDENTIAL || parent.tokens >= MOST_PER_USER) throw new TooManyTokens();
    const narrowed = narrow(asked, parent.scopes);
    const remainingMs = timestamp(parent.expires_at).getTime() - now.getTime();
    const { text, columns } = prepareCredential(
      tx,
      keys,
      "token",
      { id: userId, generation: parent.generation },
      { name, now, scopes: narrowed, lifetimeMs: Math.min(lifetimeMs, remainingMs) },
    );
    const entity = tx.create(AccessToken, {
      ...columns,
      scopes: narrowed,
      authenticatedAt: timestamp(parent.authenticated_at),
      amr: parent.amr,
      factorAt: parent.factor_at === null ? null : timestamp(parent.factor_at),
      ...(credential.kind === "token"
        ? { parentToken: tx.getReference(AccessToken, credential.id) }
        : { parentSession: tx.getReference(Session, credential.id) }),
    });
    await record({ kind: "token_created", userId, credential: { kind: "token", id: entity.id }, parent: credential });
    const { id, name: stored, createdAt, expiresAt } = columns;
    const view = {
      ...({ id, name: stored, createdAt, expiresAt, lastUsedAt: null, tokenKind: "access", current: false } as const),
      scopes: narrowed === null ? null : parseScopes(narrowed),
      sessionId: credential.kind === "session" ? credential.id : null,
    };
    return { token: text, view };
  });
}

/** Whether a credential makes tokens: one that was made with another makes none, nor does a personal token. */
export function makesTokens(parent: NonNullable<Awaited<ReturnType<typeof findParent>>>): boolean {
  return parent.parent_session_id === null && parent.parent_token_id === null && parent.token_kind !== "personal";
}

/** The scopes of a token as they are stored: those asked for that its parent has; null for all scopes of its owner. */
export function narrow(asked: string | null, own: string | null): string | null {
  if (own === null || asked === null) return asked ?? own;
  const held = new Set(parseScopes(own));
  return formatScopes(parseScopes(asked).filter((scope) => held.has(scope)));
}
