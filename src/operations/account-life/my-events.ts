import type { AuditEvent } from "../../domain/audit-trail/event.ts";
import { listEventsOf } from "../../domain/audit-trail/event-list.ts";
import { activityPage } from "../../web/pages/account/activity-page.ts";
import type { Operation } from "../handler-context.ts";
import { privatePage } from "../steps/coded-answer.ts";
import { PAGE_LIMIT, pageBody } from "../steps/list-page.ts";
import { seeOther } from "../steps/signed-in-answer.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** The most events on the page without JavaScript. */
const MOST_SHOWN = 100;

export const listMyEvents: Operation<"listMyEvents"> = async ({ db, query, principal, eventMs }) => {
  const { limit = PAGE_LIMIT, cursor } = query;
  const page = await listEventsOf(db, { userId: principal.userId, limit, cursor });
  const { headers, body } = pageBody("/api/me/events", limit, page, represent);
  return { status: 200, headers, body: { ...body, kept_days: eventMs / DAY_MS } };
};

export const showActivity: Operation<"showActivity"> = async (request) => {
  const { assets, db, principal, registrationOpen, eventMs } = request;
  if (principal === null) return seeOther("/login?next=/account/activity");
  const { items, nextCursor } = await listEventsOf(db, { userId: principal.userId, limit: MOST_SHOWN });
  const page = activityPage(assets, {
    signedInAs: principal.email,
    registrationOpen,
    events: items.map(represent),
    more: nextCursor !== null,
    keptDays: eventMs / DAY_MS,
  });
  return privatePage(page);
};

function represent({ id, at, kind, actor, address, credential, detail }: AuditEvent) {
  // The id of another person who did something to the account is none of its owner's business, and their own is known.
  return { id, at: at.toISOString(), kind, actor: actor.replace(/:\d+$/, ""), address, credential, detail };
}
