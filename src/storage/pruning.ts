import { setTimeout as sleep } from "node:timers/promises";
import type { EntityManager } from "@mikro-orm/core";
import { runStatement } from "../domain/query.ts";
import { write } from "../domain/unit-of-work.ts";

/** Deletes what nobody needs any more: expired tokens, sessions and answers, also of users who never come back, and old events. */
export interface Pruning {
  /** Deletes all that is due, in small steps. */
  run(): Promise<void>;
  /** Stops after the step that is under way. */
  close(): Promise<void>;
}

export interface PruningOptions {
  /** Makes a fresh unit of work. */
  readonly fork: () => EntityManager;
  readonly now: () => Date;
  /** The age at which an event is deleted, in milliseconds. */
  readonly eventMs: number;
  /** Milliseconds from one run to the next, and to the first; a minute when left out. */
  readonly everyMs?: number;
  /** Called with the error when a run by the timer fails. */
  readonly onError: (error: unknown) => void;
}

/** The most rows of a step: a few milliseconds, for which other writers wait. */
const ROWS = 200;
/** The time between two steps, in milliseconds, and the most steps of a run: after an update there may be millions of rows. */
const PAUSE_MS = 50;
const STEPS = 100;

const EXPIRED = [
  "access_token",
  "session",
  "refresh_family",
  "idempotency_key",
  "mailed_secret",
  "outgoing_message",
  "passkey_challenge",
  "pending_sign_in",
  "factor_setup",
  "signing_key",
].map(
  (table) =>
    `delete from "${table}" where id in ` +
    `(select id from "${table}" where expires_at <= ? order by expires_at limit ${ROWS}) returning id`,
);

// The oldest rows only are looked at, since their ids rise with time: an index by time would cost each sign-in some time.
const OLD_EVENTS =
  `delete from "event" where id in (select id from (select id, at from "event" order by id limit ${2 * ROWS}) as oldest ` +
  `where at <= ? limit ${ROWS}) returning id`;

/** The time for which the log of changes of principals goes back, in milliseconds: longer than anything that is checked by it lives. */
const CHANGES_MS = 24 * 60 * 60 * 1000;

// The newest stays: who reads the log goes by its id.
const OLD_CHANGES =
  `delete from "principal_change" where id in (select id from (select id, at from "principal_change" order by id limit ${2 * ROWS}) as oldest ` +
  `where at <= ? and id < (select max(id) from "principal_change") limit ${ROWS}) returning id`;

/** Starts a timer that prunes, and does not keep the process alive. */
export function startPruning({ fork, now, eventMs, everyMs = 60_000, onError }: PruningOptions): Pruning {
  let closed = false;
  let running: Promise<void> = Promise.resolve();

  /** Deletes a few rows of each table; whether there may be more. */
  const step = (): Promise<boolean> =>
    write(fork(), async (tx) => {
      let more = false;
      for (const [sql, until] of [
        ...EXPIRED.map((sql) => [sql, now().getTime()] as const),
        [OLD_EVENTS, now().getTime() - eventMs] as const,
        [OLD_CHANGES, now().getTime() - CHANGES_MS] as const,
      ]) {
        const deleted = await runStatement(tx, sql, [new Date(until)]);
        more ||= deleted.length === ROWS;
      }
      return more;
    });
  const prune = async (): Promise<void> => {
    for (let steps = 0; steps < STEPS && !closed && (await step()); steps += 1) {
      await sleep(PAUSE_MS);
    }
  };
  const run = (): Promise<void> => {
    running = running.catch(() => undefined).then(prune);
    return running;
  };
  const timer = setInterval(() => void run().catch(onError), everyMs);
  timer.unref();

  return {
    run,
    async close() {
      closed = true;
      clearInterval(timer);
      await running.catch(() => undefined);
    },
  };
}
