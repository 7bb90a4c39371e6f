import { defineEntity, p } from "@mikro-orm/core";

const AttemptCountSchema = defineEntity({
  name: "AttemptCount",
  tableName: "attempt_count",
  properties: {
    key: p.text().primary(),
    points: p.integer().default(0),
    // 64 bits in every database; those of SQLite are an `integer`, which the check of the schema would take for a difference.
    expire: p.bigint("number").nullable().ignoreSchemaChanges("type").index("attempt_count_expire_index"),
  },
});

/**
 * A count of attempts in one window of time. `key` is a keyed digest of the policy and the subject, `points` the attempts so far, and
 * `expire` the end of the window, in milliseconds since 1970. A familiar address of an account is such a row too, with no points.
 */
export class AttemptCount extends AttemptCountSchema.class {}
AttemptCountSchema.setClass(AttemptCount);
