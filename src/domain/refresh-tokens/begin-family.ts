import { RefreshFamily } from "../credentials/credential.ts";
import { deleteFamilies } from "../credentials/credential-repository.ts";
import type { BeginFamily } from "../credentials/issue.ts";
import type { SecretKeys } from "../secrets/secret-keys.ts";
import { findLongestUnused } from "./family-repository.ts";
import { digestRefresh, mintFamilyId, mintRefresh } from "./refresh-text.ts";

/** The most families of one user: endless sign-ins must not fill the disk. */
const MOST_FAMILIES = 100;

/**
 * Begins a family of refresh tokens with each token that a sign-in gives. The family lives for a fixed time from the sign-in on, however
 * often its tokens are exchanged (RFC 9700, section 4.14.2). Beyond a hundred the family that lay unused for longest ends.
 *
 * @param familyMs milliseconds until the family expires
 */
export function familyBeginner(keys: SecretKeys, familyMs: number): BeginFamily {
  return async (tx, token, record) => {
    const { user, generation, createdAt, name, authenticatedAt, amr, factorAt, scopes = null } = token;
    const userId = user.id;
    for (const unused of await findLongestUnused(tx, userId, MOST_FAMILIES - 1)) {
      for (const id of await deleteFamilies(tx, { userId, id: unused })) {
        await record({ kind: "token_revoked", userId, credential: { kind: "token", id }, actor: `user:${userId}` });
      }
    }
    const { id, secret, text } = mintRefresh(keys, mintFamilyId());
    const expiresAt = new Date(createdAt.getTime() + familyMs);
    const proof = { name, authenticatedAt, amr, factorAt: factorAt ?? null, scopes };
    token.family = tx.create(RefreshFamily, {
      ...{ id, user, generation, createdAt, expiresAt, ...proof },
      ...digestRefresh(keys, secret, { id, userId, generation, expiresAt, scopes }),
    });
    return text;
  };
}
