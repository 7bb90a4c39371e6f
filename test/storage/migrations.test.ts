import test from "ava";
import { migrations } from "../../src/storage/migrations.ts";
import { memoryDatabase } from "./memory-database.ts";

test("migrating up gives exactly the schema of the entities", async (t) => {
  const { orm } = await memoryDatabase(t);
  t.deepEqual(await orm.schema.getUpdateSchemaMigrationSQL(), { up: "", down: "" });
});

test("a difference between migrations and entities would be seen", async (t) => {
  const { orm } = await memoryDatabase(t);
  await orm.em.getConnection().execute("drop index article_like_user_id_article_id_unique");
  t.regex((await orm.schema.getUpdateSchemaMigrationSQL()).up, /article_like_user_id_article_id_unique/);
});

test("the like count is held at or above nothing by the database too", async (t) => {
  const { orm } = await memoryDatabase(t);
  await t.throwsAsync(orm.em.getConnection().execute("update article set like_count = -1 where id = 1"), {
    message: /article_like_count_check/,
  });
});

test("migrating down leaves nothing, and up again works", async (t) => {
  const { orm, migrate } = await memoryDatabase(t);
  const schema = () =>
    orm.em
      .getConnection()
      .execute(
        "select type, name, sql from sqlite_master where name not like 'sqlite%' and name <> 'migration' order by name",
      );
  const before = await schema();
  await orm.migrator.down({ to: 0 });
  t.deepEqual(await schema(), []);
  await migrate();
  t.deepEqual(await schema(), before);
});

test("migrations are named by their date, in order, each once", (t) => {
  const names = migrations.map(({ name }) => name);
  for (const name of names) t.regex(name, /^20\d{6}-[a-z-]+$/);
  t.deepEqual(names, [...new Set(names)].sort());
});

test("an id is never given twice", async (t) => {
  const { orm } = await memoryDatabase(t);
  const run = (sql: string): Promise<Record<string, unknown>[]> => orm.em.getConnection().execute(sql);
  const values = "values ('t', 'a', 0) returning id";
  for (const table of ["article"]) {
    await run(`delete from ${table}`);
    t.deepEqual(await run(`insert into ${table} (title, author, created_at) ${values}`), [{ id: 101 }]);
  }
  const tables = await run("select name from sqlite_master where sql like '%primary key autoincrement%' order by name");
  t.deepEqual(
    tables.map(({ name }) => name),
    ["article", "article_like", "migration", "role", "user"],
  );
});
