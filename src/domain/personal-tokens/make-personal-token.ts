import type { EntityManager } from "@mikro-orm/core";
import { type Occasion, recorded } from "../audit-trail/audit-trail.ts";
import type { ListedCredential } from "../credentials/authenticate.ts";
import { AccessToken } from "../credentials/credential.ts";
import { findParent } from "../credentials/credential-repository.ts";
import { deleteExpired } from "../credentials/credential-writes.ts";
import { makesTokens, narrow } from "../credentials/derive-token.ts";
import { CredentialEnded, ScopesRequired, TokenNotDerivable, TooManyTokens } from "../credentials/errors.ts";
import { MOST_PER_USER, prepareCredential } from "../credentials/issue.ts";
import type { Principal } from "../principal.ts";
import { type Queryable, timestamp } from "../query.ts";
import { formatScopes, parseScopes } from "../scope.ts";
import type { SecretKeys } from "../secrets/secret-keys.ts";

/** The most personal tokens of one user: they go on for long, and a thief of a session must not crowd out all other tokens. */
const MOST_PERSONAL = 100;

/** The properties that a new personal token is given. */
export interface NewPersonalToken {
  /** The name that its owner knows it by; cut to 100 characters. */
  readonly name: string;
  /** The scopes that it is narrowed to. */
  readonly scopes: readonly string[];
  /** Milliseconds until it expires. */
  readonly lifetimeMs: number;
}

/** The credentials of one request that may make a personal token: all of one user, and each of a fresh sign-in. */
export type Makers = readonly [Maker, ...Maker[]];
type Maker = Pick<Principal, "userId" | "credential">;

/**
 * Makes a token for a program. It has a lifetime of its own and is not the child of the credential that makes it, which
 * may end before; it has no broader scopes, and is no fresher a proof of its user. It ends with all access of its user.
 *
 * @returns the token, which is not stored and cannot be had again, and its entry in the list of tokens
 * @throws {CredentialEnded} when the credentials were revoked since the request came
 * @throws {TokenNotDerivable} when none of them makes tokens
 * @throws {ScopesRequired} when no scope is left that the credential has, too
 * @throws {TooManyTokens}
 * @throws {ScopeUnknown}
 */
export async function makePersonalToken(
  em: EntityManager,
  keys: SecretKeys,
  makers: Makers,
  { name, scopes, lifetimeMs }: NewPersonalToken,
  occasion: Occasion,
): Promise<{ token: string; view: ListedCredential }> {
  const { now } = occasion;
  const [{ userId }] = makers;
  const asked = formatScopes(scopes);
  return recorded(em, occasion, async (tx, record) => {
    // The transaction begins with a write, so that a revocation comes before the look-up or after the commit.
    await deleteExpired(tx, "token", { userId, now });
    const { by, credential } = await findMaker(tx, makers);
    const narrowed = narrow(asked, by.scopes);
    if (narrowed === null || narrowed === "") throw new ScopesRequired();
    if (by.personal >= MOST_PERSONAL || by.tokens >= MOST_PER_USER) throw new TooManyTokens();
    const owner = { id: userId, generation: by.generation };
    const issue = { name, now, lifetimeMs, scopes: narrowed, tokenKind: "personal" } as const;
    const { text, columns } = prepareCredential(tx, keys, "token", owner, issue);
    const { id, createdAt, expiresAt } = columns;
    tx.create(AccessToken, {
      ...columns,
      scopes: narrowed,
      kind: "personal",
      authenticatedAt: timestamp(by.authenticated_at),
      amr: by.amr,
      factorAt: by.factor_at === null ? null : timestamp(by.factor_at),
    });
    const made = { kind: "token", id } as const;
    const detail = `${credential.kind}:${credential.id}`;
    await record({ kind: "personal_token_created", userId, credential: made, detail });
    const shown = { lastUsedAt: null, scopes: parseScopes(narrowed), tokenKind: "personal", sessionId: null } as const;
    return { token: text, view: { id, name: columns.name, createdAt, expiresAt, ...shown, current: false } };
  });
}

/** The first of the credentials that makes tokens, as it is now. */
async function findMaker(tx: Queryable, makers: Makers) {
  let ended = true;
  for (const maker of makers) {
    const by = await findParent(tx, maker);
    if (by === undefined) continue;
    ended = false;
    if (makesTokens(by)) return { by, credential: maker.credential };
  }
  throw ended ? new CredentialEnded() : new TokenNotDerivable();
}
