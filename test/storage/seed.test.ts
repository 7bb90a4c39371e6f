import test from "ava";
import { listArticles } from "../../src/domain/articles/articles.ts";
import { User } from "../../src/domain/users/user.ts";
import { sampleArticles } from "../../src/storage/seed.ts";
import { memoryDatabase } from "../support/memory-database.ts";

test("there are 100 sample articles, all different, the same every time, fit for their columns", (t) => {
  const articles = sampleArticles();
  t.is(articles.length, 100);
  t.is(new Set(articles.map(({ title }) => title)).size, 100);
  t.true(new Set(articles.map(({ author }) => author)).size > 10);
  t.deepEqual(sampleArticles(), articles);
  for (const [index, { title, author, createdAt }] of articles.entries()) {
    t.true(title.length <= 200 && author.length <= 100);
    const before = articles[index - 1];
    if (before === undefined) continue;
    t.true(createdAt > before.createdAt);
    t.not(author, before.author);
  }
});

test("a fresh database holds them, and no user", async (t) => {
  const { orm } = await memoryDatabase(t);
  const { items } = await listArticles(orm.em.fork(), { limit: 100, userId: null });
  t.deepEqual(items.map(({ title, author, createdAt }) => ({ title, author, createdAt })).reverse(), sampleArticles());
  t.is(await orm.em.fork().count(User), 0);
});
