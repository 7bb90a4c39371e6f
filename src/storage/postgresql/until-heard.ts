import { setTimeout as sleep } from "node:timers/promises";
import { LEASE_MS, PROCESS_TABLE } from "./feed.ts";

/** Clocks of two machines run at speeds that differ by far less. */
const CLOCKS = 1.1;

/**
 * Waits until all processes have heard of the changes that have been committed, or until the lease of those that have not is certain to
 * have ended: a process that stands still, was killed or has lost the database. Those are taken off the table; they come back when they ask.
 *
 * @param run runs a statement with `$1`
 * @param own the name of this process, which knows; undefined for one that serves nothing
 */
export async function untilHeard(
  run: (sql: string, values: readonly unknown[]) => Promise<Record<string, unknown>[]>,
  own: string | undefined,
): Promise<void> {
  const end = performance.now() + LEASE_MS * CLOCKS;
  const others = `id <> $1 and seen < (select max(id) from principal_change where id <= $2)`;
  let newest: unknown;
  for (let pauseMs = 1; performance.now() < end; pauseMs = Math.min(2 * pauseMs, 50)) {
    try {
      newest ??= (await run("select coalesce(max(id), 0) as newest from principal_change", []))[0]?.newest;
      const [found] = await run(`select count(*) as waiting from ${PROCESS_TABLE} where ${others}`, [
        own ?? "",
        newest,
      ]);
      if (Number(found?.waiting) === 0) return;
    } catch {
      // The database is lost for the others, too: their leases end.
    }
    await sleep(pauseMs);
  }
  if (newest !== undefined)
    await run(`delete from ${PROCESS_TABLE} where ${others}`, [own ?? "", newest]).catch(() => {});
}
