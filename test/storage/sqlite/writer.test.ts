import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { Article } from "../../../src/domain/articles/article.ts";
import { ArticleLike } from "../../../src/domain/articles/article-like.ts";
import { ArticleNotFound } from "../../../src/domain/articles/errors.ts";
import { likeArticle, unlikeArticle } from "../../../src/domain/articles/likes.ts";
import { runStatement } from "../../../src/domain/query.ts";
import { write } from "../../../src/domain/unit-of-work.ts";
import type { Database } from "../../../src/storage/database.ts";
import { openDatabase } from "../../../src/storage/open-database.ts";
import { DatabaseUnavailable } from "../../../src/storage/sqlite/errors.ts";
import { memoryDatabase } from "../../support/memory-database.ts";
import { runScript } from "../../support/other-process.ts";
import { sampleUser } from "../../support/sample-user.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const now = new Date("2026-05-01T12:00:00.123Z");
const ORPHAN = 'insert into "article_like" (user_id, article_id, created_at) values (77, 1, 0)';

/** A database on disk as a server has it, with one user. */
async function serving(
  t: ExecutionContext,
): Promise<Database & { userId: number; like(articleId: number): Promise<unknown> }> {
  const database = await openDatabase({ url: `sqlite:${join(await temporaryFolder(t), "kudos.sqlite")}` });
  t.teardown(() => database.close());
  await database.migrate();
  await database.serve();
  const { id: userId } = await sampleUser(database.orm.em.fork());
  const like = (articleId: number) => likeArticle(database.orm.em.fork(), { userId, articleId, now });
  return { ...database, userId, like };
}

const likes = ({ orm }: Pick<Database, "orm">) => orm.em.fork().count(ArticleLike);

test("likes at once are committed together, and one of an unknown article fails alone", async (t) => {
  const database = await serving(t);
  const other = await openDatabase({ url: `sqlite:${database.path}` });
  t.teardown(() => other.close());
  const all = Array.from({ length: 60 }, (_, index) => database.like(index === 30 ? 1_000 : index + 1));
  const settled = Promise.allSettled(all);
  await all[0];
  t.is(await likes(other), 59);
  const failed = (await settled).flatMap((result, index) =>
    result.status === "rejected" ? [[index, result.reason]] : [],
  );
  t.is(failed.length, 1);
  t.is(failed[0]?.[0], 30);
  t.true(failed[0]?.[1] instanceof ArticleNotFound);
  t.is(await database.orm.em.fork().count(Article, { likeCount: 1 }), 59);
});

test("work that fails takes back what it has written, and nothing of the work before and after it", async (t) => {
  const database = await serving(t);
  const [first, failing, last] = await Promise.allSettled([
    database.like(1),
    write(database.orm.em.fork(), async (tx) => {
      await runStatement(tx, 'delete from "article_like"', []);
      throw new Error("changed my mind");
    }),
    database.like(2),
  ]);
  t.is(first.status, "fulfilled");
  t.like(failing, { status: "rejected", reason: { message: "changed my mind" } });
  t.is(last.status, "fulfilled");
  t.is(await likes(database), 2);
});

test("a commit that fails fails for all that it was to commit, and leaves the connection free", async (t) => {
  const database = await serving(t);
  const orphan = write(database.orm.em.fork(), async (tx) => {
    await runStatement(tx, "pragma defer_foreign_keys = on", []);
    await runStatement(tx, ORPHAN, []);
  });
  const results = await Promise.allSettled([database.like(1), orphan, database.like(2)]);
  for (const result of results)
    t.like(result, { status: "rejected", reason: { code: "SQLITE_CONSTRAINT_FOREIGNKEY" } });
  t.is(await likes(database), 0);
  await database.like(3);
  await database.orm.em.fork().transactional((tx) => tx.nativeDelete(ArticleLike, {}));
  t.is(await likes(database), 0);
});

test("a commit of an entity manager that fails leaves the connection free", async (t) => {
  const database = await serving(t);
  await t.throwsAsync(
    database.orm.em.fork().transactional(async (tx) => {
      await runStatement(tx, "pragma defer_foreign_keys = on", []);
      await runStatement(tx, ORPHAN, []);
    }),
    { code: "SQLITE_CONSTRAINT_FOREIGNKEY" },
  );
  await database.like(1);
  t.is(await likes(database), 1);
});

test("a full disk fails what is under way, and nothing after there is room again", async (t) => {
  const database = await serving(t);
  const fill = write(database.orm.em.fork(), async (tx) => {
    await runStatement(tx, "pragma max_page_count = 1", []);
    const text = "x".repeat(1_000_000);
    await runStatement(tx, 'insert into "article" (title, author, created_at) values (?, ?, 0)', [text, text]);
  });
  const [, failed] = await Promise.allSettled([database.like(1), fill, database.like(2)]);
  t.like(failed, { status: "rejected", reason: { code: "SQLITE_FULL" } });
  await write(database.orm.em.fork(), (tx) => runStatement(tx, "pragma max_page_count = 1000000", []));
  await database.like(3);
  const rows = await likes(database);
  t.is(await database.orm.em.fork().count(Article, { likeCount: 1 }), rows);
  t.is(await database.orm.em.fork().count(Article), 100);
});

test("a file that may not be written to fails what writes, and nothing that reads, until it may", async (t) => {
  const database = await serving(t);
  const may = (write_: "on" | "off") =>
    database.orm.em.getConnection().execute(`pragma query_only = ${write_ === "on" ? "off" : "on"}`);
  await may("off");
  for (let round = 0; round < 3; round += 1) {
    const results = await Promise.allSettled([database.like(1), database.like(2)]);
    for (const result of results) t.like(result, { status: "rejected", reason: { code: "SQLITE_READONLY" } });
    t.is(await likes(database), 0);
    t.true(await database.answers());
  }
  await may("on");
  await database.like(1);
  t.is(await likes(database), 1);
});

