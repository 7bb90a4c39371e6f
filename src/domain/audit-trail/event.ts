import { defineEntity, p } from "@mikro-orm/core";

/** What can happen to an account and to what signs in to it. */
export const EVENT_KINDS = [
  "registered",
  "login",
  "login_failed",
  "logout",
  "token_created",
  "token_revoked",
  "session_revoked",
  "access_reset",
  "password_changed",
  "password_upgraded",
  "verified",
  "verify_failed",
  "role_granted",
  "role_revoked",
  "activated",
  "deactivated",
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
    // No foreign key: the trail outlasts the account that it tells of.
    userId: p.integer().nullable(),
    actor: p.string().length(30),
    address: p.string().length(45).nullable(),
    credential: p.string().length(30).nullable(),
    detail: p.string().length(50).nullable(),
  },
  indexes: [{ name: "event_user_id_id_index", properties: ["userId", "id"] }],
});

/**
 * One entry of the audit trail: what happened to the account `userId` (null when it has none), who did it (`user:7`, `cli`,
 * `anonymous`), from which network address, with or to which credential (`token:…` or `session:…`: its id, never a secret), and
 * `detail`: the role's name where a role was granted or revoked, the credential that a token was made with where it was made with one.
 */
export class Event extends EventSchema.class {}
EventSchema.setClass(Event);
