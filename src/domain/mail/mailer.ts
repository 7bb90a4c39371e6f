import type { Message } from "./outgoing-message.ts";

/** A message that is to be sent now. */
export interface DueMessage extends Message {
  /** The same at each attempt: whoever gets a message twice can tell. */
  readonly id: string;
  readonly to: string;
  readonly createdAt: Date;
}

/** A way to send messages: one for each channel. */
export interface Mailer {
  /**
   * Sends a message, once; resolves when the next server has taken it.
   *
   * @param signal aborted when the time for this attempt is over
   * @throws {DeliveryFailed}
   */
  send(message: DueMessage, signal: AbortSignal): Promise<void>;
  /** Closes its connections. */
  close(): void;
}

/** A message was not taken. `reason` is for the log: it shows nothing of the message, its recipient or the credentials. */
export class DeliveryFailed extends Error {
  override readonly name = "DeliveryFailed";
  readonly reason: string;
  /** Whether the message was refused for good, so that the same attempt later would be refused, too. */
  readonly permanent: boolean;

  constructor(reason: string, { permanent = false, cause }: { permanent?: boolean; cause?: unknown } = {}) {
    super(`not delivered: ${reason}`, { cause });
    this.reason = reason;
    this.permanent = permanent;
  }
}

/** The place that mails go to: nowhere, a folder, or a server. */
export type MailTarget =
  | { readonly kind: "none" }
  /** Without a folder: one beside the database, named after it. */
  | { readonly kind: "file"; readonly folder: string | undefined }
  | {
      readonly kind: "smtp";
      readonly host: string;
      readonly port: number;
      /** TLS from the first byte (RFC 8314). */
      readonly secure: boolean;
      readonly credentials: { readonly user: string; readonly password: string } | undefined;
    };

/** The sender of mails. */
export interface MailAddress {
  readonly name: string;
  readonly address: string;
}
