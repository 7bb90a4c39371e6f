import type { Occasion } from "../audit-trail/audit-trail.ts";
import type { AuditEvent } from "../audit-trail/event.ts";
import { type Queryable, runStatement } from "../query.ts";
import { paragraphs } from "./mail-text.ts";
import type { Outbox } from "./outbox.ts";

/** The text of a notice: its subject, what has happened, in one sentence, and what to do when somebody else did it. */
interface Notice {
  readonly subject: string;
  readonly happened: string;
  readonly otherwise?: string;
}

const PASSWORD_FIRST = "set a new password, which ends every other sign-in:";

/** The kinds of events that the owner of an account is told by mail. Their texts name no secret, and link to pages of this server only. */
export const NOTICES: Readonly<Record<string, Notice>> = {
  login: {
    subject: "New sign-in to your account",
    happened: "A browser that is not known here has signed in to your account.",
  },
  password_reset: {
    subject: "Your password was set anew",
    happened:
      "A new password was set for your account by a link that was mailed to you. Every other sign-in has ended.",
  },
  personal_token_created: {
    subject: "A personal token was made",
    happened:
      "A personal token for a program was made for your account. It goes on when you sign out, until it expires or you end it, and it " +
      "ends with a new password.",
  },
  refresh_reused: {
    subject: "A sign-in was ended",
    happened:
      "A refresh token of a program that is signed in to your account was used a second time, so somebody may have a copy of it. That " +
      "sign-in has ended, with its tokens.",
  },
  password_changed: { subject: "Your password was changed", happened: "The password of your account was changed." },
  factor_added: {
    subject: "A second factor was added",
    happened: "A second factor was added to your account. From now on a sign-in asks for it.",
  },
  factor_removed: {
    subject: "A second factor was removed",
    happened: "A second factor was removed from your account.",
  },
  recovery_codes_made: {
    subject: "New recovery codes",
    happened: "New recovery codes were made for your account. Older ones work no more.",
  },
  recovery_code_used: {
    subject: "A recovery code was used",
    happened: "A recovery code was used for your account. It works no more.",
  },
  passkey_added: {
    subject: "A passkey was added",
    happened: "A passkey was added to your account. Whoever has it can sign in.",
  },
  passkey_removed: { subject: "A passkey was removed", happened: "A passkey was removed from your account." },
  email_changed: { subject: "Your address was changed", happened: "This is the address of your account from now on." },
  email_restored: {
    subject: "Your address was restored",
    happened: "The last change of the address of your account was taken back: it is this one again.",
  },
  account_deleted: {
    subject: "Your account was deleted",
    happened: "Your account was deleted, with all that belonged to it.",
    otherwise: "tell the operator of the server:",
  },
  guessing_blocked: {
    subject: "Many wrong passwords",
    happened:
      "Somebody has given 100 wrong passwords for your account in a row. At places that are not known here the password alone opens " +
      "your account no more. Browsers and places that you have signed in from go on as before, and so do mailed codes, passkeys and second factors.",
    otherwise: "you need not do anything; if your password is short or used elsewhere, set a new one:",
  },
};

/**
 * Writes the mails that tell owners of events, in the transaction of the events; events of other kinds cost nothing. The event of a
 * deletion has to be recorded before the account is deleted, since the address is looked up here.
 */
export function notifyOwners(outbox: Outbox): NonNullable<Occasion["notify"]> {
  return async (tx, events) => {
    for (const event of events) {
      const notice = NOTICES[event.kind];
      if (notice === undefined || event.userId === null) continue;
      const to = await addressOf(tx, event.userId);
      if (to === null) continue;
      const text = noticeText(notice, event, outbox.publicUrl);
      await outbox.post(tx, { channel: "mail", to, subject: notice.subject, text }, { now: event.at });
    }
  };
}

async function addressOf(tx: Queryable, userId: number): Promise<string | null> {
  const [row] = await runStatement<{ email: string }>(tx, 'select email from "user" where id = ?', [userId]);
  return row?.email ?? null;
}

function noticeText(
  { happened, otherwise = PASSWORD_FIRST }: Notice,
  { at, actor, address }: Pick<AuditEvent, "at" | "actor" | "address">,
  publicUrl: string,
): string {
  const place = actor === "cli" ? "by the operator of the server" : `from the network address ${address}`;
  return paragraphs(
    "Hello,",
    happened,
    `It was done ${place}, on ${timeOf(at)}.`,
    `If this was you, there is nothing to do. If it was not, ${otherwise}`,
    `  ${publicUrl}${otherwise === PASSWORD_FIRST ? "/reset" : "/"}`,
  );
}

const TIME = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });

function timeOf(at: Date): string {
  return `${TIME.format(at)} UTC`;
}
