import type { EntityManager } from "@mikro-orm/core";
import { decodeCursor, type Page, pageOf } from "./cursor.ts";
import { ArticleNotFound } from "./errors.ts";
import { type Parameter, runStatement, timestamp } from "./statement.ts";

/** An article as one reader sees it. */
export interface ArticleView {
  readonly id: number;
  readonly title: string;
  readonly author: string;
  readonly createdAt: Date;
  readonly likeCount: number;
  readonly likedByMe: boolean;
}

interface ArticleRow {
  id: number;
  title: string;
  author: string;
  created_at: number | string | Date;
  like_count: number;
  like_id: number | null;
}

// Compared with null, which nobody's id is, the join finds nothing: a reader without a name has liked nothing.
const SELECT =
  'select a.id, a.title, a.author, a.created_at, a.like_count, l.id as like_id from "article" a ' +
  'left join "article_like" l on l.article_id = a.id and l.user_id = ?';

function view(row: ArticleRow): ArticleView {
  return {
    id: row.id,
    title: row.title,
    author: row.author,
    createdAt: timestamp(row.created_at),
    likeCount: row.like_count,
    likedByMe: row.like_id !== null,
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
