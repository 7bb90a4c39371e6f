import { kyselyOf, runStatement } from "../../../src/domain/query.ts";
import { write } from "../../../src/domain/unit-of-work.ts";
import { openDatabase } from "../../../src/storage/open-database.ts";
import { postgreSqlDatabase, postgreSqlTest } from "../../support/postgresql.ts";

postgreSqlTest("units of work that wait in a long line are done, while it advances", async (t) => {
  const { orm, close } = await openDatabase({ url: await postgreSqlDatabase(t) });
  t.teardown(close);
  const db = kyselyOf(orm.em);
  // Longer in all than the five seconds that none waits for a line that stands still.
  const slow = () => write(db, (tx) => runStatement(tx, "select 1 as done from pg_sleep(0.3)", []));
  const done = await Promise.all(Array.from({ length: 20 }, slow));
  t.is(done.flat().length, 20);
});
