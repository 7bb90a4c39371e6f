import type { Occasion } from "../audit-trail/audit-trail.ts";
import type { EventKind } from "../audit-trail/event.ts";
import { type Queryable, runStatement } from "../query.ts";
import { paragraphs } from "./mail-text.ts";
import type { Outbox } from "./outbox.ts";

/** The text of a notice: its subject, and what happened, in one sentence or two. */
interface Notice {
  readonly subject: string;
  readonly happened: string;
}

/** The kinds of events that the owner of an account is told by mail. */
const NOTICES: Partial<Record<EventKind, Notice>> = {
  password_changed: { subject: "Your password was changed", happened: "The password of your account was changed." },
};

/** Writes the mails that tell owners of events, in the transaction of the events; events of other kinds cost nothing. */
export function notifyOwners(outbox: Outbox): NonNullable<Occasion["notify"]> {
  return async (tx, events) => {
    for (const { kind, userId, at } of events) {
      const notice = NOTICES[kind];
      if (notice === undefined || userId === null) continue;
      const to = await addressOf(tx, userId);
      if (to === null) continue;
      const text = paragraphs(notice.happened);
      await outbox.post(tx, { channel: "mail", to, subject: notice.subject, text }, { now: at });
    }
  };
}

async function addressOf(tx: Queryable, userId: number): Promise<string | null> {
  const [row] = await runStatement<{ email: string }>(tx, 'select email from "user" where id = ?', [userId]);
  return row?.email ?? null;
}
