import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import { Article } from "../../src/domain/articles/article.ts";
import { ArticleLike } from "../../src/domain/articles/article-like.ts";
import type { Database } from "../../src/storage/database.ts";
import { openDatabase } from "../../src/storage/open-database.ts";
import { DatabaseUnavailable } from "../../src/storage/sqlite/errors.ts";
import { holdDatabase, runScript } from "../support/other-process.ts";
import { onPostgreSql, postgreSqlDatabase } from "../support/postgresql.ts";
import { emptyDatabase } from "../support/shared-database.ts";
import { sqliteTest, testsOfSqlite } from "../support/sqlite.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const query = ({ orm }: Database, sql: string): Promise<Record<string, unknown>[]> =>
  orm.em.getConnection().execute(sql);

const migrated = async (url: string, after: string[] = []): Promise<void> => {
  const database = await openDatabase({ url });
  await database.migrate();
  for (const sql of after) await query(database, sql);
  await database.close();
};

const serialSqliteTest = testsOfSqlite("is about SQLite", test.serial);

const refused = async (t: ExecutionContext, path: string, reason: RegExp): Promise<void> => {
  const error = await t.throwsAsync(openDatabase({ url: `sqlite:${path}` }), { instanceOf: DatabaseUnavailable });
  t.true(error.message.includes(path), error.message);
  t.false(error.message.includes("\n"));
  t.regex(error.message, reason);
};

sqliteTest("a fresh file is made by migrating, not by opening, and only its owner can read it", async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, "kudos.sqlite");
  const database = await openDatabase({ url: `sqlite:${path}` });
  t.true(database.fresh);
  t.is(database.path, path);
  t.deepEqual(await readdir(folder), []);
  await database.migrate();
  t.is((await stat(path)).mode & 0o777, 0o600);
  t.is(await database.orm.em.fork().count(Article), 100);
  await database.close();
  t.deepEqual(await readdir(folder), ["kudos.sqlite"]);
});

sqliteTest("the connection is durable and strict, and waits longer before it serves requests than after", async (t) => {
  const folder = await temporaryFolder(t);
  const database = await openDatabase({ url: `sqlite:${join(folder, "kudos.sqlite")}` });
  t.teardown(() => database.close());
  await database.migrate();
  t.deepEqual(await query(database, "pragma journal_mode"), [{ journal_mode: "wal" }]);
  t.deepEqual(await query(database, "pragma synchronous"), [{ synchronous: 2 }]);
  t.deepEqual(await query(database, "pragma foreign_keys"), [{ foreign_keys: 1 }]);
  t.deepEqual(await query(database, "pragma busy_timeout"), [{ timeout: 2_000 }]);
  await database.serve();
  t.deepEqual(await query(database, "pragma busy_timeout"), [{ timeout: 10 }]);
});

test("a database is found again as it was left, also when its owner has emptied it", async (t) => {
  const url = await emptyDatabase(t);
  await migrated(url, ["delete from article"]);
  const database = await openDatabase({ url });
  t.teardown(() => database.close());
  t.false(database.fresh);
  await database.migrate();
  t.is(await database.orm.em.fork().count(Article), 0);
});

sqliteTest("an empty file is a fresh database", async (t) => {
  const path = join(await temporaryFolder(t), "kudos.sqlite");
  await writeFile(path, "");
  const database = await openDatabase({ url: `sqlite:${path}` });
  t.teardown(() => database.close());
  t.true(database.fresh);
  t.is((await stat(path)).size, 0);
  await database.migrate();
  t.is(await database.orm.em.fork().count(Article), 100);
});

sqliteTest("databases in memory have nothing to do with each other", async (t) => {
  const [one, two] = await Promise.all([1, 2].map(() => openDatabase({ url: "sqlite::memory:" })));
  if (one === undefined || two === undefined) return t.fail();
  t.true(one.fresh && two.fresh);
  await one.migrate();
  await two.migrate();
  await one.orm.em.fork().nativeDelete(Article, {});
  t.is(await two.orm.em.fork().count(Article), 100);
  await one.close();
  await two.close();
  await t.notThrowsAsync(two.close());
});

test("a migrated database answers until it is closed", async (t) => {
  const database = await openDatabase({ url: onPostgreSql ? await postgreSqlDatabase(t) : "sqlite::memory:" });
  await database.migrate();
  t.true(await database.answers());
  await database.close();
  t.false(await database.answers());
});

sqliteTest("a database from a newer version is refused and left as it was", async (t) => {
  const path = join(await temporaryFolder(t), "kudos.sqlite");
  await migrated(`sqlite:${path}`, ["insert into migration (name) values ('29991231-later')"]);
  const before = await readFile(path);
  await refused(t, path, /newer version of Kudos/);
  t.deepEqual(await readFile(path), before);
});

