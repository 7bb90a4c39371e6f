import { defineEntity, p } from "@mikro-orm/core";
import { User } from "../users/user.ts";

const PendingSignInSchema = defineEntity({
  name: "PendingSignIn",
  tableName: "pending_sign_in",
  properties: {
    id: p.string().length(22).primary(),
    generation: p.integer(),
    digest: p.string().length(43).hidden(),
    keyId: p.string().length(8).hidden(),
    createdAt: p.datetime().length(3),
    expiresAt: p.datetime().length(3).index("pending_sign_in_expires_at_index"),
    methods: p.string().length(100),
    wanted: p.text(),
    step: p.string().length(10).$type<"factor" | "set-up">(),
    tries: p.integer().default(0),
    user: () =>
      p
        .manyToOne(User)
        .deleteRule("cascade")
        .foreignKeyName("pending_sign_in_user_id_foreign")
        .index("pending_sign_in_user_id_index"),
  },
});

/**
 * A sign-in that waits for its second factor. It is a credential of its own, which opens nothing but the operations that finish it.
 * `methods` are the ways in which the user has authenticated so far, `wanted` is what was asked for, as JSON, and `step` says whether
 * the factor is to be proved or to be set up first. The digest covers all of it. `tries` counts the codes that were tried.
 */
export class PendingSignIn extends PendingSignInSchema.class {}
PendingSignInSchema.setClass(PendingSignIn);
