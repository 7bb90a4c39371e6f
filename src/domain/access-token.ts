import { defineEntity, p } from "@mikro-orm/core";
import { credentialColumns } from "./credential-columns.ts";

const AccessTokenSchema = defineEntity({
  name: "AccessToken",
  tableName: "access_token",
  properties: {
    ...credentialColumns("access_token"),
    name: p.string().length(100),
  },
});

/** A token that its owner carries. The row can check the token, but not give it back. */
export class AccessToken extends AccessTokenSchema.class {}
AccessTokenSchema.setClass(AccessToken);
