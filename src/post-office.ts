import type { Mailer } from "./domain/mail/mailer.ts";
import { createOutbox, type Outbox } from "./domain/mail/outbox.ts";
import { startSender } from "./domain/mail/send-messages.ts";
import type { Queryable } from "./domain/query.ts";
import type { SecretKeys } from "./domain/secrets/secret-keys.ts";
import { describeError, type Logger } from "./http/log.ts";
import { createFileMailer } from "./mail/file-mailer.ts";
import { createSmtpMailer } from "./mail/smtp-mailer.ts";
import { createTextGateway } from "./mail/text-gateway.ts";
import { publicUrlOf, type Settings } from "./settings.ts";
import type { Database } from "./storage/database.ts";
import { IN_MEMORY } from "./storage/sqlite/location.ts";

/** The place for messages, and what sends them. */
export interface PostOffice {
  /** Null where the settings send no mail. */
  readonly outbox: Outbox | null;
  /**
   * The origin that browsers reach the server at: `PUBLIC_URL`, or `http://localhost` with the port, where Chromium makes passkeys, too;
   * the base path follows. In production only the setting counts: null without it.
   */
  readonly publicUrl: () => string | null;
  /** The folder or server that mails go to, without credentials, or `none`: for the operator. */
  readonly place: string;
  /**
   * Begins to send. The database has to be migrated.
   *
   * @param listening the address that the server listens on, such as `http://127.0.0.1:8080`
   */
  open(listening: string): void;
  /** Finishes what is being sent. */
  close(): Promise<void>;
}

/** The sender of mails that go to a folder, where no other is set. */
const NOBODY = { name: "Kudos", address: "kudos@localhost" };

/** The resources of a {@link PostOffice}. */
export interface PostOfficeOptions {
  readonly settings: Settings;
  readonly database: Pick<Database, "path">;
  readonly db: Queryable;
  readonly keys: () => SecretKeys;
  readonly now: () => Date;
  readonly logger: Logger;
}

/** Makes the outbox of a server, and what sends from it. */
export function createPostOffice({ settings, database, logger, ...resources }: PostOfficeOptions): PostOffice {
  let url: string | null = null;
  let sender: ReturnType<typeof startSender> | undefined;
  const publicUrl = () => url;
  const { mail, place } = createMailer(settings, database.path);
  const text = settings.smsUrl === undefined ? undefined : createTextGateway(settings.smsUrl);
  const outbox = { ...resources, publicUrl: () => url ?? "", texts: text !== undefined, wake: () => sender?.wake() };
  return {
    publicUrl,
    place,
    outbox: mail === undefined ? null : createOutbox(outbox),
    open: (listening) => {
      url = publicUrlOf(settings, listening);
      if (mail === undefined) return;
      sender = startSender({
        ...resources,
        mailers: { mail, ...(text && { text }) },
        onUndelivered: ({ givenUp, ...message }) =>
          givenUp
            ? logger.error({ message }, "a message is given up")
            : logger.warn({ message }, "a message is tried again"),
        onError: (error) => logger.error({ error: describeError(error) }, "outbox"),
      });
    },
    close: async () => sender?.close(),
  };
}

function createMailer(
  { mail, mailFrom = NOBODY }: Settings,
  databasePath: string,
): { readonly mail?: Mailer; readonly place: string } {
  if (mail.kind === "smtp") return { mail: createSmtpMailer(mail, mailFrom), place: `${mail.host}:${mail.port}` };
  if (mail.kind === "none" || (mail.folder === undefined && databasePath === IN_MEMORY)) return { place: "none" };
  const folder = mail.folder ?? `${databasePath}.mail`;
  return { mail: createFileMailer(folder, mailFrom), place: folder };
}
