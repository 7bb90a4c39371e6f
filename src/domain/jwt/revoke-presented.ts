import type { EntityManager } from "@mikro-orm/core";
import { type Occasion, recorded } from "../audit-trail/audit-trail.ts";
import { findEndings } from "../audit-trail/principal-changes.ts";
import { authenticateCredential, type IdleLifetimes } from "../credentials/authenticate.ts";
import { deleteCredentials } from "../credentials/credential-writes.ts";
import { namedByJti } from "./claims.ts";
import type { KeyStore } from "./signing-keys.ts";
import { isInForce, readOwnJwt } from "./verify.ts";

/**
 * Ends the token that is presented, opaque or a JWT, at once (RFC 7009): whoever has it may end it. Harmless for any other text. With an
 * opaque token all end that were made with it, JWTs, too.
 *
 * @param em what the revocation is written by
 * @param issuer the address of the server; null for a server without one
 */
export async function revokePresented(
  em: EntityManager,
  store: KeyStore,
  { issuer, token, lifetimes }: { issuer: string | null; token: string; lifetimes: IdleLifetimes },
  occasion: Occasion,
): Promise<void> {
  const found = await authenticateCredential(store.db, store.keys, "token", token, { now: store.now, lifetimes });
  if (found !== null) {
    const { userId, credential } = found.principal;
    return recorded(em, { ...occasion, actor: `user:${userId}` }, async (tx, record) => {
      const { ids, tokens } = await deleteCredentials(tx, "token", { userId, id: credential.id });
      for (const id of ids) await record({ kind: "token_revoked", userId, credential: { kind: "token", id }, tokens });
    });
  }
  const claims = await readOwnJwt(store, issuer, token);
  if (claims === null || !(await isInForce(store, claims, lifetimes))) return;
  const { jti, rev } = claims;
  const userId = Number(claims.sub);
  await recorded(em, { ...occasion, actor: `user:${userId}` }, async (tx, record) => {
    // Once is enough, also of several at once: whoever repeats it must not fill the log.
    const ended = await findEndings(tx, { after: rev, userId, credentials: [namedByJti(jti)] });
    if (ended.length === 0) await record({ kind: "jwt_revoked", userId, credential: { kind: "jwt", id: jti } });
  });
}
