import { createTransport } from "nodemailer";
import { DeliveryFailed, type MailAddress, type Mailer } from "../domain/mail/mailer.ts";
import { compose } from "./compose.ts";
import { reasonOf, type SmtpTarget, smtpOptions } from "./smtp-options.ts";

const SECOND = 1000;

/** The commands whose refusal with 5xx is about this one message (RFC 5321 §4.2.1); others are about the server's settings. */
const ABOUT_THE_MESSAGE: readonly unknown[] = ["RCPT TO", "DATA"];

/**
 * Sends mails to a server, over a few connections that are kept. To a server without SMTPUTF8 (RFC 6531) an address of other letters is
 * sent as it is, and it refuses it.
 */
export function createSmtpMailer(target: SmtpTarget, from: MailAddress): Mailer {
  const transport = createTransport({
    ...smtpOptions(target, 10 * SECOND),
    pool: true,
    maxConnections: 3,
    // The outbox tries again itself: what the pool repeated by itself could arrive twice.
    maxRequeues: 0,
    idleTimeout: 10 * SECOND,
    socketTimeout: 30 * SECOND,
  });
  return {
    send: async (message, signal) => {
      try {
        await transport.sendMail({ ...compose(message, from), signal });
      } catch (error) {
        throw failureOf(error);
      }
    },
    close: () => transport.close({ force: true }),
  };
}

/** What the log is told. */
function failureOf(error: unknown): DeliveryFailed {
  const { responseCode, command } = error as Partial<Record<"responseCode" | "command", unknown>>;
  const permanent = Number(responseCode) >= 500 && ABOUT_THE_MESSAGE.includes(command);
  return new DeliveryFailed(reasonOf(error), { permanent, cause: error });
}
