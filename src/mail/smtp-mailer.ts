import { createTransport } from "nodemailer";
import { DeliveryFailed, type MailAddress, type Mailer, type MailTarget } from "../domain/mail/mailer.ts";
import { compose } from "./compose.ts";

const SECOND = 1000;
const LOOPBACK = ["localhost", "127.0.0.1", "::1"];

/** The commands whose refusal with 5xx is about this one message (RFC 5321 §4.2.1); others are about the server's settings. */
const ABOUT_THE_MESSAGE: readonly unknown[] = ["RCPT TO", "DATA"];

/**
 * Sends mails to a server, over a few connections that are kept. A password goes over TLS only, except to this machine. To a server
 * without SMTPUTF8 (RFC 6531) an address of other letters is sent as it is, and it refuses it.
 */
export function createSmtpMailer(
  { host, port, secure, credentials }: Extract<MailTarget, { kind: "smtp" }>,
  from: MailAddress,
): Mailer {
  const transport = createTransport({
    pool: true,
    host,
    port,
    secure,
    requireTLS: credentials !== undefined && !LOOPBACK.includes(host),
    ...(credentials && { auth: { user: credentials.user, pass: credentials.password } }),
    maxConnections: 3,
    // The outbox tries again itself: what the pool repeated by itself could arrive twice.
    maxRequeues: 0,
    idleTimeout: 10 * SECOND,
    dnsTimeout: 10 * SECOND,
    connectionTimeout: 10 * SECOND,
    greetingTimeout: 10 * SECOND,
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

/** What the log is told: the codes alone, since the texts of servers repeat addresses. */
function failureOf(error: unknown): DeliveryFailed {
  const { code, responseCode, command } = error as Partial<Record<"code" | "responseCode" | "command", unknown>>;
  const reason = [code, responseCode, command].filter(Boolean).join(" ") || "an unexpected error";
  const permanent = Number(responseCode) >= 500 && ABOUT_THE_MESSAGE.includes(command);
  return new DeliveryFailed(reason, { permanent, cause: error });
}
