import { paragraphs } from "../mail/mail-text.ts";
import type { Minted } from "../mail/mint-mailed-secret.ts";
import type { Outbox } from "../mail/outbox.ts";
import type { Message } from "../mail/outgoing-message.ts";

/** What a mail with a link is written of. */
interface Linked {
  readonly outbox: Pick<Outbox, "publicUrl">;
  readonly minted: Pick<Minted, "link" | "code">;
}

const IGNORE = "If you did not ask for this, do nothing: without this mail nobody can go on.";

/** The mail that confirms an address. */
export function confirmationMail(to: string | null, parts: Linked): Message {
  return mail(
    to,
    "Please confirm your e-mail address",
    "An account was made with this address. Confirm that it is yours:",
    ...proof("confirm", parts),
    IGNORE,
  );
}

/** The mail to the holder of an account whose address somebody has registered once more. */
export function accountExistsMail(to: string, { publicUrl }: Pick<Outbox, "publicUrl">): Message {
  return mail(
    to,
    "You have an account already",
    "Somebody, probably you, has tried to make an account with this address. It has one already: nothing was changed. Sign in here:",
    `  ${publicUrl}/login`,
    "If you do not know the password, or it was not you who made the account, set a new password here:",
    `  ${publicUrl}/reset`,
  );
}

/** The mail by which a forgotten password is replaced. */
export function resetMail(to: string | null, parts: Linked): Message {
  return mail(
    to,
    "Set a new password",
    "Somebody, probably you, has asked to set a new password for your account. Choose one within an hour:",
    ...proof("reset", parts),
    IGNORE,
  );
}

/** The mail with a code to sign in with. It has no link: the code is typed where it was asked for. */
export function codeMail(to: string | null, { code }: Pick<Minted, "code">): Message {
  return mail(
    to,
    "Your code to sign in",
    "Somebody, probably you, wants to sign in to your account. The code is:",
    `  ${spaced(code)}`,
    "It is good for ten minutes, and once. Type it only on the page or in the program where you have asked for it; nobody else needs it.",
    "If you did not ask for it, do nothing: without the code nobody gets in.",
  );
}

/** The mail to a new address, which proves that its reader wants it for the account. */
export function emailChangeMail(to: string, parts: Linked): Message {
  return mail(
    to,
    "Confirm your new e-mail address",
    "Somebody, probably you, wants this to be the address of an account. Confirm it within an hour:",
    ...proof("change-email", parts),
    IGNORE,
  );
}

/** The mail to the holder of an account whose address somebody wanted for another account. */
export function addressWantedMail(to: string, { publicUrl }: Pick<Outbox, "publicUrl">): Message {
  return mail(
    to,
    "Your address is that of an account already",
    "Somebody, probably you, has asked to give this address to another account. It is that of yours: nothing was changed. Sign in here:",
    `  ${publicUrl}/login`,
  );
}

/** The mail to the old address after a change, with the way back. The new address is not told: it may be a stranger's. */
export function emailChangedMail(to: string, parts: Linked): Message {
  return mail(
    to,
    "The address of your account was changed",
    "Your account has another e-mail address now. If it was you who changed it, do nothing.",
    "If it was not you, take the change back within seven days. That ends every sign-in and the password, and you set a new one:",
    ...proof("undo-email", parts),
  );
}

function proof(path: string, { outbox, minted }: Linked): string[] {
  return [
    `  ${outbox.publicUrl}/${path}/${minted.link}`,
    "Where you are asked for it, the code is:",
    `  ${spaced(minted.code)}`,
  ];
}

function spaced(code: string): string {
  return code.replace(/(?=.{4}$)/, " ");
}

function mail<To extends string | null>(to: To, subject: string, ...texts: readonly string[]): Message {
  return { channel: "mail", to, subject, text: paragraphs(...texts) };
}
