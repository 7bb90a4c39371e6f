import { limitTo, type Queryable, runStatement, timestamp } from "../query.ts";

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

/**
 * Stores a user's like of an article; undefined when the user likes it already, or there is no such article or user. The insert
 * selects from both: for an unknown one it inserts no row, where a broken foreign key would end the transaction.
 */
export async function insertLike(
  tx: Queryable,
  { userId, articleId, createdAt }: { userId: number; articleId: number; createdAt: Date },
): Promise<Like | undefined> {
  const [row] = await runStatement<LikeRow>(
    tx,
    `insert into "article_like" (user_id, article_id, created_at) select u.id, a.id, ? from "user" u, "article" a ` +
      `where u.id = ? and a.id = ? on conflict (user_id, article_id) do nothing returning ${COLUMNS}`,
    [createdAt, userId, articleId],
  );
  return row && like(row);
}

/** A user's like of an article; undefined when there is none. */
export async function findLikeByUser(
  em: Queryable,
  { userId, articleId }: { userId: number; articleId: number },
): Promise<Like | undefined> {
  const [row] = await runStatement<LikeRow>(
    em,
    `select ${COLUMNS} from "article_like" where user_id = ? and article_id = ?`,
    [userId, articleId],
  );
  return row && like(row);
}

/** The like of an article with that id; undefined when there is none. */
export async function findLike(
  em: Queryable,
  { articleId, likeId }: { articleId: number; likeId: number },
): Promise<Like | undefined> {
  const [row] = await runStatement<LikeRow>(
    em,
    `select ${COLUMNS} from "article_like" where id = ? and article_id = ?`,
    [likeId, articleId],
  );
  return row && like(row);
}

/**
 * The likes of an article, highest id first.
 *
 * @param before the id that all of theirs are below; null for the start of the list
 * @param limit one of few numbers, see `limitTo`
 */
export async function findLikes(
  em: Queryable,
  { articleId, before, limit }: { articleId: number; before: number | null; limit: number },
): Promise<Like[]> {
  const rows = await runStatement<LikeRow>(
    em,
    `select ${COLUMNS} from "article_like" where article_id = ? ${before === null ? "" : "and id < ?"} ` +
      `order by id desc ${limitTo(limit)}`,
    [articleId, ...(before === null ? [] : [before])],
  );
  return rows.map(like);
}

/** Deletes a user's like of an article; whether there was one. */
export async function removeLikeByUser(
  tx: Queryable,
  { userId, articleId }: { userId: number; articleId: number },
): Promise<boolean> {
  const deleted = await runStatement(
    tx,
    'delete from "article_like" where user_id = ? and article_id = ? returning id',
    [userId, articleId],
  );
  return deleted.length > 0;
}

/** Deletes a like of an article by its id, if it is this user's; whether there was one. */
export async function removeLike(
  tx: Queryable,
  { userId, articleId, likeId }: { userId: number; articleId: number; likeId: number },
): Promise<boolean> {
  const deleted = await runStatement(
    tx,
    'delete from "article_like" where id = ? and article_id = ? and user_id = ? returning id',
    [likeId, articleId, userId],
  );
  return deleted.length > 0;
}

/** Deletes all likes of a user, and takes them off the counts of their articles. */
export async function takeBackLikes(tx: Queryable, userId: number): Promise<void> {
  await runStatement(
    tx,
    'update "article" set like_count = like_count - 1 where id in (select article_id from "article_like" where user_id = ?)',
    [userId],
  );
  await runStatement(tx, 'delete from "article_like" where user_id = ?', [userId]);
}

/** All likes of a user with the titles of their articles, newest first. */
export async function findLikesOfUser(db: Queryable, userId: number): Promise<(Like & { readonly title: string })[]> {
  const rows = await runStatement<LikeRow & { title: string }>(
    db,
    'select l.id, l.user_id, l.article_id, l.created_at, a.title from "article_like" l join "article" a on a.id = l.article_id ' +
      "where l.user_id = ? order by l.id desc",
    [userId],
  );
  return rows.map((row) => ({ ...like(row), title: row.title }));
}
