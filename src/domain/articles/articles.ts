import type { EntityManager } from "@mikro-orm/core";
import { decodeCursor, type Page, pageOf } from "../list-page.ts";
import { type Parameter, runStatement, timestamp } from "../query.ts";
import { ArticleChanged, ArticleNotFound, ArticleRefused } from "./errors.ts";

/** An article as one reader sees it. */
export interface ArticleView {
  readonly id: number;
  readonly title: string;
  readonly author: string;
  readonly createdAt: Date;
  readonly likeCount: number;
  readonly likedByMe: boolean;
  /** Rises with each change of title or author; what an author's change is held against. */
  readonly version: number;
}

/** What an author writes. */
export interface ArticleText {
  readonly title: string;
  readonly author: string;
}

interface ArticleRow {
  id: number;
  title: string;
  author: string;
  created_at: number | string | Date;
  like_count: number;
  version: number;
  like_id: number | null;
}

// Compared with null, which nobody's id is, the join finds nothing: a reader without a name has liked nothing.
const SELECT =
  'select a.id, a.title, a.author, a.created_at, a.like_count, a.version, l.id as like_id from "article" a ' +
  'left join "article_like" l on l.article_id = a.id and l.user_id = ?';

function view(row: ArticleRow): ArticleView {
  return {
    id: row.id,
    title: row.title,
    author: row.author,
    createdAt: timestamp(row.created_at),
    likeCount: row.like_count,
    likedByMe: row.like_id !== null,
    version: row.version,
  };
}

/**
 * One page of articles, newest first.
 *
 * @param limit how many at most, 1 or more
 * @param userId whose likes `likedByMe` tells; null for nobody
 * @throws {InvalidCursor}
 */
export async function listArticles(
  em: EntityManager,
  { limit, cursor, userId }: { limit: number; cursor?: string | undefined; userId: number | null },
): Promise<Page<ArticleView>> {
  const parameters: Parameter[] = [userId];
  if (cursor !== undefined) parameters.push(decodeCursor("articles", cursor));
  const where = cursor === undefined ? "" : "where a.id < ?";
  const rows = await runStatement<ArticleRow>(em, `${SELECT} ${where} order by a.id desc limit ?`, [
    ...parameters,
    limit + 1,
  ]);
  return pageOf("articles", rows.map(view), limit);
}

/**
 * One article.
 *
 * @param userId whose like `likedByMe` tells; null for nobody
 * @throws {ArticleNotFound}
 */
export async function getArticle(
  em: EntityManager,
  { articleId, userId }: { articleId: number; userId: number | null },
): Promise<ArticleView> {
  const [row] = await runStatement<ArticleRow>(em, `${SELECT} where a.id = ?`, [userId, articleId]);
  if (row === undefined) throw new ArticleNotFound();
  return view(row);
}

/**
 * Adds an article.
 *
 * @param userId whose like `likedByMe` tells
 * @throws {ArticleRefused}
 */
export function createArticle(
  em: EntityManager,
  { title, author, userId, now }: ArticleText & { userId: number; now: Date },
): Promise<ArticleView> {
  return em.transactional(async (tx) => {
    const [row] = await runStatement<{ id: number }>(
      tx,
      'insert into "article" (title, author, created_at) values (?, ?, ?) returning id',
      [written(title), written(author), now],
    );
    return getArticle(tx, { articleId: row?.id ?? 0, userId });
  });
}

/**
 * Changes an article, if it is still the one that the change was meant for. Likes in between do not matter: they leave the version
 * as it is.
 *
 * @param version the one that was read; null changes whatever there is
 * @param userId whose like `likedByMe` tells
 * @throws {ArticleNotFound}
 * @throws {ArticleChanged}
 * @throws {ArticleRefused}
 */
export function updateArticle(
  em: EntityManager,
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
  return em.transactional(async (tx) => {
    const changed = await runStatement(
      tx,
      'update "article" set title = coalesce(?, title), author = coalesce(?, author), version = version + 1 ' +
        "where id = ? and version = coalesce(?, version) returning id",
      [written(title), written(author), articleId, version],
    );
    // Throws when there is none.
    const article = await getArticle(tx, { articleId, userId });
    if (changed.length === 0) throw new ArticleChanged();
    return article;
  });
}

/**
 * Deletes an article with its likes, if it is still the one that was meant.
 *
 * @param version the one that was read; null deletes whatever there is
 * @throws {ArticleNotFound}
 * @throws {ArticleChanged}
 */
export async function deleteArticle(
  em: EntityManager,
  { articleId, version }: { articleId: number; version: number | null },
): Promise<void> {
  await em.transactional(async (tx) => {
    const deleted = await runStatement(
      tx,
      'delete from "article" where id = ? and version = coalesce(?, version) returning id',
      [articleId, version],
    );
    if (deleted.length > 0) return;
    await getArticle(tx, { articleId, userId: null });
    throw new ArticleChanged();
  });
}

function written(text: string): string;
function written(text: string | undefined): string | null;
function written(text: string | undefined): string | null {
  if (text !== undefined && (!/[^\s\p{Default_Ignorable_Code_Point}]/u.test(text) || NOT_ONE_LINE.test(text))) {
    throw new ArticleRefused();
  }
  return text ?? null;
}

// SQL has no spelling for NUL, nor a line in a list for a line break or for letters that turn the rest of it round.
const NOT_ONE_LINE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;
