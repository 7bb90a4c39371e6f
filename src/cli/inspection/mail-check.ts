import { constants, existsSync } from "node:fs";
import { access } from "node:fs/promises";
import { dirname } from "node:path";
import { countWaiting } from "../../domain/mail/outbox-repository.ts";
import { probeSmtp } from "../../mail/probe-smtp.ts";
import { type Settings, sendsMail } from "../../settings.ts";
import { isPostgreSql, parseLocation } from "../../storage/postgresql/location.ts";
import { parseDatabaseUrl } from "../../storage/sqlite/location.ts";
import { type Finding, well, wrong } from "./finding.ts";
import type { Readable } from "./server-database-check.ts";

const PATIENCE_MS = 5_000;
/** The time after which a message that waits has been tried, and should have gone. */
const LATE_MS = 60 * 60 * 1000;

/** Looks at the place that mails go to: connects to a server and greets it, or asks whether the folder can be written to. Sends nothing. */
export async function checkMail(settings: Settings): Promise<Finding> {
  const { mail } = settings;
  if (!sendsMail(settings) || mail.kind === "none") return well("mail", "none is sent, by MAIL_URL");
  if (mail.kind === "smtp") {
    const place = `${mail.host}:${mail.port}`;
    const failure = await probeSmtp(mail, PATIENCE_MS);
    if (failure === null) return well("mail", `${place} answers${mail.credentials ? ", and knows the password" : ""}`);
    const cure = "see host, port, user and password in MAIL_URL, and whether this machine may connect there";
    return wrong("mail", `the server ${place} cannot be used (${failure})`, cure);
  }
  const folder = mail.folder ?? folderBeside(settings);
  if (folder === null) return well("mail", "it cannot be said where its folder is, without a database");
  // The folder is made with the first mail.
  let nearest = folder;
  while (!existsSync(nearest) && dirname(nearest) !== nearest) nearest = dirname(nearest);
  const writable = await access(nearest, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  if (writable) return well("mail", `each goes into the folder ${folder}`);
  return wrong("mail", `the folder ${folder} cannot be written to`, `give this user the right to write ${nearest}`);
}

/** The folder beside the database; null when there is no understanding where that is. */
function folderBeside({ databaseUrl }: Settings): string | null {
  try {
    return `${isPostgreSql(databaseUrl) ? parseLocation(databaseUrl).path : parseDatabaseUrl(databaseUrl)}.mail`;
  } catch {
    return null;
  }
}

/** Looks for messages that should have been sent. */
export async function checkOutbox({ orm }: Readable): Promise<readonly Finding[]> {
  const late = await countWaiting(orm.em.fork(), new Date(Date.now() - LATE_MS));
  if (late === 0) return [];
  const cure = "the log of the server says why (a message is tried again); a server has to run to send them";
  return [wrong("mail", `${late} messages have waited for more than an hour`, cure)];
}
