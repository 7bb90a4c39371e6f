import test from "ava";
import { Article } from "../../src/domain/article.ts";
import { getArticle, listArticles } from "../../src/domain/articles.ts";
import { ArticleNotFound, InvalidCursor } from "../../src/domain/errors.ts";
import { likeArticle } from "../../src/domain/likes.ts";
import { memoryDatabase } from "../storage/memory-database.ts";
import { sampleUser } from "./sample-user.ts";

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

test("the likes shown as mine are mine, and nobody's without a user", async (t) => {
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
