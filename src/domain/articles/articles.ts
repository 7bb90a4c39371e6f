import { decodeCursor, type Page, pageOf, rowsFor } from "../list-page.ts";
import type { Queryable } from "../query.ts";
import { CONCURRENTLY, write } from "../unit-of-work.ts";
import {
  type ArticleView,
  findArticle,
  findArticles,
  insertArticle,
  removeArticle,
  updateArticleText,
} from "./article-repository.ts";
import { ArticleChanged, ArticleNotFound, ArticleRefused } from "./errors.ts";

/** The text of an article: its author writes both fields. */
export interface ArticleText {
  readonly title: string;
  readonly author: string;
}

/**
 * One page of articles, newest first.
 *
 * @param limit the most articles of the page, 1 or more
 * @param userId the reader, for `likedByMe`; null for a reader who is not signed in
 * @throws {InvalidCursor}
 */
export async function listArticles(
  db: Queryable,
  { limit, cursor, userId }: { limit: number; cursor?: string | undefined; userId: number | null },
): Promise<Page<ArticleView>> {
  const before = cursor === undefined ? null : decodeCursor("articles", cursor);
  return pageOf("articles", await findArticles(db, { readerId: userId, before, limit: rowsFor(limit) }), limit);
}

/**
 * One article.
 *
 * @param userId the reader, for `likedByMe`; null for a reader who is not signed in
 * @throws {ArticleNotFound}
 */
export async function getArticle(
  db: Queryable,
  { articleId, userId }: { articleId: number; userId: number | null },
): Promise<ArticleView> {
  const article = await findArticle(db, articleId, userId);
  if (article === undefined) throw new ArticleNotFound();
  return article;
}

/**
 * Adds an article.
 *
 * @param userId the reader, for `likedByMe`
 * @throws {ArticleRefused}
 */
export function createArticle(
  db: Queryable,
  { title, author, userId, now }: ArticleText & { userId: number; now: Date },
): Promise<ArticleView> {
  return write(
    db,
    async (tx) => {
      requireOneLine(title, author);
      const articleId = await insertArticle(tx, { title, author, createdAt: now });
      return getArticle(tx, { articleId, userId });
    },
    CONCURRENTLY,
  );
}

/**
 * Changes an article that is still in the version that was read. A like in between does not matter: it leaves the
 * version as it is.
 *
 * @param version the version that was read; null changes the article in any version
 * @param userId the reader, for `likedByMe`
 * @throws {ArticleNotFound}
 * @throws {ArticleChanged}
 * @throws {ArticleRefused}
 */
export function updateArticle(
  db: Queryable,
  {
    articleId,
    version,
    title,
    author,
    userId,
  }: { articleId: number; version: number | null; userId: number } & {
    [Field in keyof ArticleText]?: ArticleText[Field] | undefined;
  },
): Promise<ArticleView> {
  return write(
    db,
    async (tx) => {
      requireOneLine(title, author);
      const changed = await updateArticleText(
        tx,
        { articleId, version },
        { title: title ?? null, author: author ?? null },
      );
      // The look-up comes before the comparison: a missing article is reported as missing, not as changed.
      const article = await getArticle(tx, { articleId, userId });
      if (!changed) throw new ArticleChanged();
      return article;
    },
    CONCURRENTLY,
  );
}

/**
 * Deletes an article with its likes, if it is still in the version that was read.
 *
 * @param version the version that was read; null deletes the article in any version
 * @throws {ArticleNotFound}
 * @throws {ArticleChanged}
 */
export async function deleteArticle(
  db: Queryable,
  { articleId, version }: { articleId: number; version: number | null },
): Promise<void> {
  await write(
    db,
    async (tx) => {
      if (await removeArticle(tx, { articleId, version })) return;
      await getArticle(tx, { articleId, userId: null });
      throw new ArticleChanged();
    },
    CONCURRENTLY,
  );
}

/**
 * Whether the text can be a title or an author: one line that begins with a visible character and ends with neither white space nor a
 * character of no width. The contract says the same by a pattern, so that a client knows before it asks.
 */
export function isOneLine(text: string): boolean {
  return BEGINS_VISIBLY.test(text) && !ENDS_UNSEEN.test(text) && !NOT_ONE_LINE.test(text);
}

const BEGINS_VISIBLY = /^[^\s\p{Default_Ignorable_Code_Point}]/u;
const ENDS_UNSEEN = /[\s\u200b-\u200f\u2060-\u2064]$/u;
// Control characters, line and paragraph separators, lone surrogates, and the characters that reverse the direction of
// text (UAX #9): each would break or disguise a line of a list.
const NOT_ONE_LINE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;

function requireOneLine(...texts: readonly (string | undefined)[]): void {
  if (texts.some((text) => text !== undefined && !isOneLine(text))) throw new ArticleRefused();
}
