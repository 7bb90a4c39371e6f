import { p } from "@mikro-orm/core";
import { User } from "./user.ts";

/**
 * The columns that a token and a session share. `id`, `user`, `generation` and `expiresAt` are covered by `digest`, so that a
 * write to the database can neither mint a credential nor give one to another user or a longer life.
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
  };
}
