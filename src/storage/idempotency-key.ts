import { defineEntity, p } from "@mikro-orm/core";

const IdempotencyKeySchema = defineEntity({
  name: "IdempotencyKey",
  tableName: "idempotency_key",
  properties: {
    id: p.integer().primary(),
    key: p.string().length(43).unique("idempotency_key_key_unique"),
    fingerprint: p.string().length(43),
    owner: p.string().length(36),
    claimedAt: p.datetime().length(3),
    expiresAt: p.datetime().length(3).index("idempotency_key_expires_at_index"),
    answer: p.text().nullable(),
  },
});

/**
 * A key by which a client has named a request, as a digest that covers its user. `answer` is the answer as JSON; null while the request of
 * `owner` is in flight.
 */
export class IdempotencyKey extends IdempotencyKeySchema.class {}
IdempotencyKeySchema.setClass(IdempotencyKey);
