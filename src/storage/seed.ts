import type { EntityManager } from "@mikro-orm/core";
import { Article } from "../domain/articles/article.ts";
import { ArticleLike } from "../domain/articles/article-like.ts";

const SUBJECTS = [
  "Tide Tables",
  "Night Trains",
  "Sourdough",
  "Lighthouses",
  "Paper Maps",
  "City Bees",
  "Old Bridges",
  "Winter Gardens",
  "Radio Plays",
  "River Ferries",
] as const;

const TITLES: readonly ((subject: string) => string)[] = [
  (subject) => `A Short History of ${subject}`,
  (subject) => `${subject}: What Nobody Tells You`,
  (subject) => `Ten Years with ${subject}`,
  (subject) => `Why We Still Need ${subject}`,
  (subject) => `The Quiet Return of ${subject}`,
  (subject) => `Learning from ${subject}`,
  (subject) => `${subject} for the Impatient`,
  (subject) => `In Praise of ${subject}`,
  (subject) => `The Economics of ${subject}`,
  (subject) => `${subject} after Dark`,
];

const AUTHORS = [
  "Ada Brandt",
  "Beatriz Nunes",
  "Chidi Okafor",
  "Dorota Wójcik",
  "Emil Sørensen",
  "Farah Haddad",
  "Giulia Ferri",
  "Haruka Mori",
  "Ishaan Rao",
  "Jun Park",
  "Katya Orlova",
  "Liam O’Dowd",
  "Mei-Ling Chen",
] as const;

const FIRST_DAY = Date.UTC(2026, 0, 5, 8);
const EVERY_MS = 31 * 60 * 60 * 1000;

/** The 100 sample articles, the same in every database: each title with each subject, one every 31 hours from January 2026. */
export function sampleArticles(): Pick<Article, "title" | "author" | "createdAt">[] {
  return TITLES.flatMap((title, row) =>
    SUBJECTS.map((_, column) => {
      const index = row * SUBJECTS.length + column;
      // The subjects shift from title to title, so that neighbours in the list differ in subject and author.
      const subject = SUBJECTS[(column + row * 3) % SUBJECTS.length] ?? SUBJECTS[0];
      return {
        title: title(subject),
        author: AUTHORS[(index * 5) % AUTHORS.length] ?? AUTHORS[0],
        createdAt: new Date(FIRST_DAY + index * EVERY_MS),
      };
    }),
  );
}

/** Puts the sample articles into a database. Called in the transaction that makes the tables, it does so once. */
export async function seedArticles(em: EntityManager): Promise<void> {
  await em.insertMany(Article, sampleArticles());
}

/**
 * Takes the sample articles out again, those that are as they were made, with the likes that they have.
 *
 * @returns the numbers of articles and likes that were deleted
 */
export async function unseedArticles(em: EntityManager): Promise<{ articles: number; likes: number }> {
  const identity = ({ title, author, createdAt }: Pick<Article, "title" | "author" | "createdAt">) =>
    JSON.stringify([title, author, createdAt]);
  const samples = new Set(sampleArticles().map(identity));
  const articles = (await em.fork().findAll(Article)).filter((article) => samples.has(identity(article)));
  const ids = articles.map(({ id }) => id);
  const likes = await em.nativeDelete(ArticleLike, { article: { $in: ids } });
  return { articles: await em.nativeDelete(Article, { id: { $in: ids } }), likes };
}
