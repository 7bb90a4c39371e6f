import { defineEntity, p } from "@mikro-orm/core";
import { User } from "../users/user.ts";

/** What a passkey is for: to sign in by itself, as the second factor after a password, or for both. */
export type PasskeyUsage = "first" | "secondary" | "both";

/** Whether a passkey is a second factor: a password alone does not sign in where there is one. */
export function isFactor(usage: PasskeyUsage): boolean {
  return usage !== "first";
}

const PasskeySchema = defineEntity({
  name: "Passkey",
  tableName: "passkey",
  properties: {
    id: p.string().length(22).primary(),
    user: () =>
      p.manyToOne(User).deleteRule("cascade").foreignKeyName("passkey_user_id_foreign").index("passkey_user_id_index"),
    credentialId: p.text().unique("passkey_credential_id_unique"),
    publicKey: p.text(),
    algorithm: p.integer(),
    counter: p.bigint("number").ignoreSchemaChanges("type"),
    name: p.string().length(64),
    usage: p.string().length(10).$type<PasskeyUsage>(),
    transports: p.string().length(255).default(""),
    aaguid: p.string().length(36),
    backupEligible: p.boolean(),
    backedUp: p.boolean(),
    discoverable: p.boolean().nullable(),
    createdAt: p.datetime().length(3),
    lastUsedAt: p.datetime().length(3).nullable(),
  },
  uniques: [{ name: "passkey_user_id_name_unique", properties: ["user", "name"] }],
});

/**
 * A passkey: the public key of a credential (W3C Web Authentication §4) with what its authenticator said of it. `credentialId` and
 * `publicKey` (COSE, RFC 9052 §7) are base64url, `transports` are separated by spaces. `counter` is the authenticator's at the last use;
 * one that is copied to other devices always says 0. `backupEligible` never changes, `backedUp` may.
 */
export class Passkey extends PasskeySchema.class {}
PasskeySchema.setClass(Passkey);

const PasskeyOwnerSchema = defineEntity({
  name: "PasskeyOwner",
  tableName: "passkey_owner",
  properties: {
    user: () =>
      p
        .oneToOne(User)
        .owner()
        .primary()
        .deleteRule("cascade")
        .updateRule("no action")
        .foreignKeyName("passkey_owner_user_id_foreign"),
    handle: p.string().length(43).unique("passkey_owner_handle_unique"),
  },
});

/** The user handle of a user (W3C Web Authentication §5.4.3): random, and the same in all of the user's passkeys. */
export class PasskeyOwner extends PasskeyOwnerSchema.class {}
PasskeyOwnerSchema.setClass(PasskeyOwner);

/** What the answer to a challenge is for. One purpose's challenge is none of another. */
export type ChallengePurpose = "register" | "sign-in" | "second-factor" | "verify";

const PasskeyChallengeSchema = defineEntity({
  name: "PasskeyChallenge",
  tableName: "passkey_challenge",
  properties: {
    id: p.string().length(22).primary(),
    purpose: p.string().length(15).$type<ChallengePurpose>(),
    user: () =>
      p
        .manyToOne(User)
        .nullable()
        .deleteRule("cascade")
        .foreignKeyName("passkey_challenge_user_id_foreign")
        .index("passkey_challenge_user_id_index"),
    boundTo: p.string().length(40).nullable(),
    digest: p.string().length(43),
    name: p.string().length(64).nullable(),
    usage: p.string().length(10).$type<PasskeyUsage>().nullable(),
    automatic: p.boolean().default(false),
    remember: p.boolean().default(false),
    expiresAt: p.datetime().length(3).index("passkey_challenge_expires_at_index"),
  },
});

/**
 * A challenge that waits for the answer of an authenticator; its id is the state that clients send back. `boundTo` is what began it, such
 * as `session:…`; null where that was a stranger. `name`, `usage` and `automatic` are of a passkey that is being registered.
 */
export class PasskeyChallenge extends PasskeyChallengeSchema.class {}
PasskeyChallengeSchema.setClass(PasskeyChallenge);
