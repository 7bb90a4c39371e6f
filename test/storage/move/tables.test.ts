import test from "ava";
import { tableNames } from "../../../src/storage/move/table.ts";
import { openDatabase } from "../../../src/storage/open-database.ts";
import { PROCESS_TABLE } from "../../../src/storage/postgresql/feed.ts";
import { tablesOf } from "../../support/every-table.ts";
import { databaseIn, placeMigratedDatabase } from "../../support/migrated-database.ts";
import { postgreSqlDatabase, postgreSqlTest, runPostgreSql } from "../../support/postgresql.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

test("the tables that move are all that a SQLite database has, but for its migrations", async (t) => {
  const folder = await temporaryFolder(t);
  await placeMigratedDatabase(folder);
  const { orm, close } = await openDatabase({ url: "sqlite::memory:" });
  t.teardown(close);
  t.deepEqual(tableNames(orm), tablesOf(databaseIn(folder)));
});

postgreSqlTest(
  "the tables that move are all that PostgreSQL has, but for its migrations and live processes",
  async (t) => {
    const url = await postgreSqlDatabase(t);
    const { orm, close } = await openDatabase({ url });
    t.teardown(close);
    const found = await runPostgreSql(url, "select tablename as name from pg_tables where schemaname = 'public'");
    const names = found.map(({ name }) => String(name)).filter((name) => !["migration", PROCESS_TABLE].includes(name));
    t.deepEqual(tableNames(orm), names.toSorted());
  },
);
