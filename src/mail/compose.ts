import type { DueMessage, MailAddress } from "../domain/mail/mailer.ts";

/**
 * The fields of a mail for nodemailer. Addresses are objects, since nodemailer reads a text as a list of addresses. `Auto-Submitted`
 * (RFC 3834) keeps other programs from answering.
 */
export function compose({ id, to, subject, text, createdAt }: DueMessage, from: MailAddress) {
  const domain = from.address.slice(from.address.lastIndexOf("@") + 1);
  return {
    from: { ...from },
    to: { name: "", address: to },
    envelope: { from: from.address, to },
    subject,
    text,
    date: createdAt,
    messageId: `<${id}@${domain}>`,
    headers: { "Auto-Submitted": "auto-generated" },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
