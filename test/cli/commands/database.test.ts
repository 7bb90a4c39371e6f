import { readdir, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import test from "ava";
import { generateSecretKey } from "../../../src/domain/secrets/secret-keys.ts";
import { openDatabase } from "../../../src/storage/open-database.ts";
import { endSharedProcess } from "../../support/command-process.ts";
import { createUser, openShop } from "../../support/kudos.ts";
import { onPostgreSql, postgreSqlDatabase, postgreSqlTest } from "../../support/postgresql.ts";
import { startServer } from "../../support/server.ts";
import { testsOfSqlite } from "../../support/sqlite.ts";

test.after.always(endSharedProcess);

const fileTest = testsOfSqlite("is about a file and the key beside it");

fileTest("migrate: makes the database with its key and articles, and changes nothing the next time", async (t) => {
  const shop = await openShop(t, { migrated: false });
  const [database, keyFile] = [join(shop.folder, "kudos.sqlite"), join(shop.folder, "kudos.sqlite.key")];
  const first = await shop.json<{ applied: number }>(["migrate"]);
  t.true(first.applied > 0);
  t.deepEqual(first, { database, key_file: keyFile, applied: first.applied });
  for (const path of [database, keyFile]) t.is((await stat(path)).mode & 0o777, 0o600);
  t.deepEqual(await shop.query("select count(*) as articles from article"), [{ articles: 100 }]);
  t.deepEqual(await shop.json(["migrate"]), { database, key_file: keyFile, applied: 0 });
  t.is((await shop.kudos(["migrate"])).stdout, `${database} is up to date.\n`);
});

const COMMANDS = ["seed", "users list", "users create a@b.example", "roles list", "tokens list a@b.example"];

test("no command but migrate makes a database", async (t) => {
  const shop = await openShop(t, { migrated: false });
  // The keys of a shop on PostgreSQL are in a setting, which is not rotated.
  for (const command of onPostgreSql ? COMMANDS : [...COMMANDS, "keys rotate"]) {
    const line = await shop.refused(command.split(" "));
    t.regex(line, /^there is no database at .*kudos\S* yet; kudos migrate makes it/, command);
  }
  t.deepEqual(await readdir(shop.folder, { recursive: true }), []);
});

postgreSqlTest("the folder of the key is made with the key, and by nothing else", async (t) => {
  const shop = await openShop(t, { migrated: false });
  const url = await postgreSqlDatabase(t, { migrated: false });
  // No SECRET_KEY: the key has to be in a file.
  const environment = { DATABASE_URL: url, SECRET_KEY: "" };
  t.regex(await shop.refused(["users", "list"], { environment }), /^there is no database at /);
  const misspelt = { ...environment, SECRET_KEY_FILE: "./no/such/key" };
  t.regex(await shop.refused(["migrate"], { environment: misspelt }), /^the key file \S*key cannot be made; /);
  await shop.json(["migrate"], { environment: { DATABASE_URL: url, SECRET_KEY: generateSecretKey() } });
  t.deepEqual(await readdir(shop.folder), []);
  const other = { ...environment, DATABASE_URL: await postgreSqlDatabase(t, { migrated: false }) };
  const { key_file: keyFile } = await shop.json<{ key_file: string }>(["migrate"], { environment: other });
  t.deepEqual(await readdir(shop.folder, { recursive: true }), ["data", relative(shop.folder, keyFile)]);
  t.is((await stat(keyFile)).mode & 0o777, 0o600);
});

test("a database that is not up to date is left alone until it is migrated", async (t) => {
  const shop = await openShop(t);
  const [last] = await shop.query("select name from migration order by name desc limit 1");
  // As it was before the last migration.
  const database = await openDatabase({ url: shop.database.DATABASE_URL });
  await database.orm.migrator.down({ migrations: [String(last?.name)] });
  await database.close();
  for (const command of COMMANDS) {
    const line = await shop.refused(command.split(" "));
    t.regex(line, /^database .* is not up to date; stop its servers and run kudos migrate$/, command);
  }
  t.is((await shop.json<{ applied: number }>(["migrate"])).applied, 1);
  t.deepEqual(await shop.json(["users", "list"]), { items: [] });
});

test("seed: fills a database without articles, and leaves one with articles alone", async (t) => {
  const shop = await openShop(t);
  const database = shop.name;
  t.deepEqual(await shop.json(["seed"]), { database, articles: 100, added: 0 });
  await shop.query("delete from article where id > 1 returning id");
  const { code, stdout } = await shop.kudos(["seed"]);
  t.deepEqual({ code, stdout }, { code: 0, stdout: `${database} has articles; nothing was added to them.\n` });
  t.deepEqual(await shop.query("select id from article"), [{ id: 1 }]);
  await shop.query("delete from article returning id");
  t.deepEqual(await shop.json(["seed"]), { database, articles: 100, added: 100 });
  t.deepEqual(await shop.query("select count(distinct title) as titles from article"), [{ titles: 100 }]);
});

test("migrate, serve: a database that is made in production, or without SAMPLE_DATA, has no article", async (t) => {
  for (const environment of [{ NODE_ENV: "production", PASSWORD_COST: "", RATE_LIMITS: "" }, { SAMPLE_DATA: "off" }]) {
    const shop = await openShop(t, { migrated: false });
    await shop.json(["migrate"], { environment });
    t.deepEqual(await shop.query("select count(*) as articles from article"), [{ articles: 0 }]);
    t.like(await shop.json(["seed"], { environment }), { added: 100 });
    const fresh = onPostgreSql ? (await openShop(t, { migrated: false })).database : {};
    const server = await startServer(t, { environment: { ...fresh, ...environment } });
    t.deepEqual(await (await server.request("/api/articles")).json(), { items: [], next_cursor: null });
  }
});

test("seed --undo: deletes the sample articles with their likes, and no other article", async (t) => {
  const shop = await openShop(t);
  const database = shop.name;
  const id = await createUser(shop);
  await shop.query("update article set title = 'My own' where id = 7 returning id");
  await shop.query(
    "insert into article (title, author, created_at) values ('Mine', 'Ada', '2026-01-01T00:00:00Z') returning id",
  );
  for (const article of [1, 7]) {
    await shop.query(
      `insert into article_like (user_id, article_id, created_at) values (${id}, ${article}, '2026-01-01T00:00:00Z') returning id`,
    );
  }
  const undone = { database, articles: 2, deleted: 99, deleted_likes: 1 };
  t.deepEqual(await shop.json(["seed", "--undo"]), undone);
  t.deepEqual(await shop.json(["seed", "--undo"]), { ...undone, deleted: 0, deleted_likes: 0 });
  t.deepEqual(
    (await shop.query("select title from article order by id")).map(({ title }) => title),
    ["My own", "Mine"],
  );
  t.is((await shop.query("select * from article_like")).length, 1);
});

test("a database in memory, and one that is no database, are refused with one line", async (t) => {
  const shop = await openShop(t);
  for (const [url, reason] of [
    ["sqlite::memory:", /^a database in memory is its own process's/],
    ["sqlite:./missing/x.sqlite", /missing does not exist/],
    ["mysql://u:hunter2@db/x", /^(?!.*hunter2).*not understood/],
    ["postgresql://u:hunter2@127.0.0.1:9/x", /^(?!.*hunter2).*does not answer/],
  ] as const) {
    for (const command of ["migrate", "users list"]) {
      t.regex(await shop.refused(command.split(" "), { environment: { DATABASE_URL: url } }), reason);
    }
  }
});

test("settings that cannot be used are told before anything is done", async (t) => {
  const shop = await openShop(t, { migrated: false });
  const environment = { PASSWORD_COST: "cheap" };
  t.regex(await shop.refused(["migrate"], { environment }), /^PASSWORD_COST is "cheap", but must be /);
  t.deepEqual(await readdir(shop.folder), []);
});
