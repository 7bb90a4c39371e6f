import { type Queryable, runStatement, timestamp } from "../query.ts";
import type { Channel } from "./outgoing-message.ts";

/** A message that a process has claimed. */
export interface ClaimedMessage {
  readonly id: string;
  readonly channel: Channel;
  /** Encrypted. */
  readonly content: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** The number of claims, this one included: it tells this claim from later ones. */
  readonly attempts: number;
}

type Row = Omit<ClaimedMessage, "createdAt" | "expiresAt"> & Record<"created" | "expires", number | string | Date>;

// Due messages of a clock that was ahead count, too: none is put off for longer than `furthest`.
const DUE = (channels: readonly Channel[]) =>
  `select id from "outgoing_message" where (due_at <= ? or due_at > ?) and channel in (${channels.map(() => "?").join(", ")})`;

/** The times that a message is due by. */
export interface Due {
  readonly now: Date;
  /** The latest time that a message can have been put off to. */
  readonly furthest: Date;
}

/** Whether a message is due: a look that writes nothing. */
export async function isAnyDue(db: Queryable, channels: readonly Channel[], { now, furthest }: Due): Promise<boolean> {
  return (await runStatement(db, `${DUE(channels)} limit 1`, [now, furthest, ...channels])).length > 0;
}

/** Claims due messages, the longest due first, until `until`. One statement: of two processes one gets each message. */
export async function claimDue(
  db: Queryable,
  channels: readonly Channel[],
  { now, furthest, until, most }: Due & { readonly until: Date; readonly most: number },
): Promise<ClaimedMessage[]> {
  const rows = await runStatement<Row>(
    db,
    `update "outgoing_message" set attempts = attempts + 1, due_at = ? where id in (${DUE(channels)} order by due_at limit ?) ` +
      "returning id, channel, content, created_at as created, expires_at as expires, attempts",
    [until, now, furthest, ...channels, most],
  );
  return rows.map(({ created, expires, ...row }) => ({
    ...row,
    createdAt: timestamp(created),
    expiresAt: timestamp(expires),
  }));
}

/** Deletes a message that was sent or is given up, unless somebody else has claimed it since. */
export async function deleteClaimed(db: Queryable, { id, attempts }: ClaimedMessage): Promise<void> {
  await runStatement(db, 'delete from "outgoing_message" where id = ? and attempts = ?', [id, attempts]);
}

/** Puts a message off, unless somebody else has claimed it since. */
export async function putOff(db: Queryable, { id, attempts }: ClaimedMessage, until: Date): Promise<void> {
  await runStatement(db, 'update "outgoing_message" set due_at = ? where id = ? and attempts = ?', [
    until,
    id,
    attempts,
  ]);
}

/** The number of messages that wait, and were written before a time. */
export async function countWaiting(db: Queryable, before: Date): Promise<number> {
  const sql = 'select count(*) as waiting from "outgoing_message" where created_at < ?';
  const [row] = await runStatement<{ waiting: number | string }>(db, sql, [before]);
  return Number(row?.waiting ?? 0);
}
