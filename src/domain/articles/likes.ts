import { decodeCursor, type Page, pageOf, rowsFor } from "../list-page.ts";
import type { Queryable } from "../query.ts";
import { CONCURRENTLY, write } from "../unit-of-work.ts";
import { AccountGone } from "../users/errors.ts";
import { userExists } from "../users/user-repository.ts";
import { articleExists, changeLikeCount } from "./article-repository.ts";
import { ArticleNotFound, LikeNotFound, LikeOfAnother } from "./errors.ts";
import {
  findLike,
  findLikeByUser,
  findLikes,
  insertLike,
  type Like,
  removeLike,
  removeLikeByUser,
} from "./like-repository.ts";

/**
 * Likes an article. Of several calls at once the unique constraint lets one make the like.
 *
 * @returns the user's like of the article, and whether this call made it
 * @throws {ArticleNotFound}
 * @throws {AccountGone}
 */
export function likeArticle(
  db: Queryable,
  { userId, articleId, now }: { userId: number; articleId: number; now: Date },
): Promise<{ like: Like; created: boolean }> {
  return write(
    db,
    async (tx) => {
      for (;;) {
        const inserted = await insertLike(tx, { userId, articleId, createdAt: now });
        if (inserted !== undefined) {
          await changeLikeCount(tx, articleId, 1);
          return { like: inserted, created: true };
        }
        const existing = await findLikeByUser(tx, { userId, articleId });
        if (existing !== undefined) return { like: existing, created: false };
        await requireArticle(tx, articleId);
        if (!(await userExists(tx, userId))) throw new AccountGone();
        // The like that stood in the way has been taken back since.
      }
    },
    CONCURRENTLY,
  );
}

/**
 * Takes back the user's like of an article; harmless when there is none.
 *
 * @throws {ArticleNotFound}
 */
export function unlikeArticle(
  db: Queryable,
  { userId, articleId }: { userId: number; articleId: number },
): Promise<void> {
  return write(
    db,
    async (tx) => {
      if (await removeLikeByUser(tx, { userId, articleId })) await changeLikeCount(tx, articleId, -1);
      else await requireArticle(tx, articleId);
    },
    CONCURRENTLY,
  );
}

/**
 * Deletes one like of an article, which only its owner may.
 *
 * @throws {LikeNotFound} also when there is no such article
 * @throws {LikeOfAnother}
 */
export function deleteLike(
  db: Queryable,
  { userId, articleId, likeId }: { userId: number; articleId: number; likeId: number },
): Promise<void> {
  return write(
    db,
    async (tx) => {
      if (await removeLike(tx, { userId, articleId, likeId })) {
        await changeLikeCount(tx, articleId, -1);
        return;
      }
      await getLike(tx, { articleId, likeId });
      throw new LikeOfAnother();
    },
    CONCURRENTLY,
  );
}

/**
 * One like of an article.
 *
 * @throws {LikeNotFound} also when there is no such article
 */
export async function getLike(
  db: Queryable,
  { articleId, likeId }: { articleId: number; likeId: number },
): Promise<Like> {
  const like = await findLike(db, { articleId, likeId });
  if (like === undefined) throw new LikeNotFound();
  return like;
}

/**
 * One page of an article's likes, newest first.
 *
 * @param limit the most likes of the page, 1 or more
 * @throws {ArticleNotFound}
 * @throws {InvalidCursor}
 */
export async function listLikes(
  db: Queryable,
  { articleId, limit, cursor }: { articleId: number; limit: number; cursor?: string | undefined },
): Promise<Page<Like>> {
  const list = `likes:${articleId}`;
  const before = cursor === undefined ? null : decodeCursor(list, cursor);
  const likes = await findLikes(db, { articleId, before, limit: rowsFor(limit) });
  if (likes.length === 0) await requireArticle(db, articleId);
  return pageOf(list, likes, limit);
}

async function requireArticle(db: Queryable, articleId: number): Promise<void> {
  if (!(await articleExists(db, articleId))) throw new ArticleNotFound();
}
