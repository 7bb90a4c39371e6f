import { defineEntity, p } from "@mikro-orm/core";

/** The kinds of events: all that can happen to an account and to its credentials. */
export const EVENT_KINDS = [
  "registered",
  "login",
  "login_failed",
  "guessing_blocked",
  "logout",
  "token_created",
  "personal_token_created",
  "refresh_reused",
  "token_revoked",
  "session_revoked",
  "access_reset",
  "password_changed",
  "password_upgraded",
  "verified",
  "verify_failed",
  "factor_added",
  "factor_removed",
  "factor_failed",
  "recovery_codes_made",
  "recovery_code_used",
  "role_granted",
  "role_revoked",
  "role_factor_required",
  "role_factor_lifted",
  "activated",
  "deactivated",
  "passkey_added",
  "passkey_removed",
  "confirmed",
  "password_reset",
  "email_changed",
  "email_restored",
  "account_deleted",
  "jwt_revoked",
] as const;

/** One of {@link EVENT_KINDS}. */
export type EventKind = (typeof EVENT_KINDS)[number];

const EventSchema = defineEntity({
  name: "Event",
  tableName: "event",
  properties: {
    id: p.integer().primary().autoincrement(),
    at: p.datetime().length(3),
    kind: p.string().length(30).$type<EventKind>(),
    // No foreign key: the trail outlasts the account.
    userId: p.integer().nullable(),
    actor: p.string().length(30),
    address: p.string().length(45).nullable(),
    credential: p.string().length(30).nullable(),
    detail: p.string().length(50).nullable(),
  },
  indexes: [{ name: "event_user_id_id_index", properties: ["userId", "id"] }],
});

/**
 * One entry of the audit trail: an event of the account `userId` (null for an address without an account, and for a role as such). `actor` is
 * `user:7`, `cli` or `anonymous`; `address` is a network address; `credential` is `token:…`, `session:…` or `jwt:…` with the id, never a
 * secret; `detail` is the name of a role that was granted or revoked, or that requires a second factor from then on or no more; the kind of a
 * second factor; or the credential that a token was made with, or by.
 */
export class Event extends EventSchema.class {}
EventSchema.setClass(Event);

/** An event as it is read and logged. */
export interface AuditEvent {
  readonly id: number;
  readonly at: Date;
  readonly kind: EventKind;
  readonly userId: number | null;
  readonly actor: string;
  readonly address: string | null;
  readonly credential: string | null;
  readonly detail: string | null;
}
