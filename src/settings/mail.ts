import type { MailAddress, MailTarget } from "../domain/mail/mailer.ts";
import { faultOfOrigin } from "./kinds.ts";
import { choice, type Kind, optional, variable } from "./variables.ts";

/** The ports of mail submission (RFC 6409), and of submission over TLS (RFC 8314). */
const PORTS = { "smtp:": 587, "smtps:": 465 } as const;

const mailUrl: Kind<MailTarget> = {
  expects: "smtp://…, smtps://…, file:<folder>, file: or none",
  secret: true,
  read: (given) => {
    if (given === "none") return { kind: "none" };
    if (given.startsWith("file:")) return folderIn(given);
    const url = URL.parse(given);
    return url !== null && faultOfServer(url) === undefined ? serverIn(url) : undefined;
  },
  fault: (given) => {
    if (given.startsWith("file:")) return "a folder is a path, without // before it and without ? and # in it";
    const url = URL.parse(given);
    return url === null ? undefined : faultOfServer(url);
  },
};

function folderIn(given: string): MailTarget | undefined {
  const folder = given.slice("file:".length);
  if (/^\/\/|[\0?#]/.test(folder) || folder !== folder.trim()) return undefined;
  return { kind: "file", folder: folder === "" ? undefined : folder };
}

function faultOfServer({ protocol, hostname, pathname, search, hash, username, password }: URL): string | undefined {
  if (!(protocol in PORTS)) return "it begins with neither smtp:// nor smtps://";
  if (hostname === "") return "it names no host";
  if (!["", "/"].includes(pathname) || search !== "" || hash !== "") return "nothing follows the port";
  if ((username === "") !== (password === "")) return "user and password come together";
  if ([username, password, hostname].some((part) => decoded(part) === undefined)) return "a % in it encodes nothing";
  return undefined;
}

function serverIn({ protocol, hostname, port, username, password }: URL): MailTarget {
  const secure = protocol === "smtps:";
  return {
    kind: "smtp",
    host: (decoded(hostname) ?? "").replace(/^\[|\]$/g, ""),
    port: port === "" ? PORTS[secure ? "smtps:" : "smtp:"] : Number(port),
    secure,
    credentials: username === "" ? undefined : { user: decoded(username) ?? "", password: decoded(password) ?? "" },
  };
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

const ADDRESS = /^(?:(?<name>[^<>"\p{C}]*?) ?<)?(?<address>[^\s<>@,;:"\p{C}]{1,64}@[^\s<>@,;:"\p{C}]+?)>?$/u;

const mailFrom: Kind<MailAddress> = {
  expects: "an address like Kudos <kudos@kudos.example>",
  read: (given) => {
    const { name = "", address } = ADDRESS.exec(given)?.groups ?? {};
    const pointed = given.includes("<") === given.endsWith(">");
    return address === undefined || !pointed ? undefined : { name: name.trim(), address };
  },
};

const publicUrl: Kind<string> = {
  expects: "an origin like https://kudos.example",
  read: (given) => (faultOfOrigin(given) === undefined ? given : undefined),
  fault: faultOfOrigin,
};

const smsUrl: Kind<string> = {
  expects: "the address of a gateway, https://…",
  secret: true,
  read: (given) => (["http:", "https:"].includes(URL.parse(given)?.protocol ?? "") ? given : undefined),
};

/** The variables of mails and texts to phones. */
export const MAIL = {
  mail: variable(
    "MAIL_URL",
    (production) => (production ? "none" : "file:"),
    mailUrl,
    "smtp(s)://user:password@host:port, file:<folder> for an .eml each, file: beside the database, or none",
  ),
  mailFrom: optional("MAIL_FROM", mailFrom, "sender of mails, such as Kudos <kudos@kudos.example>"),
  publicUrl: optional(
    "PUBLIC_URL",
    publicUrl,
    "origin that browsers reach this server at, for links in mails and passkeys; http://localhost in development",
  ),
  confirmation: variable(
    "CONFIRMATION",
    "off",
    choice({ off: "off", required: "required" } as const),
    "required: an account is open once its address was confirmed by a mail",
  ),
  smsUrl: optional("SMS_URL", smsUrl, "gateway that gets POST {to, text} for each text to a phone"),
};

/** A line for each setting of mail that lacks another one. */
export function faultsOfMail(
  { mail, mailFrom: from, publicUrl: url, confirmation, smsUrl }: MailSettings,
  { production, databaseUrl }: { readonly production: boolean; readonly databaseUrl: string },
): string[] {
  const faults: string[] = [];
  if (mail.kind === "smtp" && from === undefined) faults.push("MAIL_FROM must be set where MAIL_URL is a server");
  if (production && mail.kind !== "none" && url === undefined) {
    faults.push("PUBLIC_URL must be set in production where mails are sent: the links in them begin with it");
  }
  if (confirmation === "required" && !sends(mail, databaseUrl)) faults.push("CONFIRMATION=required needs a MAIL_URL");
  if (smsUrl !== undefined && !sends(mail, databaseUrl))
    faults.push("SMS_URL needs a MAIL_URL, too: owners are told by mail");
  return faults;
}

/** Whether mails are sent. A database in memory has no folder beside it. */
export function sends(mail: MailTarget, databaseUrl: string): boolean {
  return (
    mail.kind === "smtp" || (mail.kind === "file" && (mail.folder !== undefined || databaseUrl !== "sqlite::memory:"))
  );
}

/** The settings of mails and texts to phones. */
export interface MailSettings {
  /** The place that mails go to. */
  readonly mail: MailTarget;
  readonly mailFrom: MailAddress | undefined;
  /** The origin that browsers reach the server at; the base path follows it. */
  readonly publicUrl: string | undefined;
  /** Whether an account is open only once its address was confirmed. */
  readonly confirmation: "off" | "required";
  /** The gateway of texts to phones, which may hold a password. */
  readonly smsUrl: string | undefined;
}
