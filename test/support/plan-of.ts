import { type Parameter, type Queryable, runStatement } from "../../src/domain/query.ts";
import { write } from "../../src/domain/unit-of-work.ts";
import { onPostgreSql } from "./postgresql.ts";

/** The plan of a query, as its database explains it, which names the indexes that it uses. */
export async function planOf(db: Queryable, sql: string, parameters: readonly Parameter[] = []): Promise<string> {
  const steps = await write(db, async (tx) => {
    if (!onPostgreSql) return runStatement<Record<string, string>>(tx, `explain query plan ${sql}`, parameters);
    // Of a table with few rows PostgreSQL reads all, unless it is told not to.
    await runStatement(tx, "set local enable_seqscan = off", []);
    return runStatement<Record<string, string>>(tx, `explain ${sql}`, parameters);
  });
  return steps.map((step) => (onPostgreSql ? step["QUERY PLAN"] : step.detail)).join("\n");
}
