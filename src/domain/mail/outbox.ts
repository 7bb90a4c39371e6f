import { randomBytes } from "node:crypto";
import { type Queryable, runStatement } from "../query.ts";
import { encrypt } from "../secrets/encrypt.ts";
import type { SecretKeys } from "../secrets/secret-keys.ts";
import type { Message } from "./outgoing-message.ts";

const ID_BYTES = 16;

/** The time for which the sending of a message is tried, in milliseconds: a day. */
const LONGEST_MS = 24 * 60 * 60 * 1000;

/** The place that messages are put into, to be sent after the answer. */
export interface Outbox {
  /** The address that links begin with, such as `https://kudos.example` or `https://example.com/kudos`; without a slash at the end. */
  readonly publicUrl: string;
  /** Whether texts can be sent to phones. */
  readonly texts: boolean;
  /**
   * Puts a message into the transaction of what causes it: both are committed or neither. A message to nobody (`to` is null) costs the
   * same time and disk, and is not sent: so an answer for an unknown address takes as long as one for a known address.
   *
   * @param lifetimeMs the time after which the message is of no use any more; a day at most
   */
  post(tx: Queryable, message: Message, when: { readonly now: Date; readonly lifetimeMs?: number }): Promise<void>;
  /** Wakes the sender if something was posted. To be called after each commit; `Occasion.changed` does. */
  committed(): void;
}

/**
 * Puts messages into the database, encrypted.
 *
 * @param wake called after the commit of a message
 */
export function createOutbox({
  keys,
  publicUrl,
  texts = false,
  wake = () => {},
}: {
  readonly keys: () => SecretKeys | Promise<SecretKeys>;
  readonly publicUrl: () => string;
  readonly texts?: boolean;
  readonly wake?: () => void;
}): Outbox {
  let posted = false;
  return {
    get publicUrl() {
      return publicUrl();
    },
    texts,
    post: async (tx, message, { now, lifetimeMs = LONGEST_MS }) => {
      const id = randomBytes(ID_BYTES).toString("base64url");
      const content = encrypt(await keys(), ["mail", "outgoing-message", id], JSON.stringify(message));
      const expiresAt = new Date(now.getTime() + Math.min(lifetimeMs, LONGEST_MS));
      posted = true;
      await runStatement(
        tx,
        'insert into "outgoing_message" (id, channel, content, created_at, due_at, expires_at) values (?, ?, ?, ?, ?, ?)',
        [id, message.channel, content, now, now, expiresAt],
      );
    },
    committed: () => {
      if (!posted) return;
      posted = false;
      wake();
    },
  };
}
