import { p } from "@mikro-orm/core";
import { User } from "../users/user.ts";

/**
 * The columns that a token and a session share. `id`, `user`, `generation`, `expiresAt` and a token's scopes are covered by
 * `digest`, so that a write to the database can neither mint a credential nor give one to another user, a longer life or more to
 * do. `renewal` is the server's own word that a credential goes on in a later generation of its user.
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
    expiresAt: p.datetime().length(3),
    name: p.string().length(100),
    authenticatedAt: p.datetime().length(3),
    lastUsedAt: p.datetime().length(3).nullable(),
    renewal: p.string().length(75).nullable().hidden(),
  };
}
