import type { AuditEvent } from "../../domain/audit-trail/event.ts";
import { listEventsOf } from "../../domain/audit-trail/event-list.ts";
import type { Operation } from "../handler-context.ts";
import { PAGE_LIMIT, pageBody } from "../steps/list-page.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

export const listMyEvents: Operation<"listMyEvents"> = async ({ db, query, principal, eventMs }) => {
  const { limit = PAGE_LIMIT, cursor } = query;
  const page = await listEventsOf(db, { userId: principal.userId, limit, cursor });
  const { headers, body } = pageBody("/api/me/events", limit, page, represent);
  return { status: 200, headers, body: { ...body, kept_days: eventMs / DAY_MS } };
};

function represent({ id, at, kind, actor, address, credential, detail }: AuditEvent) {
  // The id of another person who did something to the account is none of its owner's business, and their own is known.
  return { id, at: at.toISOString(), kind, actor: actor.replace(/:\d+$/, ""), address, credential, detail };
}
