import { requireUser } from "../../domain/accounts/accounts.ts";
import { EVENT_KINDS, type EventKind } from "../../domain/audit-trail/event.ts";
import { findEvents, type ListedEvent } from "../../domain/audit-trail/event-list.ts";
import { type Call, type Output, UsageFault } from "../command.ts";
import { type CommandContext, withDatabase } from "../open-database.ts";
import { formatTable } from "../terminal/table.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const LIMIT = { usual: 100, most: 100_000 };
const HINT = "see kudos events --help";

/** `kudos events`: see commands.ts. */
export async function showEvents({ options, settings }: Call): Promise<Output> {
  const { user, kind, after, before, limit: most } = options;
  const kinds = kind === undefined ? undefined : (kind as readonly string[]).map(kindOf);
  const [from, until] = [timeOf("after", after), timeOf("before", before)];
  const limit = limitOf(most);
  return withDatabase(settings, async ({ em }) => {
    const userId = await userIdOf(em, user);
    // One more than is shown tells whether there are more.
    const found = await findEvents(em, { userId, kinds, from, until }, limit + 1);
    const events = found.slice(0, limit);
    const keptDays = settings.eventMs / DAY_MS;
    const more = found.length > limit;
    return { json: { items: events.map(eventOutput), more, kept_days: keptDays }, text: tell(events, more, keptDays) };
  });
}

/** An event in the output for scripts. */
function eventOutput({ id, at, kind, userId, email, actor, address, credential, detail }: ListedEvent) {
  return { id, at: at.toISOString(), kind, user_id: userId, email, actor, address, credential, detail };
}

function tell(events: readonly ListedEvent[], more: boolean, keptDays: number): string {
  const rows = events.map(({ at, kind, userId, email, actor, address, credential, detail }) => [
    at.toISOString(),
    kind,
    email ?? (userId === null ? "none" : `id ${userId}`),
    actor,
    address ?? "-",
    credential ?? "-",
    detail ?? "-",
  ]);
  const headings = ["AT", "KIND", "USER", "ACTOR", "ADDRESS", "CREDENTIAL", "DETAIL"];
  const pruned = `An event is deleted when it is ${keptDays} days old, by EVENT_DAYS.`;
  return [
    events.length === 0 ? "There is no such event." : formatTable(headings, rows),
    more ? `There are older ones: --limit or --before shows them. ${pruned}` : pruned,
  ].join("\n");
}

async function userIdOf(em: CommandContext["em"], given: unknown): Promise<number | undefined> {
  if (typeof given !== "string") return undefined;
  // An address has an @. Of an account that was deleted the id is all that is known.
  return /^\d{1,15}$/.test(given) ? Number(given) : (await requireUser(em, given)).id;
}

function kindOf(given: string): EventKind {
  const kind = EVENT_KINDS.find((known) => known === given);
  if (kind === undefined) throw new UsageFault(`--kind must be one of ${EVENT_KINDS.join(", ")}`);
  return kind;
}

/** A date alone, or a time with its zone: the time of a zone that nobody told would be another one on another machine. */
const TIME = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

function timeOf(option: string, given: unknown): Date | undefined {
  if (given === undefined) return undefined;
  const time = new Date(String(given));
  // A day that a month does not have, such as 2026-02-30, would be read as one of the next month.
  const day = String(given).slice(0, 10);
  const exists = new Date(`${day}T00:00Z`).getTime() > 0 && new Date(`${day}T00:00Z`).toISOString().startsWith(day);
  if (TIME.test(String(given)) && !Number.isNaN(time.getTime()) && exists) return time;
  throw new UsageFault(`--${option} must be a date like 2026-01-31, or a time like 2026-01-31T12:00:00Z; ${HINT}`);
}

function limitOf(given: unknown): number {
  if (given === undefined) return LIMIT.usual;
  const limit = Number(given);
  if (/^\d{1,6}$/.test(String(given)) && limit >= 1 && limit <= LIMIT.most) return limit;
  throw new UsageFault(`--limit must be a number from 1 to ${LIMIT.most}; ${HINT}`);
}
