import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { ExecutionContext } from "ava";
import PostalMime, { type Email } from "postal-mime";
import { SMTPServer } from "smtp-server";

/** A mail as it arrived: its envelope, its bytes, and what they say. */
export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
  readonly email: Email;
}

/** A real SMTP server of one test. */
export interface MailServer {
  /** The value of `MAIL_URL`. */
  readonly url: string;
  readonly host: "127.0.0.1";
  readonly port: number;
  /** The mails so far. */
  readonly mails: readonly ReceivedMail[];
  /** Resolves to the first mails once there are so many; rejects after 10 seconds. */
  received(count: number): Promise<readonly ReceivedMail[]>;
}

/** The answers of a server that does not take each mail: undefined takes it. */
export interface MailServerOptions {
  /** The code of the answer to `RCPT TO`; called with the number of the try, from 1 on. */
  readonly refuse?: (attempt: number, to: string) => number | undefined;
  /** The code of the answer to the content, which is told. */
  readonly refuseContent?: (attempt: number, mail: ReceivedMail) => number | undefined;
  /** Called before the answer to the content, which waits for it. */
  readonly beforeAnswer?: (mail: ReceivedMail) => Promise<void> | void;
}

const PATIENCE_MS = 10_000;

/** Starts a server on a port of its own; it ends with the test. */
export async function startMailServer(
  t: ExecutionContext<unknown>,
  { refuse, refuseContent, beforeAnswer }: MailServerOptions = {},
): Promise<MailServer> {
  const mails: ReceivedMail[] = [];
  let attempts = 0;
  const refusal = (responseCode: number) => Object.assign(new Error("not taken"), { responseCode });
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS", "AUTH"],
    onRcptTo: ({ address }, _session, done) => {
      attempts += 1;
      const code = refuse?.(attempts, address);
      done(code === undefined ? null : refusal(code));
    },
    onData: (stream, { envelope }, done) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", async () => {
        const raw = Buffer.concat(chunks).toString("utf8");
        const from = envelope.mailFrom ? envelope.mailFrom.address : "";
        const mail = {
          from,
          to: envelope.rcptTo.map(({ address }) => address),
          raw,
          email: await PostalMime.parse(raw),
        };
        const code = refuseContent?.(attempts, mail);
        if (code !== undefined) return done(refusal(code));
        await beforeAnswer?.(mail);
        mails.push(mail);
        done();
      });
    },
  });
  server.on("error", () => {});
  const listener = server.listen(0, "127.0.0.1");
  await once(listener, "listening");
  t.teardown(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const { port } = listener.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    host: "127.0.0.1",
    port,
    mails,
    received: async (count) => {
      for (const deadline = performance.now() + PATIENCE_MS; mails.length < count; await sleep(10)) {
        if (performance.now() > deadline) throw new Error(`${mails.length} of ${count} mails arrived`);
      }
      return mails.slice(0, count);
    },
  };
}

/** Waits until something is so; rejects after 10 seconds. */
export async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const deadline = performance.now() + PATIENCE_MS; !(await isSo()); await sleep(10)) {
    if (performance.now() > deadline) throw new Error(`not so in time: ${what}`);
  }
}