test("a newer version that comes between opening and migrating is noticed", async (t) => {
  const url = await emptyDatabase(t);
  const database = await openDatabase({ url });
  t.teardown(() => database.close());
  await migrated(url, ["insert into migration (name) values ('29991231-later')"]);
  await t.throwsAsync(database.migrate(), { instanceOf: DatabaseUnavailable, message: /newer version/ });
});

sqliteTest("another program's database is refused and left as it was", async (t) => {
  const path = join(await temporaryFolder(t), "other.sqlite");
  const made = await runScript(`
    import { DatabaseSync } from "node:sqlite";
    new DatabaseSync(${JSON.stringify(path)}).exec("create table user (id integer)");
  `);
  t.is(made.code, 0, made.stderr);
  const before = await readFile(path);
  await refused(t, path, /another program/);
  t.deepEqual(await readFile(path), before);
});

for (const [how, sql] of [
  ["an exclusive transaction", "begin exclusive"],
  ["a write that goes on", "begin immediate"],
  ["exclusive locking mode", "pragma locking_mode = exclusive; begin exclusive; commit"],
] as const) {
  // One test at a time: SQLite waits in the thread, which all tests of this file share.
  serialSqliteTest(`a file that another process holds by ${how} is refused within about two seconds`, async (t) => {
    const path = join(await temporaryFolder(t), "kudos.sqlite");
    await migrated(`sqlite:${path}`);
    await holdDatabase(t, path, sql);
    const start = performance.now();
    await refused(t, path, /locked by another process/);
    t.true(performance.now() - start < 4_000);
  });
}

sqliteTest("a fresh file that another process holds is refused, and gets no table", async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, "kudos.sqlite");
  const database = await openDatabase({ url: `sqlite:${path}` });
  await holdDatabase(t, path, "begin exclusive");
  await t.throwsAsync(database.migrate(), { instanceOf: DatabaseUnavailable, message: /locked by another process/ });
  t.is((await stat(path)).size, 0);
});

for (const mode of ["delete", "wal"]) {
  serialSqliteTest(`a file that another process writes to for a moment (${mode}) is waited for`, async (t) => {
    const path = join(await temporaryFolder(t), "kudos.sqlite");
    const database = await openDatabase({ url: `sqlite:${path}` });
    t.teardown(() => database.close());
    await holdDatabase(t, path, `pragma journal_mode = ${mode}; begin exclusive`, 400);
    await database.migrate();
    t.is(await database.orm.em.fork().count(Article), 100);
    t.deepEqual(await query(database, "pragma journal_mode"), [{ journal_mode: "wal" }]);
  });
}

sqliteTest("a file that is not a SQLite database is refused and left as it was", async (t) => {
  const path = join(await temporaryFolder(t), "notes.txt");
  await writeFile(path, "Dear diary, ".repeat(500));
  await refused(t, path, /not a SQLite database/);
  t.is(await readFile(path, "utf8"), "Dear diary, ".repeat(500));
});

sqliteTest("a path that is a folder is refused", async (t) => {
  await refused(t, await temporaryFolder(t), /not a file/);
});

sqliteTest("a path whose folder is not there is refused, and no folder is made", async (t) => {
  const folder = join(await temporaryFolder(t), "missing");
  await refused(t, join(folder, "kudos.sqlite"), /does not exist/);
  t.false(existsSync(folder));
});

sqliteTest("a path below a file is refused", async (t) => {
  const file = join(await temporaryFolder(t), "file");
  await writeFile(file, "");
  await refused(t, join(file, "kudos.sqlite"), /is not a folder/);
});

sqliteTest("a folder in which no file can be made is refused with one line, at the latest by migrating", async (t) => {
  const database = openDatabase({ url: "sqlite:/proc/kudos.sqlite" }).then((opened) => opened.migrate());
  const error = await t.throwsAsync(database, { instanceOf: DatabaseUnavailable });
  t.regex(error.message, /^[^\n]*\/proc[^\n]*give this user the right[^\n]*$/);
});