for (const ending of ["", "-wal", "-shm"]) {
  test(`writes are refused, and the database is not ready, while its file kudos.sqlite${ending} is not there`, async (t) => {
    const database = await serving(t);
    await database.like(1);
    t.true(await database.answers());
    await rename(database.path + ending, `${database.path}.away`);
    await t.throwsAsync(database.like(2), { instanceOf: DatabaseUnavailable, message: /deleted or replaced/ });
    await t.throwsAsync(runStatement(database.orm.em.fork(), ORPHAN, []), { instanceOf: DatabaseUnavailable });
    t.false(await database.answers());
    await writeFile(database.path + ending, "");
    await t.throwsAsync(database.like(2), { instanceOf: DatabaseUnavailable });
    t.false(await database.answers());
    await rename(`${database.path}.away`, database.path + ending);
    t.true(await database.answers());
    await database.like(3);
    t.is(await likes(database), 2);
  });
}

test("files that are deleted during a unit of work fail it", async (t) => {
  const database = await serving(t);
  const work = write(database.orm.em.fork(), async (tx) => {
    await runStatement(tx, 'delete from "article"', []);
    await rm(database.path);
  });
  await t.throwsAsync(work, { instanceOf: DatabaseUnavailable });
  await t.throwsAsync(database.like(1), { instanceOf: DatabaseUnavailable });
});

test("a statement after SQLite has rolled back by itself is refused, not committed on its own", async (t) => {
  const database = await serving(t);
  await t.throwsAsync(
    write(database.orm.em.fork(), async (tx) => {
      const rolledBack = 'insert or rollback into "article" (id, title, author, created_at) values (1, ?, ?, 0)';
      await runStatement(tx, rolledBack, ["", ""]).catch(() => {});
      await runStatement(tx, 'delete from "article"', []);
    }),
    { code: "SQLITE_CONSTRAINT_PRIMARYKEY" },
  );
  t.is(await database.orm.em.fork().count(Article), 100);
  await database.like(1);
});

test("a read outside a transaction sees nothing that is not committed, and does not wait for it", async (t) => {
  const database = await serving(t);
  await write(database.orm.em.fork(), async (tx) => {
    await runStatement(tx, 'delete from "article"', []);
    t.is(await database.orm.em.fork().count(Article), 100);
    t.deepEqual(await runStatement(tx, 'select count(*) as count from "article"', []), [{ count: 0 }]);
  });
  t.is(await database.orm.em.fork().count(Article), 0);
});

test("in memory, a read waits for the transaction that is under way", async (t) => {
  const { orm } = await memoryDatabase(t);
  let read: Promise<number> | undefined;
  const work = write(orm.em.fork(), async (tx) => {
    await runStatement(tx, 'delete from "article"', []);
    read = orm.em.fork().count(Article);
    await runStatement(tx, "select 1", []);
    throw new Error("changed my mind");
  });
  await t.throwsAsync(work, { message: "changed my mind" });
  t.is(await read, 100);
});

test("work within work is part of it", async (t) => {
  const { orm } = await memoryDatabase(t);
  const { id: userId } = await sampleUser(orm.em.fork());
  const work = orm.em.fork().transactional(async (tx) => {
    await likeArticle(tx, { userId, articleId: 1, now });
    throw new Error("changed my mind");
  });
  await t.throwsAsync(work, { message: "changed my mind" });
  t.is(await likes({ orm }), 0);
});

test("what is read after an answer has what was answered", async (t) => {
  const database = await serving(t);
  const { userId, orm } = database;
  for (let round = 0; round < 50; round += 1) {
    await database.like(1);
    t.is(await likes(database), 1);
    await unlikeArticle(orm.em.fork(), { userId, articleId: 1 });
    t.is(await likes(database), 0);
  }
});

test("a like that was answered is there after a kill in the middle of others", async (t) => {
  const database = await serving(t);
  const source = (path: string) => JSON.stringify(import.meta.resolve(`../../../src/${path}`));
  const script = `
    import { writeSync } from "node:fs";
    import { likeArticle, unlikeArticle } from ${source("domain/articles/likes.ts")};
    import { openDatabase } from ${source("storage/open-database.ts")};
    const { orm, migrate, serve } = await openDatabase({ url: "sqlite:${database.path}" });
    await migrate();
    await serve();
    let answered = 0;
    const like = async (articleId) => {
      await likeArticle(orm.em.fork(), { userId: ${database.userId}, articleId, now: new Date() });
      writeSync(1, articleId + "\\n");
      if ((answered += 1) === KILL) process.kill(process.pid, "SIGKILL");
    };
    await Promise.all(Array.from({ length: 8 }, async (_, line) => {
      for (let id = line + 1; id <= 100; id += 8) {
        await like(id);
        await new Promise(setImmediate);
      }
    }));
  `;
  for (const kill of [1, 13, 50]) {
    await database.orm.em.fork().transactional(async (tx) => {
      await tx.nativeDelete(ArticleLike, {});
      await tx.nativeUpdate(Article, {}, { likeCount: 0 });
    });
    const { stdout, code } = await runScript(script.replace("KILL", String(kill)));
    t.is(code, null);
    const answered = stdout.trim().split("\n").map(Number);
    t.true(answered.length >= kill && answered.length < 100);
    const em = database.orm.em.fork();
    t.is(await em.count(ArticleLike, { article: { $in: answered } }), answered.length);
    t.is(await em.count(Article, { likeCount: 1 }), await em.count(ArticleLike));
    t.deepEqual(await em.getConnection().execute("pragma integrity_check"), [{ integrity_check: "ok" }]);
  }
});
