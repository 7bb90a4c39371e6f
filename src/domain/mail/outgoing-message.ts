import { defineEntity, p } from "@mikro-orm/core";

/** The ways that a message can go: by mail, or as a text to a phone. */
export type Channel = "mail" | "text";

const OutgoingMessageSchema = defineEntity({
  name: "OutgoingMessage",
  tableName: "outgoing_message",
  properties: {
    id: p.string().length(22).primary(),
    channel: p.string().length(4).$type<Channel>(),
    content: p.text().hidden(),
    createdAt: p.datetime().length(3),
    dueAt: p.datetime().length(3).index("outgoing_message_due_at_index"),
    expiresAt: p.datetime().length(3).index("outgoing_message_expires_at_index"),
    attempts: p.integer().default(0),
  },
});

/**
 * A message that waits to be sent; its row is deleted once it was. `content` is its {@link Message} as JSON, encrypted, since it can hold
 * codes and links. `attempts` counts the claims: whoever raises it has the message until `dueAt`, which is also the time of the next
 * attempt. After `expiresAt` the message is given up.
 */
export class OutgoingMessage extends OutgoingMessageSchema.class {}
OutgoingMessageSchema.setClass(OutgoingMessage);

/** A message: whom it goes to, and its text, in lines of at most 76 characters that end with `\n`. */
export interface Message {
  readonly channel: Channel;
  /** An e-mail address as it is stored, or a phone number (E.164). Null: to nobody, see `Outbox`. */
  readonly to: string | null;
  /** Of a mail; a text to a phone has none. */
  readonly subject: string;
  readonly text: string;
}
