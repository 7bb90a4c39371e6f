import { readFile } from "node:fs/promises";
import test from "ava";
import { openDatabase } from "../../../src/storage/open-database.ts";
import { DatabaseUnavailable } from "../../../src/storage/sqlite/errors.ts";
import { Source } from "../../../src/storage/sqlite/source.ts";
import { databaseIn, placeMigratedDatabase } from "../../support/migrated-database.ts";
import { runSql } from "../../support/sqlite.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

test("a database that moves is opened by nobody else, not to read either, and stays as it is", async (t) => {
  const folder = await temporaryFolder(t);
  await placeMigratedDatabase(folder);
  const path = databaseIn(folder);
  const bytes = await readFile(path);
  const source = new Source(path);
  t.is(source.count("article"), 100);
  t.throws(() => new Source(path), { instanceOf: DatabaseUnavailable, message: /is open in another process/ });
  t.throws(() => runSql(path, "select * from article"), { message: /locked/ });
  await t.throwsAsync(openDatabase({ url: `sqlite:${path}` }), { message: /is locked by another process/ });
  source.close();
  t.deepEqual(await readFile(path), bytes);
});

test("a database that others have open, in either mode of its log, is refused until they have closed it", async (t) => {
  const folder = await temporaryFolder(t);
  await placeMigratedDatabase(folder);
  const path = databaseIn(folder);
  const database = await openDatabase({ url: `sqlite:${path}` });
  await database.migrate();
  await database.serve();
  t.throws(() => new Source(path), { message: /is open in another process; stop its servers first$/ });
  await database.close();
  new Source(path).close();
});

test("what is deleted counts for the highest id, and keys give rows in the order of their bytes", async (t) => {
  const folder = await temporaryFolder(t);
  await placeMigratedDatabase(folder);
  const path = databaseIn(folder);
  runSql(path, "insert into user (id, email, created_at) values (7, 'ada@example.com', 1)");
  runSql(path, "delete from user");
  runSql(path, "insert into attempt_count (key) values ('b'), ('a'), ('é'), ('😀'), ('\uffee')");
  const source = new Source(path);
  t.deepEqual([source.highestId("user"), source.highestId("attempt_count")], [7, 0]);
  t.deepEqual([...source.rows("attempt_count", ["key"], ["key"])].flat(), ["a", "b", "é", "\uffee", "😀"]);
  source.close();
});
