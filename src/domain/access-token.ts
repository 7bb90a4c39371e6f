import { defineEntity, p } from "@mikro-orm/core";
import { credentialColumns } from "./credential-columns.ts";

const AccessTokenSchema = defineEntity({
  name: "AccessToken",
  tableName: "access_token",
  properties: {
    ...credentialColumns("access_token"),
    scopes: p.string().length(255).nullable(),
  },
});

/**
 * A token that its owner carries. The row can check the token, but not give it back. `scopes` are what the token is narrowed to,
 * parted by spaces; null for all that its owner may do.
 */
export class AccessToken extends AccessTokenSchema.class {}
AccessTokenSchema.setClass(AccessToken);
