import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createTransport } from "nodemailer";
import { DeliveryFailed, type MailAddress, type Mailer } from "../domain/mail/mailer.ts";
import { compose } from "./compose.ts";

/**
 * Writes each mail into a folder that only its owner can read, as `<time>-<id>.eml`, whole or not at all. The same mail has the same
 * name. The folder is made with the first one.
 */
export function createFileMailer(folder: string, from: MailAddress): Mailer {
  const transport = createTransport({ streamTransport: true, buffer: true, newline: "windows" });
  return {
    send: async (message) => {
      const { message: content } = await transport.sendMail(compose(message, from));
      const time = message.createdAt.toISOString().replaceAll(/[:.]/g, "-");
      const path = join(folder, `${time}-${message.id}.eml`);
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await writeFile(`${path}.part`, content, { mode: 0o600 });
        await rename(`${path}.part`, path);
      } catch (error) {
        const code = error instanceof Error && "code" in error ? String(error.code) : "";
        throw new DeliveryFailed(`the folder of mails cannot be written to ${code}`.trim(), { cause: error });
      }
    },
    close: () => {},
  };
}
