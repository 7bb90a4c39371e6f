import { defineEntity, p } from "@mikro-orm/core";
import { credentialColumns, Session } from "./session.ts";

const AccessTokenSchema = defineEntity({
  name: "AccessToken",
  tableName: "access_token",
  properties: {
    ...credentialColumns("access_token"),
    scopes: p.string().length(255).nullable(),
    parentToken: () =>
      p
        .manyToOne(AccessTokenSchema)
        .nullable()
        .deleteRule("cascade")
        .foreignKeyName("access_token_parent_token_id_foreign")
        .index("access_token_parent_token_id_index"),
    parentSession: () =>
      p
        .manyToOne(Session)
        .nullable()
        .deleteRule("cascade")
        .foreignKeyName("access_token_parent_session_id_foreign")
        .index("access_token_parent_session_id_index"),
  },
});

/**
 * A token. The row can verify the token but does not hold it. `scopes` are the scopes that the token is narrowed to,
 * separated by spaces; null for all scopes of its owner. A token that was made with another credential has that as its
 * parent, and is deleted with it.
 */
export class AccessToken extends AccessTokenSchema.class {}
AccessTokenSchema.setClass(AccessToken);
