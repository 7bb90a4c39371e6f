import { defineEntity, p } from "@mikro-orm/core";
import { User } from "../users/user.ts";

const FailedSignInsSchema = defineEntity({
  name: "FailedSignIns",
  tableName: "failed_sign_ins",
  properties: {
    user: () =>
      p
        .manyToOne(User)
        .primary()
        .updateRule("no action")
        .deleteRule("cascade")
        .foreignKeyName("failed_sign_ins_user_id_foreign")
        .index(false),
    failures: p.integer().default(0),
    blockedAt: p.datetime().length(3).nullable(),
    fellAt: p.datetime().length(3).nullable(),
  },
});

/**
 * A run of failures: the wrong passwords for one account from unknown places, since the account was last opened by a mailed code or link, a
 * passkey or a second factor, or got a new password. No time ends it. `blockedAt` is when the run reached its bound, the owner having been told of it, and
 * `fellAt` when a right password last made the count smaller.
 */
export class FailedSignIns extends FailedSignInsSchema.class {}
FailedSignInsSchema.setClass(FailedSignIns);
