import { defineEntity, type EntityManager, p } from "@mikro-orm/core";
import { User } from "../users/user.ts";

/**
 * The columns that a token and a session share. `digest` covers `id`, `user`, `generation`, `expiresAt` and a token's
 * scopes, so that a write to the database cannot mint a credential, give one to another user, or extend its life or its
 * scopes. `renewal` is the server's signature that the credential stays valid in a later generation of its user.
 */
export function credentialColumns(table: string) {
  return {
    id: p.string().length(22).primary(),
    user: () =>
      p
        .manyToOne(User)
        .deleteRule("cascade")
        .foreignKeyName(`${table}_user_id_foreign`)
        .index(`${table}_user_id_index`),
    generation: p.integer(),
    digest: p.string().length(43).hidden(),
    keyId: p.string().length(8).hidden(),
    createdAt: p.datetime().length(3),
    expiresAt: p.datetime().length(3).index(`${table}_expires_at_index`),
    name: p.string().length(100),
    authenticatedAt: p.datetime().length(3),
    lastUsedAt: p.datetime().length(3).nullable(),
    renewal: p.string().length(75).nullable().hidden(),
  };
}

const SessionSchema = defineEntity({
  name: "Session",
  tableName: "session",
  properties: {
    ...credentialColumns("session"),
    persistent: p.boolean().default(false),
  },
});

/** A browser's session: a credential in a cookie. `persistent` cookies outlive the browser (RFC 6265, section 5.3). */
export class Session extends SessionSchema.class {}
SessionSchema.setClass(Session);

/** Whether the cookie of a session outlives the browser; false for a session that has ended. */
export async function isPersistent(em: EntityManager, id: string): Promise<boolean> {
  return (await em.findOne(Session, { id }))?.persistent ?? false;
}
