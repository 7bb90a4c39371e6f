import { channel } from "node:diagnostics_channel";
import { Transaction } from "kysely";
import { kyselyOf, type Queryable } from "./query.ts";

/**
 * The code of an error with which a database gives up a transaction because of another one: the same work may succeed at once. Errors
 * have it under several classes, so it is a code.
 */
export const TRANSACTION_LOST = "TRANSACTION_LOST";

/** Lets other transactions run at the same time: see {@link write}. */
export const CONCURRENTLY = { concurrently: true } as const;

/** Told of each unit of work that writes, with the promise of its end, for whoever traces: else it costs a look at a flag. */
const WRITES = channel("kudos:write");

/** The number of times that work is done again whose transaction was lost to another. */
const TRIES = 5;

/**
 * Does some work in a transaction, or in the transaction that `db` is in already. It costs a fifth of `em.transactional`, and is for
 * work by statements alone: it makes no entity manager and flushes none.
 *
 * @param work awaits nothing but its statements, since other writers wait for it; it may be done again, from its beginning
 * @param concurrently whether other transactions may run at the same time, where the database can: for work whose statements decide
 *   each race by themselves, by a constraint or a condition. Else no other transaction of that kind runs in any process.
 * @returns the result of the work, once it is on the disk
 * @throws all that `work` throws, with nothing written
 */
export function write<Result>(
  db: Queryable,
  work: (tx: Transaction<unknown>) => Promise<Result>,
  { concurrently = false }: { concurrently?: boolean } = {},
): Promise<Result> {
  const client = kyselyOf(db);
  if (client instanceof Transaction) return work(client);
  const begin = () => (concurrently ? client.transaction().setIsolationLevel("read committed") : client.transaction());
  return again(() => begin().execute(work));
}

/** Does some work in a transaction of its own, and again, from its beginning, while that is lost to others. */
export function again<Result>(work: () => Promise<Result>): Promise<Result> {
  const ended = untilKept(work);
  if (WRITES.hasSubscribers) WRITES.publish({ ended });
  return ended;
}

async function untilKept<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries === TRIES || !isLost(error)) throw error;
    }
  }
}

function isLost(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === TRANSACTION_LOST;
}
