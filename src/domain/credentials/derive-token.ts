import type { EntityManager } from "@mikro-orm/core";
import { audited, type Origin } from "../audit-trail/audit-trail.ts";
import type { Principal } from "../principal.ts";
import { runStatement, timestamp } from "../query.ts";
import { formatScopes, parseScopes } from "../scope.ts";
import type { SecretKeys } from "../secrets/secret-keys.ts";
import { AccessToken } from "./access-token.ts";
import { clearExpired, MOST_PER_USER, prepareCredential } from "./authenticate.ts";
import type { CredentialView } from "./credential-list.ts";
import { credentialTable, parentJoin, tokenColumns } from "./credential-table.ts";
import { CredentialEnded, TokenNotDerivable, TooManyTokens } from "./errors.ts";
import { Session } from "./session.ts";

interface ParentRow {
  generation: number;
  expires_at: number | string | Date;
  authenticated_at: number | string | Date;
  scopes: string | null;
  parent_session_id: string | null;
  parent_token_id: string | null;
  tokens: number;
  own: number;
}

/** How many tokens one credential has made at most: who has stolen it must not crowd out what its user has. */
const MOST_PER_CREDENTIAL = 100;

/**
 * Makes one more token with a credential that its user has already. It is never more than that credential: not broader, not longer
 * alive, and no fresher a proof of who its user is. It can be revoked by itself, and ends with that credential (RFC 7009, section 2.1).
 *
 * @param name what its owner knows it by; cut to 100 characters
 * @param scopes what to narrow it to; null for all that the credential may do
 * @param lifetimeMs milliseconds from `now` until it expires at the latest
 * @returns the token, which can never be had again, and how it is listed
 * @throws {CredentialEnded} when the credential was revoked in the meantime
 * @throws {TokenNotDerivable} when the credential was made with another
 * @throws {TooManyTokens}
 * @throws {ScopeUnknown}
 */
export async function deriveToken(
  em: EntityManager,
  keys: SecretKeys,
  { userId, credential }: Pick<Principal, "userId" | "credential">,
  {
    name,
    scopes,
    now,
    lifetimeMs,
    origin,
  }: { name: string; scopes: readonly string[] | null; now: Date; lifetimeMs: number; origin: Origin },
): Promise<{ token: string; view: CredentialView }> {
  const asked = formatScopes(scopes);
  return audited(em, origin, now, async (tx, record) => {
    await clearExpired(tx, "token", { userId, now });
    // After the first write nobody else can revoke until this is stored; what is revoked before it has no row.
    const [parent] = await runStatement<ParentRow>(
      tx,
      `select u.generation, c.expires_at, c.authenticated_at, ${tokenColumns(credential.kind)}, ` +
        '(select count(*) from "access_token" t where t.user_id = u.id) as tokens, ' +
        `(select count(*) from "access_token" t where t.parent_${credential.kind}_id = c.id) as own ` +
        `from "${credentialTable(credential.kind)}" c join "user" u on u.id = c.user_id ${parentJoin(credential.kind)} ` +
        "where c.id = ? and u.id = ?",
      [credential.id, userId],
    );
    if (parent === undefined) throw new CredentialEnded();
    if (parent.parent_session_id !== null || parent.parent_token_id !== null) throw new TokenNotDerivable();
    if (parent.own >= MOST_PER_CREDENTIAL || parent.tokens >= MOST_PER_USER) throw new TooManyTokens();
    const narrowed = narrow(asked, parent.scopes);
    const { text, columns } = prepareCredential(
      tx,
      keys,
      "token",
      { id: userId, generation: parent.generation },
      {
        name,
        now,
        scopes: narrowed,
        lifetimeMs: Math.min(lifetimeMs, timestamp(parent.expires_at).getTime() - now.getTime()),
      },
    );
    const entity = tx.create(AccessToken, {
      ...columns,
      scopes: narrowed,
      authenticatedAt: timestamp(parent.authenticated_at),
      ...(credential.kind === "token"
        ? { parentToken: tx.getReference(AccessToken, credential.id) }
        : { parentSession: tx.getReference(Session, credential.id) }),
    });
    await record({ kind: "token_created", userId, credential: { kind: "token", id: entity.id }, parent: credential });
    const { id, name: stored, createdAt, expiresAt } = columns;
    const shown = narrowed === null ? null : parseScopes(narrowed);
    const sessionId = credential.kind === "session" ? credential.id : null;
    const view = { id, name: stored, createdAt, expiresAt, lastUsedAt: null, scopes: shown, sessionId, current: false };
    return { token: text, view };
  });
}

/** The scopes of a token as they are stored: what was asked for, and of that no more than its maker has. */
function narrow(asked: string | null, own: string | null): string | null {
  if (own === null || asked === null) return asked ?? own;
  const held = new Set(parseScopes(own));
  return formatScopes(parseScopes(asked).filter((scope) => held.has(scope)));
}
