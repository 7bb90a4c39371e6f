import test from "ava";
import { migrations } from "../../../src/storage/sqlite/migrations.ts";
import { memoryDatabase } from "../../support/memory-database.ts";

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

test("what was there before the second migration is there after it, and back again", async (t) => {
  const { orm, migrate } = await memoryDatabase(t);
  const run = (sql: string): Promise<Record<string, unknown>[]> => orm.em.getConnection().execute(sql);
  const credential = "user_id, generation, digest, key_id, created_at, expires_at";
  await orm.migrator.down({ to: "20261123-first-tables" });
  await run("insert into role (name) values ('editor')");
  await run("insert into user (email, created_at) values ('ada@example.org', 5)");
  await run("insert into user_role (user_id, role_id) select 1, id from role");
  await run(`insert into access_token (id, name, ${credential}) values ('t', 'laptop', 1, 3, 'd', 'k', 7, 9)`);
  await run(`insert into session (id, ${credential}) values ('s', 1, 3, 'd', 'k', 7, 9)`);
  const before = { tokens: await run("select * from access_token"), sessions: await run("select * from session") };

  await migrate();
  const added = { last_used_at: null, renewal: null, authenticated_at: 7, amr: "pwd", factor_at: null };
  t.deepEqual(
    await run("select * from access_token"),
    before.tokens.map((row) => ({
      ...row,
      ...added,
      scopes: null,
      kind: "access",
      family_id: null,
      parent_token_id: null,
      parent_session_id: null,
    })),
  );
  t.deepEqual(
    await run("select * from session"),
    before.sessions.map((row) => ({ ...row, ...added, name: "", persistent: 0 })),
  );
  t.deepEqual(await run("select name, permissions from role order by name"), [
    { name: "author", permissions: "articles:write" },
    { name: "editor", permissions: "" },
    { name: "resource-server", permissions: "tokens:introspect" },
  ]);
  t.deepEqual(await run("select count(*) as held from user_role"), [{ held: 2 }]);
  t.deepEqual(await run("select distinct version from article"), [{ version: 1 }]);

  await run("update access_token set scopes = 'account' where id = 't'");
  await run(
    `insert into access_token (id, name, authenticated_at, ${credential}) values ('u', '', 7, 1, 3, 'd', 'k', 7, 9)`,
  );
  await orm.migrator.down({ to: "20261123-first-tables" });
  // Not the narrowed one: without its scopes it could do all.
  t.deepEqual(await run("select id from access_token"), [{ id: "u" }]);
  t.deepEqual(await run("select * from session"), before.sessions);
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
    [
      "article",
      "article_like",
      "event",
      "idempotency_key",
      "mailed_secret",
      "migration",
      "principal_change",
      "recovery_code",
      "role",
      "second_factor",
      "user",
    ],
  );
});
