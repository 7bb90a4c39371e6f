import type { ExecutionContext } from "ava";
import { NOTICES } from "../../src/domain/mail/notices.ts";
import { type MailServer, type ReceivedMail, startMailServer } from "./mail-server.ts";
import { cookiesOf, post, startServer, type TestServer, type TestServerOptions } from "./server.ts";

/** The place where the tests' servers are reached, as their mails say. */
export const PUBLIC_URL = "https://kudos.example";

/** A mail of an account, as its reader takes it apart. */
export interface AccountMail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** The path of the first link. */
  readonly path: string;
  /** The secret of the link. */
  readonly link: string;
  readonly code: string;
}

/** A server that sends its mails to a real SMTP server. */
export interface MailingServer extends TestServer {
  readonly mails: MailServer;
  /** The mails to an address once there are so many: those with a subject, or all but the notices of what happened. */
  mailsTo(address: string, count: number, subject?: string): Promise<readonly AccountMail[]>;
}

const SUBJECTS: ReadonlySet<string | undefined> = new Set(Object.values(NOTICES).map(({ subject }) => subject));

/** Starts both. */
export async function startMailingServer(
  t: ExecutionContext,
  { environment, ...options }: TestServerOptions = {},
): Promise<MailingServer> {
  const mails = await startMailServer(t);
  const mail = { MAIL_URL: mails.url, MAIL_FROM: "Kudos <kudos@kudos.example>", PUBLIC_URL };
  const server = await startServer(t, { ...options, environment: { ...mail, ...environment } });
  const mailsTo = async (address: string, count: number, subject?: string) => {
    for (let total = count; ; total += 1) {
      const own = (await mails.received(total)).filter(
        ({ to, email }) =>
          to.includes(address) && (subject === undefined ? !SUBJECTS.has(email.subject) : email.subject === subject),
      );
      if (own.length >= count) return own.map(readMail);
    }
  };
  return { ...server, mails, mailsTo };
}

function readMail({ to, email }: ReceivedMail): AccountMail {
  const text = email.text ?? "";
  const path = new RegExp(`${PUBLIC_URL}(/\\S*)`).exec(text)?.[1] ?? "";
  const code = /^ {2}(\d{4}) (\d{4})$/m.exec(text)?.slice(1).join("") ?? "";
  return { to: to.join(), subject: email.subject ?? "", text, path, link: path.split("/")[2] ?? "", code };
}

/** The cookie of a browser that has asked for a mail, as it is sent back. */
export function askedBy(response: Response): { readonly Cookie: string } {
  return { Cookie: `kudos_asked=${cookiesOf(response).kudos_asked?.value}` };
}

/** The type of the problem in an envelope or a problem document, without the part that all have. */
export async function problemOf(response: Response): Promise<string> {
  const body = JSON.parse(await response.text());
  return `${response.status} ${String(body.type ?? body.response.type).replace("urn:kudos:problem:", "")}`;
}

/** Asks for a mail to set a new password: the mail, and the cookie of the browser that asked. */
export async function askForReset(server: MailingServer, email: string, count = 1) {
  const response = await post(server, "/reset", { email });
  const mail = (await server.mailsTo(email, count)).at(-1);
  if (mail === undefined) throw new Error("no mail came");
  return { mail, browser: askedBy(response) };
}

/** Whether a link asks for the code of its mail in a browser, as a client of JSON learns it. */
export async function needsCode(server: MailingServer, path: string, browser: object = {}): Promise<boolean> {
  const response = await server.request(path, { headers: { ...browser, Accept: "application/json" } });
  return JSON.parse(await response.text()).response.code_required;
}
