import { limitTo, type Queryable, runStatement, timestamp } from "../query.ts";

/** An article as one reader sees it. */
export interface ArticleView {
  readonly id: number;
  readonly title: string;
  readonly author: string;
  readonly createdAt: Date;
  readonly likeCount: number;
  readonly likedByMe: boolean;
  /** Rises with each change of title or author; `If-Match` is compared with it. */
  readonly version: number;
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

// The parameter is the reader's id. For a reader who is not signed in it is null: no row equals null, so no like is
// joined.
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

/** The article of an id, with the reader's like; undefined when there is none. */
export async function findArticle(
  em: Queryable,
  articleId: number,
  readerId: number | null,
): Promise<ArticleView | undefined> {
  const [row] = await runStatement<ArticleRow>(em, `${SELECT} where a.id = ?`, [readerId, articleId]);
  return row && view(row);
}

/** Whether there is an article of that id. */
export async function articleExists(em: Queryable, articleId: number): Promise<boolean> {
  const rows = await runStatement(em, 'select 1 from "article" where id = ?', [articleId]);
  return rows.length > 0;
}

/**
 * Articles with the reader's likes, highest id first.
 *
 * @param before the id that all of theirs are below; null for the start of the list
 * @param limit one of few numbers, see `limitTo`
 */
export async function findArticles(
  em: Queryable,
  { readerId, before, limit }: { readerId: number | null; before: number | null; limit: number },
): Promise<ArticleView[]> {
  const where = before === null ? "" : "where a.id < ?";
  const rows = await runStatement<ArticleRow>(em, `${SELECT} ${where} order by a.id desc ${limitTo(limit)}`, [
    readerId,
    ...(before === null ? [] : [before]),
  ]);
  return rows.map(view);
}

/** Stores a new article; its id. */
export async function insertArticle(
  tx: Queryable,
  { title, author, createdAt }: { title: string; author: string; createdAt: Date },
): Promise<number> {
  const [row] = await runStatement<{ id: number }>(
    tx,
    'insert into "article" (title, author, created_at) values (?, ?, ?) returning id',
    [title, author, createdAt],
  );
  return row?.id ?? 0;
}

/**
 * Changes an article that is in the given version, and raises the version.
 *
 * @param version null for any version
 * @param title null to keep the title; `author` likewise
 * @returns whether there was such an article
 */
export async function updateArticleText(
  tx: Queryable,
  { articleId, version }: { articleId: number; version: number | null },
  { title, author }: { title: string | null; author: string | null },
): Promise<boolean> {
  const changed = await runStatement(
    tx,
    'update "article" set title = coalesce(?, title), author = coalesce(?, author), version = version + 1 ' +
      "where id = ? and version = coalesce(?, version) returning id",
    [title, author, articleId, version],
  );
  return changed.length > 0;
}

/**
 * Deletes an article that is in the given version, and its likes with it.
 *
 * @param version null for any version
 * @returns whether there was such an article
 */
export async function removeArticle(
  tx: Queryable,
  { articleId, version }: { articleId: number; version: number | null },
): Promise<boolean> {
  const deleted = await runStatement(
    tx,
    'delete from "article" where id = ? and version = coalesce(?, version) returning id',
    [articleId, version],
  );
  return deleted.length > 0;
}

/** Adds to the number of likes that the row of an article keeps. */
export async function changeLikeCount(tx: Queryable, articleId: number, change: 1 | -1): Promise<void> {
  await runStatement(tx, 'update "article" set like_count = like_count + ? where id = ?', [change, articleId]);
}
