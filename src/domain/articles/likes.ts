import type { EntityManager } from "@mikro-orm/core";
import { decodeCursor, type Page, pageOf } from "../list-page.ts";
import { type Parameter, runStatement, timestamp } from "../query.ts";
import { ArticleNotFound, LikeNotFound, LikeOfAnother } from "./errors.ts";

/** One user's like of one article. */
export interface Like {
  readonly id: number;
  readonly userId: number;
  readonly articleId: number;
  readonly createdAt: Date;
}

interface LikeRow {
  id: number;
  user_id: number;
  article_id: number;
  created_at: number | string | Date;
}

const COLUMNS = "id, user_id, article_id, created_at";

function like(row: LikeRow): Like {
  return {
    id: row.id,
    userId: row.user_id,
    articleId: row.article_id,
    createdAt: timestamp(row.created_at),
  };
}

async function requireArticle(em: EntityManager, articleId: number): Promise<void> {
  const rows = await runStatement(em, 'select 1 from "article" where id = ?', [articleId]);
  if (rows.length === 0) throw new ArticleNotFound();
}

function count(em: EntityManager, articleId: number, change: 1 | -1): Promise<unknown[]> {
  return runStatement(em, 'update "article" set like_count = like_count + ? where id = ?', [change, articleId]);
}

// Each transaction below starts with its write: SQLite then waits for its turn, where a transaction that has read first would be
// refused when another process writes in between.

/**
 * Likes an article; the unique constraint decides which of several calls at once made the like.
 *
 * @returns the user's like of the article, and whether this call made it
 * @throws {ArticleNotFound}
 */
export function likeArticle(
  em: EntityManager,
  { userId, articleId, now }: { userId: number; articleId: number; now: Date },
): Promise<{ like: Like; created: boolean }> {
  return em.transactional(async (tx) => {
    // Selecting from the article makes an unknown one an insert of nothing, rather than an error that would end the transaction.
    const [inserted] = await runStatement<LikeRow>(
      tx,
      `insert into "article_like" (user_id, article_id, created_at) select ?, id, ? from "article" where id = ? ` +
        `on conflict (user_id, article_id) do nothing returning ${COLUMNS}`,
      [userId, now, articleId],
    );
    if (inserted !== undefined) {
      await count(tx, articleId, 1);
      return { like: like(inserted), created: true };
    }
    const [existing] = await runStatement<LikeRow>(
      tx,
      `select ${COLUMNS} from "article_like" where user_id = ? and article_id = ?`,
      [userId, articleId],
    );
    if (existing === undefined) throw new ArticleNotFound();
    return { like: like(existing), created: false };
  });
}

/**
 * Takes back the user's like of an article; harmless when there is none.
 *
 * @throws {ArticleNotFound}
 */
export function unlikeArticle(
  em: EntityManager,
  { userId, articleId }: { userId: number; articleId: number },
): Promise<void> {
  return em.transactional(async (tx) => {
    const deleted = await runStatement(
      tx,
      'delete from "article_like" where user_id = ? and article_id = ? returning id',
      [userId, articleId],
    );
    if (deleted.length > 0) await count(tx, articleId, -1);
    else await requireArticle(tx, articleId);
  });
}

/**
 * Deletes one like of an article, which only its owner may.
 *
 * @throws {LikeNotFound} when the article has no such like, or is not there itself
 * @throws {LikeOfAnother}
 */
export function deleteLike(
  em: EntityManager,
  { userId, articleId, likeId }: { userId: number; articleId: number; likeId: number },
): Promise<void> {
  return em.transactional(async (tx) => {
    const deleted = await runStatement(
      tx,
      'delete from "article_like" where id = ? and article_id = ? and user_id = ? returning id',
      [likeId, articleId, userId],
    );
    if (deleted.length > 0) {
      await count(tx, articleId, -1);
      return;
    }
    await getLike(tx, { articleId, likeId });
    throw new LikeOfAnother();
  });
}

/**
 * One like of an article.
 *
 * @throws {LikeNotFound} when the article has no such like, or is not there itself
 */
export async function getLike(
  em: EntityManager,
  { articleId, likeId }: { articleId: number; likeId: number },
): Promise<Like> {
  const [row] = await runStatement<LikeRow>(
    em,
    `select ${COLUMNS} from "article_like" where id = ? and article_id = ?`,
    [likeId, articleId],
  );
  if (row === undefined) throw new LikeNotFound();
  return like(row);
}

/**
 * One page of an article's likes, newest first.
 *
 * @param limit how many at most, 1 or more
 * @throws {ArticleNotFound}
 * @throws {InvalidCursor}
 */
export async function listLikes(
  em: EntityManager,
  { articleId, limit, cursor }: { articleId: number; limit: number; cursor?: string | undefined },
): Promise<Page<Like>> {
  const list = `likes:${articleId}`;
  const parameters: Parameter[] = [articleId];
  if (cursor !== undefined) parameters.push(decodeCursor(list, cursor));
  const after = cursor === undefined ? "" : "and id < ?";
  const rows = await runStatement<LikeRow>(
    em,
    `select ${COLUMNS} from "article_like" where article_id = ? ${after} order by id desc limit ?`,
    [...parameters, limit + 1],
  );
  if (rows.length === 0) await requireArticle(em, articleId);
  return pageOf(list, rows.map(like), limit);
}
