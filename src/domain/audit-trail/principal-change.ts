import { defineEntity, p } from "@mikro-orm/core";

const PrincipalChangeSchema = defineEntity({
  name: "PrincipalChange",
  tableName: "principal_change",
  properties: {
    id: p.integer().primary().autoincrement(),
    at: p.datetime().length(3),
    // No foreign key: that an account was deleted has to be known when it is gone.
    userId: p.integer().nullable(),
    credential: p.string().length(30).nullable(),
    ends: p.boolean(),
  },
});

/**
 * An entry of the log by which other processes, and other systems, learn that principals are no longer what they were. Ids rise in the
 * order of the commits. `userId` is the user whose principals changed, null for those of all users; `credential` is `token:…`,
 * `session:…`, or `jwt:…` for a JWT by its `jti`, where it is one credential alone, null for all of the user. `ends` tells that access ended, not only that it changed.
 */
export class PrincipalChange extends PrincipalChangeSchema.class {}
PrincipalChangeSchema.setClass(PrincipalChange);
