import { defineEntity, p } from "@mikro-orm/core";

const SigningKeySchema = defineEntity({
  name: "SigningKey",
  tableName: "signing_key",
  properties: {
    id: p.string().length(43).primary(),
    number: p.integer().unique("signing_key_number_unique"),
    createdAt: p.datetime().length(3),
    signsFrom: p.datetime().length(3),
    expiresAt: p.datetime().length(3).nullable().index("signing_key_expires_at_index"),
    publicKey: p.string().length(255),
    privateKey: p.string().length(500).hidden(),
  },
});

/**
 * A key pair that signs JWTs (ES256, RFC 7518 §3.4). `id` is its `kid`, the thumbprint of the public key (RFC 7638). Numbers count up by
 * one: of several processes that make the next key at once, one succeeds. A key is published from when it is made, signs from `signsFrom`
 * until the next one does, and is published until `expiresAt`, which is null until there is a next one. `publicKey` is a JWK (RFC 7517);
 * `privateKey` is the private JWK, encrypted by the secret keys.
 */
export class SigningKey extends SigningKeySchema.class {}
SigningKeySchema.setClass(SigningKey);
