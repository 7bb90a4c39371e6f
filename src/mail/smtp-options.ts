import type { MailTarget } from "../domain/mail/mailer.ts";

/** A server that takes mails. */
export type SmtpTarget = Extract<MailTarget, { kind: "smtp" }>;

const LOOPBACK = ["localhost", "127.0.0.1", "::1"];

/**
 * How a server of mails is spoken to. A password goes over TLS only, except to this machine.
 *
 * @param patienceMs the longest that a connection, its greeting and the look-up of its name may take
 */
export function smtpOptions({ host, port, secure, credentials }: SmtpTarget, patienceMs: number) {
  return {
    host,
    port,
    secure,
    requireTLS: credentials !== undefined && !LOOPBACK.includes(host),
    ...(credentials && { auth: { user: credentials.user, pass: credentials.password } }),
    dnsTimeout: patienceMs,
    connectionTimeout: patienceMs,
    greetingTimeout: patienceMs,
  };
}

/** What may be told of a failure: the codes alone, since the texts of servers repeat addresses. */
export function reasonOf(error: unknown): string {
  const { code, responseCode, command } = error as Partial<Record<"code" | "responseCode" | "command", unknown>>;
  return [code, responseCode, command].filter(Boolean).join(" ") || "an unexpected error";
}