sqliteTest("a file or folder that may only be read is refused before anything is written", async (t) => {
  const folder = await temporaryFolder(t);
  const [file, inside] = [join(folder, "kudos.sqlite"), join(folder, "closed")];
  await migrated(`sqlite:${file}`);
  await mkdir(inside);
  await chmod(file, 0o444);
  await chmod(inside, 0o555);
  await chmod(folder, 0o755);
  const script = `
    import { openDatabase } from ${JSON.stringify(import.meta.resolve("../../src/storage/open-database.ts"))};
    const memory = await openDatabase({ url: "sqlite::memory:" });
    await memory.migrate();
    // Root may write everywhere. Given up after everything is loaded, for other users may not be able to read the modules.
    if (process.getuid() === 0) {
      process.setgid(65534);
      process.setuid(65534);
    }
    for (const path of ${JSON.stringify([file, join(inside, "kudos.sqlite")])}) {
      await openDatabase({ url: "sqlite:" + path }).then(
        () => console.log("opened"),
        (error) => console.log(error.name + " " + error.message),
      );
    }
    await memory.close();
  `;
  const { stdout, stderr } = await runScript(script);
  const [first = "", second = "", ...rest] = stdout.trim().split("\n");
  t.regex(
    first,
    /^DatabaseUnavailable .*kudos\.sqlite (cannot be written to|cannot be opened); give this user the right/,
    stderr,
  );
  t.regex(second, /^DatabaseUnavailable .*closed.* cannot be written to; give this user the right/);
  t.deepEqual(rest, []);
  t.deepEqual(await readdir(inside), []);
});

test("two processes that start at once on a fresh database both start, and seed it once", async (t) => {
  const url = await emptyDatabase(t);
  const script = `
    import { openDatabase } from ${JSON.stringify(import.meta.resolve("../../src/storage/open-database.ts"))};
    const database = await openDatabase({ url: ${JSON.stringify(url)} });
    await database.migrate();
    console.log((await database.orm.em.getConnection().execute("select count(*) as count from article"))[0].count);
    await database.close();
  `;
  const runs = await Promise.all([1, 2, 3].map(() => runScript(script)));
  for (const { code, stdout, stderr } of runs) t.deepEqual({ code, stdout }, { code: 0, stdout: "100\n" }, stderr);
});

test("two processes that like and unlike at once keep the count right", async (t) => {
  const url = await emptyDatabase(t);
  const now = "2026-11-29T00:00:00Z";
  await migrated(url, [`insert into "user" (email, created_at) values ('a@b.c', '${now}'), ('d@e.f', '${now}')`]);
  const storage = onPostgreSql ? "postgresql" : "sqlite";
  const script = (userId: number) => `
    import { likeArticle, unlikeArticle } from ${JSON.stringify(import.meta.resolve("../../src/domain/articles/likes.ts"))};
    import { openDatabase } from ${JSON.stringify(import.meta.resolve("../../src/storage/open-database.ts"))};
    import { isBusy } from ${JSON.stringify(import.meta.resolve(`../../src/storage/${storage}/errors.ts`))};
    const { orm, migrate, close } = await openDatabase({ url: ${JSON.stringify(url)} });
    await migrate();
    // Like a client after a 503: a refused request has changed nothing, and is sent again.
    const insist = async (work) => {
      for (;;) {
        try {
          return await work(orm.em.fork());
        } catch (error) {
          if (!isBusy(error)) throw error;
        }
      }
    };
    const like = () => insist((em) => likeArticle(em, { userId: ${userId}, articleId: 1, now: new Date() }));
    for (let round = 0; round < 50; round += 1) {
      await like();
      await insist((em) => unlikeArticle(em, { userId: ${userId}, articleId: 1 }));
    }
    await like();
    await close();
  `;
  const runs = await Promise.all([1, 2].map((userId) => runScript(script(userId))));
  for (const { code, stderr } of runs) t.is(code, 0, stderr);
  const database = await openDatabase({ url });
  t.teardown(() => database.close());
  t.is((await database.orm.em.fork().findOneOrFail(Article, 1)).likeCount, 2);
  t.is(await database.orm.em.fork().count(ArticleLike), 2);
});

sqliteTest("while a writer waits for another process, the thread is free and others read", async (t) => {
  const url = `sqlite:${join(await temporaryFolder(t), "kudos.sqlite")}`;
  const database = await openDatabase({ url });
  t.teardown(() => database.close());
  await database.migrate();
  await database.serve();
  const write = () => database.orm.em.fork().transactional(() => Promise.resolve("done"));
  const readsDuringWait = async (): Promise<number> => {
    const letGo = await holdDatabase(t, database.path, "begin immediate");
    let waiting = true;
    const end = write()
      .catch(String)
      .finally(() => {
        waiting = false;
      });
    let reads = 0;
    for (; waiting; await sleep(10)) {
      t.is(await database.orm.em.fork().count(Article), 100);
      reads += 1;
    }
    t.regex(await end, /database is locked/);
    await letGo();
    t.is(await write(), "done");
    return reads;
  };
  // A wait in the thread would let two or three reads through in each round; a busy machine does so in some rounds only.
  const most: number[] = [];
  while (most.length < 8 && Math.max(0, ...most) < 10) most.push(await readsDuringWait());
  t.true(Math.max(...most) >= 10, most.join());
});
