import { createTransport } from "nodemailer";
import { reasonOf, type SmtpTarget, smtpOptions } from "./smtp-options.ts";

/**
 * Asks a server of mails whether it would take some: connects, greets (EHLO), begins TLS and signs in where that is set, and sends nothing.
 *
 * @param patienceMs the longest that each step may take
 * @returns null when all of it went well; else the codes of the failure, without a text of the server
 */
export async function probeSmtp(target: SmtpTarget, patienceMs: number): Promise<string | null> {
  const transport = createTransport({ ...smtpOptions(target, patienceMs), socketTimeout: patienceMs });
  try {
    await transport.verify();
    return null;
  } catch (error) {
    return reasonOf(error);
  } finally {
    transport.close();
  }
}
