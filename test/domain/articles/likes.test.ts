import test from "ava";
import { Article } from "../../../src/domain/articles/article.ts";
import { ArticleLike } from "../../../src/domain/articles/article-like.ts";
import { ArticleNotFound, LikeNotFound, LikeOfAnother } from "../../../src/domain/articles/errors.ts";
import { deleteLike, getLike, likeArticle, listLikes, unlikeArticle } from "../../../src/domain/articles/likes.ts";
import { InvalidCursor } from "../../../src/domain/list-page.ts";
import type { User } from "../../../src/domain/users/user.ts";
import type { Database } from "../../../src/storage/database.ts";
import { memoryDatabase } from "../../support/memory-database.ts";
import { sampleUser } from "../../support/sample-user.ts";

const now = new Date("2026-05-01T12:00:00.123Z");

const counts = async ({ orm }: Database, articleId = 1) => ({
  kept: (await orm.em.fork().findOneOrFail(Article, articleId)).likeCount,
  rows: await orm.em.fork().count(ArticleLike, { article: articleId }),
});

test("liking twice gives the same like, and counts once", async (t) => {
  const database = await memoryDatabase(t);
  const em = database.orm.em.fork();
  const { id: userId } = await sampleUser(em);
  const first = await likeArticle(em, { userId, articleId: 1, now });
  t.deepEqual(first, { like: { id: 1, userId, articleId: 1, createdAt: now }, created: true });
  const again = await likeArticle(em, { userId, articleId: 1, now: new Date() });
  t.deepEqual(again, { like: first.like, created: false });
  t.deepEqual(await counts(database), { kept: 1, rows: 1 });
});

test("liking again after taking it back makes a new like with a new id", async (t) => {
  const database = await memoryDatabase(t);
  const em = database.orm.em.fork();
  const { id: userId } = await sampleUser(em);
  await likeArticle(em, { userId, articleId: 1, now });
  await unlikeArticle(em, { userId, articleId: 1 });
  await unlikeArticle(em, { userId, articleId: 1 });
  t.deepEqual(await counts(database), { kept: 0, rows: 0 });
  const { like } = await likeArticle(em, { userId, articleId: 1, now });
  t.is(like.id, 2);
});

test("one user's 200 likes at once are one like", async (t) => {
  const database = await memoryDatabase(t);
  const { id: userId } = await sampleUser(database.orm.em.fork());
  const likes = await Promise.all(
    Array.from({ length: 200 }, () => likeArticle(database.orm.em.fork(), { userId, articleId: 1, now })),
  );
  t.is(likes.filter(({ created }) => created).length, 1);
  t.is(new Set(likes.map(({ like }) => like.id)).size, 1);
  t.deepEqual(await counts(database), { kept: 1, rows: 1 });
});

test("after 200 likes and 200 unlikes of 20 users at once, the counts are those of the rows", async (t) => {
  const database = await memoryDatabase(t);
  const users: User[] = [];
  for (let index = 0; index < 20; index += 1)
    users.push(await sampleUser(database.orm.em.fork(), `u${index}@example.org`));
  await Promise.all(
    Array.from({ length: 400 }, async (_, index) => {
      const userId = users[(index * 7) % 20]?.id ?? 0;
      const articleId = 1 + (index % 3);
      const em = database.orm.em.fork();
      if (index % 2 === 0) await likeArticle(em, { userId, articleId, now });
      else await unlikeArticle(em, { userId, articleId });
    }),
  );
  let total = 0;
  for (const articleId of [1, 2, 3]) {
    const { kept, rows } = await counts(database, articleId);
    t.is(kept, rows);
    total += rows;
  }
  t.true(total > 0);
});

test("a like of an unknown article is refused, and the connection is free again", async (t) => {
  const database = await memoryDatabase(t);
  const em = database.orm.em.fork();
  const { id: userId } = await sampleUser(em);
  for (const articleId of [0, 101, 2 ** 31, Number.MAX_SAFE_INTEGER]) {
    await t.throwsAsync(likeArticle(em, { userId, articleId, now }), { instanceOf: ArticleNotFound });
    await t.throwsAsync(unlikeArticle(em, { userId, articleId }), { instanceOf: ArticleNotFound });
    await t.throwsAsync(listLikes(em, { articleId, limit: 1 }), { instanceOf: ArticleNotFound });
    await t.throwsAsync(getLike(em, { articleId, likeId: articleId }), { instanceOf: LikeNotFound });
    await t.throwsAsync(deleteLike(em, { userId, articleId, likeId: articleId }), { instanceOf: LikeNotFound });
  }
  t.true((await likeArticle(em, { userId, articleId: 1, now })).created);
});

test("a like of a user who is gone is refused and not counted", async (t) => {
  const database = await memoryDatabase(t);
  await t.throwsAsync(likeArticle(database.orm.em.fork(), { userId: 77, articleId: 1, now }));
  t.deepEqual(await counts(database), { kept: 0, rows: 0 });
});

test("only its owner deletes a like, under its own article", async (t) => {
  const database = await memoryDatabase(t);
  const em = database.orm.em.fork();
  const ada = await sampleUser(em);
  const bob = await sampleUser(em, "bob@example.org");
  const { like } = await likeArticle(em, { userId: ada.id, articleId: 1, now });
  const of = (userId: number, articleId: number) => deleteLike(em, { userId, articleId, likeId: like.id });
  await t.throwsAsync(of(bob.id, 1), { instanceOf: LikeOfAnother });
  await t.throwsAsync(of(ada.id, 2), { instanceOf: LikeNotFound });
  t.deepEqual(await getLike(em, { articleId: 1, likeId: like.id }), like);
  await t.throwsAsync(getLike(em, { articleId: 2, likeId: like.id }), { instanceOf: LikeNotFound });
  t.deepEqual(await counts(database), { kept: 1, rows: 1 });
  await of(ada.id, 1);
  await t.throwsAsync(of(ada.id, 1), { instanceOf: LikeNotFound });
  t.deepEqual(await counts(database), { kept: 0, rows: 0 });
});

test("walking the pages meets every like of the article once, newest first", async (t) => {
  const { orm } = await memoryDatabase(t);
  const em = orm.em.fork();
  t.deepEqual(await listLikes(em, { articleId: 1, limit: 2 }), { items: [], nextCursor: null });
  for (let index = 0; index < 5; index += 1) {
    const { id: userId } = await sampleUser(em, `u${index}@example.org`);
    await likeArticle(em, { userId, articleId: 1, now });
    await likeArticle(em, { userId, articleId: 2, now });
  }
  const seen: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await listLikes(em, { articleId: 1, limit: 2, cursor });
    t.true(page.items.every(({ articleId }) => articleId === 1));
    seen.push(...page.items.map(({ userId }) => userId));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  t.deepEqual(seen, [5, 4, 3, 2, 1]);
  const { nextCursor } = await listLikes(em, { articleId: 1, limit: 2 });
  await t.throwsAsync(listLikes(em, { articleId: 2, limit: 2, cursor: nextCursor ?? "" }), {
    instanceOf: InvalidCursor,
  });
});
