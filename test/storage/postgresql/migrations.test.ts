import test, { type ExecutionContext } from "ava";
import { openDatabase } from "../../../src/storage/open-database.ts";
import { migrations } from "../../../src/storage/postgresql/migrations.ts";
import { migrations as ofSqlite } from "../../../src/storage/sqlite/migrations.ts";
import { postgreSqlDatabase, postgreSqlTest } from "../../support/postgresql.ts";

/** The last migrations that made on both databases what there was when PostgreSQL came. */
const LAST_OF_ITS_OWN = "20261205";

async function open(t: ExecutionContext, url: string) {
  const database = await openDatabase({ url });
  t.teardown(() => database.close());
  const run = (sql: string): Promise<Record<string, unknown>[]> => database.orm.em.getConnection().execute(sql);
  return { ...database, run };
}

postgreSqlTest(
  "migrating up gives exactly the schema of the entities, down leaves nothing, and up again works",
  async (t) => {
    const url = await postgreSqlDatabase(t, { migrated: false });
    const { orm, migrate, run } = await open(t, url);
    await migrate();
    // `down` would make the bell, which entities do not know, anew.
    t.is((await orm.schema.getUpdateSchemaMigrationSQL()).up, "");
    await run("alter table article_like drop constraint article_like_user_id_article_id_unique");
    t.regex((await orm.schema.getUpdateSchemaMigrationSQL()).up, /article_like_user_id_article_id_unique/);
    await orm.migrator.down({ to: 0 });
    t.deepEqual(await run("select tablename from pg_tables where schemaname = 'public'"), [{ tablename: "migration" }]);
    t.deepEqual(await run("select proname from pg_proc where pronamespace = 'public'::regnamespace"), []);
    await migrate();
    t.is((await orm.schema.getUpdateSchemaMigrationSQL()).up, "");
  },
);

test("a migration has its twin of the same name on the other database", (t) => {
  const later = (names: readonly { name: string }[]) =>
    names.map(({ name }) => name).filter((name) => name > `${LAST_OF_ITS_OWN}~`);
  t.deepEqual(later(migrations), later(ofSqlite));
  t.deepEqual(
    migrations.map(({ name }) => name),
    migrations.map(({ name }) => name).toSorted(),
  );
});

postgreSqlTest("processes that migrate at once take turns, and the sample articles are there once", async (t) => {
  const url = await postgreSqlDatabase(t, { migrated: false });
  const databases = await Promise.all([1, 2, 3].map(() => open(t, url)));
  t.deepEqual(
    databases.map(({ fresh }) => fresh),
    [true, true, true],
  );
  await Promise.all(databases.map(({ migrate }) => migrate()));
  const [first] = databases;
  t.deepEqual(await first?.run("select count(*)::int as articles from article"), [{ articles: 100 }]);
  t.is(await first?.applied(), migrations.length);
});

postgreSqlTest("the database of another program is refused, and one of a newer version", async (t) => {
  const url = await postgreSqlDatabase(t, { migrated: false });
  const { run, migrate } = await open(t, url);
  await migrate();
  await run("insert into migration (name, executed_at) values ('20991231-later', now())");
  await t.throwsAsync(openDatabase({ url }), { message: /^database postgresql:.* was made by a newer version/ });
  await run("drop table migration");
  await t.throwsAsync(openDatabase({ url }), { message: /^database postgresql:.* belongs to another program/ });
});

for (const [what, url, message] of [
  ["a server that is not there", "postgresql://postgres@127.0.0.1:9/kudos", /does not answer \(ECONNREFUSED\)/],
  ["a URL without a database", "postgresql://ada:secret@127.0.0.1:5432", /is not understood; write postgresql:/],
] as const) {
  test(`${what} is refused with one line, which does not tell the password`, async (t) => {
    const error = await t.throwsAsync(openDatabase({ url }), { message });
    t.notRegex(error.message, /secret|\n/);
  });
}

postgreSqlTest("a database that does not exist is refused with what to do", async (t) => {
  const url = await postgreSqlDatabase(t, { migrated: false });
  await t.throwsAsync(openDatabase({ url: `${url}x` }), { message: /does not exist; make it by createdb/ });
});
