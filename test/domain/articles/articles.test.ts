import test from "ava";
import { Article } from "../../../src/domain/articles/article.ts";
import { ArticleLike } from "../../../src/domain/articles/article-like.ts";
import {
  createArticle,
  deleteArticle,
  getArticle,
  listArticles,
  updateArticle,
} from "../../../src/domain/articles/articles.ts";
import { ArticleChanged, ArticleNotFound, ArticleRefused } from "../../../src/domain/articles/errors.ts";
import { likeArticle } from "../../../src/domain/articles/likes.ts";
import { InvalidCursor } from "../../../src/domain/list-page.ts";
import { memoryDatabase } from "../../support/memory-database.ts";
import { sampleUser } from "../../support/sample-user.ts";

test("walking the pages meets every article once, newest first", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const seen: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await listArticles(em, { limit: 30, cursor, userId: null });
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  t.deepEqual(
    seen,
    Array.from({ length: 100 }, (_, index) => 100 - index),
  );
});

test("an article that is added while someone reads moves nothing on the next page", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const first = await listArticles(em, { limit: 2, userId: null });
  await em.insert(Article, { title: "New", author: "Ada", createdAt: new Date() });
  const second = await listArticles(em, { limit: 2, cursor: first.nextCursor ?? "", userId: null });
  t.deepEqual(
    second.items.map(({ id }) => id),
    [98, 97],
  );
});

test("a page as long as the list has no next one", async (t) => {
  const { orm } = await memoryDatabase(t);
  t.is((await listArticles(orm.em.fork(), { limit: 100, userId: null })).nextCursor, null);
});

test("`likedByMe` is true for the reader's own likes, and false without a reader", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const ada = await sampleUser(em);
  const bob = await sampleUser(em, "bob@example.org");
  await likeArticle(em, { userId: ada.id, articleId: 100, now: new Date() });
  const first = async (userId: number | null) => (await listArticles(em, { limit: 1, userId })).items[0];
  t.like(await first(ada.id), { id: 100, likeCount: 1, likedByMe: true });
  t.like(await first(bob.id), { id: 100, likeCount: 1, likedByMe: false });
  t.like(await first(null), { id: 100, likeCount: 1, likedByMe: false });
  t.true((await getArticle(em, { articleId: 100, userId: ada.id })).likedByMe);
  t.false((await getArticle(em, { articleId: 100, userId: null })).likedByMe);
});

test("an article has its time to the millisecond", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const createdAt = new Date("2026-05-01T12:00:00.123Z");
  const articleId = await em.insert(Article, { title: 'It\'s "here"; --', author: "Zoë ✨", createdAt });
  t.deepEqual(await getArticle(em, { articleId, userId: null }), {
    id: articleId,
    title: 'It\'s "here"; --',
    author: "Zoë ✨",
    createdAt,
    likeCount: 0,
    likedByMe: false,
    version: 1,
  });
});

test("an id that no article has is not found, up to 2^53 - 1", async (t) => {
  const { orm } = await memoryDatabase(t);
  for (const articleId of [0, 101, 2 ** 31, 2 ** 31 - 1, Number.MAX_SAFE_INTEGER]) {
    await t.throwsAsync(getArticle(orm.em.fork(), { articleId, userId: null }), { instanceOf: ArticleNotFound });
  }
});

test("a cursor that the list did not give is refused", async (t) => {
  const { orm } = await memoryDatabase(t);
  for (const cursor of ["", "MQ", "x'; drop table article", "\0"]) {
    await t.throwsAsync(listArticles(orm.em.fork(), { limit: 1, cursor, userId: null }), { instanceOf: InvalidCursor });
  }
});

test("an author's article is there as it was written, and first in the list", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const now = new Date("2026-05-01T12:00:00.123Z");
  const article = await createArticle(em, { title: 'It\'s ? \\ "new" 💡', author: "Zoë", userId: 7, now });
  t.deepEqual(article, {
    id: 101,
    title: 'It\'s ? \\ "new" 💡',
    author: "Zoë",
    createdAt: now,
    likeCount: 0,
    likedByMe: false,
    version: 1,
  });
  t.deepEqual((await listArticles(em, { limit: 1, userId: null })).items, [article]);
});

test("a change counts only for the version that it was meant for", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const change = { articleId: 1, userId: 7 };
  const before = await getArticle(em, change);
  t.like(await updateArticle(em, { ...change, version: 1, title: "New" }), {
    title: "New",
    author: before.author,
    version: 2,
  });
  await t.throwsAsync(updateArticle(em, { ...change, version: 1, title: "Late" }), { instanceOf: ArticleChanged });
  t.like(await updateArticle(em, { ...change, version: null, author: "Bo" }), {
    title: "New",
    author: "Bo",
    version: 3,
  });
  await t.throwsAsync(deleteArticle(em, { articleId: 1, version: 2 }), { instanceOf: ArticleChanged });
  await deleteArticle(em, { articleId: 1, version: 3 });
  for (const version of [3, null]) {
    await t.throwsAsync(deleteArticle(em, { articleId: 1, version }), { instanceOf: ArticleNotFound });
    await t.throwsAsync(updateArticle(em, { ...change, version, title: "x" }), { instanceOf: ArticleNotFound });
  }
  await deleteArticle(em, { articleId: 2, version: null });
});

test("of many changes of one version at once one is made", async (t) => {
  const { orm } = await memoryDatabase(t);
  const attempts = await Promise.allSettled(
    Array.from({ length: 10 }, (_, index) =>
      updateArticle(orm.em.fork(), { articleId: 1, userId: 7, version: 1, title: `Title ${index}` }),
    ),
  );
  t.is(attempts.filter(({ status }) => status === "fulfilled").length, 1);
  for (const attempt of attempts) t.true(attempt.status === "fulfilled" || attempt.reason instanceof ArticleChanged);
  t.is((await getArticle(orm.em.fork(), { articleId: 1, userId: null })).version, 2);
});

test("a like leaves the version as it is, and goes with its article", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  const ada = await sampleUser(em);
  await likeArticle(em, { userId: ada.id, articleId: 1, now: new Date() });
  await likeArticle(em, { userId: ada.id, articleId: 2, now: new Date() });
  t.like(await getArticle(em, { articleId: 1, userId: ada.id }), { likeCount: 1, version: 1 });
  await deleteArticle(em, { articleId: 1, version: 1 });
  t.deepEqual(
    (await orm.em.fork().findAll(ArticleLike)).map(({ article }) => article.id),
    [2],
  );
});

test("a title or author that is not one line of text is refused", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  for (const text of ["", " ", "a\0b", "a\nb", "\ud800", "\u0007", "a\u2029b", "a\u202eb", "\u200b\ufe0f"]) {
    const now = new Date();
    for (const written of [{ title: text }, { author: text }]) {
      const whole = { title: "t", author: "a", ...written, userId: 7, now };
      await t.throwsAsync(async () => createArticle(em, whole), { instanceOf: ArticleRefused });
      const change = { articleId: 1, version: null, userId: 7, ...written };
      await t.throwsAsync(async () => updateArticle(em, change), { instanceOf: ArticleRefused });
    }
  }
  t.is(await em.count(Article), 100);
});
