import { defineEntity, p } from "@mikro-orm/core";
import { User } from "../users/user.ts";

/** The kinds of second factor of which a user has one at most. */
export const FACTOR_METHODS = ["authenticator", "email", "sms"] as const;

/** One of {@link FACTOR_METHODS}. */
export type FactorMethod = (typeof FACTOR_METHODS)[number];

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
