import { defineEntity, p } from "@mikro-orm/core";
import type { AuthenticationMethod } from "../credentials/authentication-method.ts";
import { User } from "../users/user.ts";

/** The kinds of second factor of which a user has one at most. */
export const FACTOR_METHODS = ["authenticator", "email", "sms"] as const;

/** One of {@link FACTOR_METHODS}. */
export type FactorMethod = (typeof FACTOR_METHODS)[number];

/** The way in which a user has authenticated by the code of a factor. */
export const PROVED_BY = {
  authenticator: "authenticator",
  email: "mailed-code",
  sms: "texted-code",
} as const satisfies Record<FactorMethod, AuthenticationMethod>;

const SecondFactorSchema = defineEntity({
  name: "SecondFactor",
  tableName: "second_factor",
  properties: {
    id: p.integer().primary().autoincrement(),
    method: p.string().length(20).$type<FactorMethod>(),
    secret: p.text().nullable().hidden(),
    phone: p.text().nullable().hidden(),
    lastStep: p.integer().default(0),
    createdAt: p.datetime().length(3),
    user: () =>
      p
        .oneToOne(User)
        .owner()
        .deleteRule("cascade")
        .foreignKeyName("second_factor_user_id_foreign")
        .unique("second_factor_user_id_unique"),
  },
});

/**
 * The second factor of a user. `secret` is an authenticator's, encrypted and bound to the user; `lastStep` is the time step (RFC 6238)
 * of the last code that passed: a code of it or of one before passes no more. `phone` is encrypted, too.
 */
export class SecondFactor extends SecondFactorSchema.class {}
SecondFactorSchema.setClass(SecondFactor);

const FactorSetupSchema = defineEntity({
  name: "FactorSetup",
  tableName: "factor_setup",
  properties: {
    id: p.string().length(22).primary(),
    generation: p.integer(),
    digest: p.string().length(43).hidden(),
    keyId: p.string().length(8).hidden(),
    method: p.string().length(20).$type<FactorMethod>(),
    secret: p.text().nullable().hidden(),
    phone: p.text().nullable().hidden(),
    credential: p.string().length(40),
    tries: p.integer().default(0),
    expiresAt: p.datetime().length(3).index("factor_setup_expires_at_index"),
    user: () =>
      p
        .oneToOne(User)
        .owner()
        .deleteRule("cascade")
        .foreignKeyName("factor_setup_user_id_foreign")
        .unique("factor_setup_user_id_unique"),
  },
});

/**
 * A second factor that a user is setting up, until its code is proved. It is bound to the credential that began it (`session:…`,
 * `token:…` or `sign-in:…`), and a new one takes its place.
 */
export class FactorSetup extends FactorSetupSchema.class {}
FactorSetupSchema.setClass(FactorSetup);

const RecoveryCodeSchema = defineEntity({
  name: "RecoveryCode",
  tableName: "recovery_code",
  properties: {
    id: p.integer().primary().autoincrement(),
    digest: p.string().length(43).hidden(),
    user: () =>
      p
        .manyToOne(User)
        .deleteRule("cascade")
        .foreignKeyName("recovery_code_user_id_foreign")
        .index("recovery_code_user_id_index"),
  },
});

/** A code that stands in once for a second factor that is lost; as a keyed digest. */
export class RecoveryCode extends RecoveryCodeSchema.class {}
RecoveryCodeSchema.setClass(RecoveryCode);

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
