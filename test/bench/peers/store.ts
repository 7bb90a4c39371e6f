import { createHash } from "node:crypto";
import Sqlite from "better-sqlite3";
import { type CheckToken, tokenCheck } from "./token-check.ts";

/** The work of a peer: statements by hand on the tables of Kudos, each prepared once. */
export interface Store {
  readonly checkToken: CheckToken;
  /** A page of articles, highest id first, as a reader sees them. */
  listArticles(readerId: number | null, limit: number): Page<Article>;
  /** An article as a reader sees it; undefined when there is none. */
  getArticle(articleId: number, readerId: number | null): Article | undefined;
  /** A page of an article's likes, newest first; undefined when there is no such article. */
  listLikes(articleId: number, limit: number): Page<Like> | undefined;
  /** Likes an article, and says whether this call made the like; undefined when there is no such article. */
  like(userId: number, articleId: number): { readonly like: Like; readonly created: boolean } | undefined;
  /** Takes a like back; false when there is no such article. */
  unlike(userId: number, articleId: number): boolean;
}

interface Page<Item> {
  readonly items: Item[];
  readonly next_cursor: string | null;
}

interface Article {
  readonly id: number;
  readonly title: string;
  readonly author: string;
  readonly created_at: string;
  readonly like_count: number;
  readonly liked_by_me: boolean;
}

interface Like {
  readonly id: number;
  readonly user_id: number;
  readonly article_id: number;
  readonly created_at: string;
}

type ArticleRow = Omit<Article, "created_at" | "liked_by_me"> & {
  readonly created_at: number;
  readonly like_id: number | null;
};
type LikeRow = Omit<Like, "created_at"> & { readonly created_at: number };

const ARTICLES =
  "select a.id, a.title, a.author, a.created_at, a.like_count, l.id as like_id from article a " +
  "left join article_like l on l.article_id = a.id and l.user_id = ?";
const LIKE = "id, user_id, article_id, created_at";

/** Opens the database that DATABASE_FILE names; SECRET_KEY has the keys of its tokens. */
export function openStore(): Store {
  const { DATABASE_FILE = "", SECRET_KEY = "" } = process.env;
  const database = new Sqlite(DATABASE_FILE, { fileMustExist: true });
  database.pragma("journal_mode = wal");
  // No fsync for each commit, which is what most hand-written servers choose. Kudos syncs.
  database.pragma("synchronous = normal");
  database.pragma("foreign_keys = on");

  const articles = database.prepare<[number | null, number], ArticleRow>(`${ARTICLES} order by a.id desc limit ?`);
  const article = database.prepare<[number | null, number], ArticleRow>(`${ARTICLES} where a.id = ?`);
  const exists = database.prepare<[number]>("select 1 from article where id = ?");
  const likes = database.prepare<[number, number], LikeRow>(
    `select ${LIKE} from article_like where article_id = ? order by id desc limit ?`,
  );
  const ownLike = database.prepare<[number, number], LikeRow>(
    `select ${LIKE} from article_like where user_id = ? and article_id = ?`,
  );
  const insert = database.prepare<[number, number, number], LikeRow>(
    "insert into article_like (user_id, article_id, created_at) select ?, id, ? from article where id = ? " +
      `on conflict (user_id, article_id) do nothing returning ${LIKE}`,
  );
  const remove = database.prepare<[number, number]>("delete from article_like where user_id = ? and article_id = ?");
  const count = database.prepare<[number, number]>("update article set like_count = like_count + ? where id = ?");

  const like = database.transaction((userId: number, articleId: number) => {
    const made = insert.get(userId, Date.now(), articleId);
    if (made !== undefined) count.run(1, articleId);
    const row = made ?? ownLike.get(userId, articleId);
    return row && { like: toLike(row), created: made !== undefined };
  });
  const unlike = database.transaction((userId: number, articleId: number) => {
    if (remove.run(userId, articleId).changes === 0) return exists.get(articleId) !== undefined;
    count.run(-1, articleId);
    return true;
  });

  return {
    checkToken: tokenCheck(database, SECRET_KEY),
    listArticles: (readerId, limit) => page("articles", articles.all(readerId, limit + 1).map(toArticle), limit),
    getArticle: (articleId, readerId) => {
      const row = article.get(readerId, articleId);
      return row && toArticle(row);
    },
    listLikes: (articleId, limit) => {
      const rows = likes.all(articleId, limit + 1);
      if (rows.length === 0 && exists.get(articleId) === undefined) return undefined;
      return page(`likes:${articleId}`, rows.map(toLike), limit);
    },
    like: (userId, articleId) => like.immediate(userId, articleId),
    unlike: (userId, articleId) => unlike.immediate(userId, articleId),
  };
}

/** The entity tag of a representation: a digest of its bytes. */
export function tagOf(representation: string): string {
  return `"${createHash("sha256").update(representation).digest("base64url").slice(0, 27)}"`;
}

function toArticle({ created_at, like_id, ...row }: ArticleRow): Article {
  const { id, title, author, like_count } = row;
  return {
    id,
    title,
    author,
    created_at: new Date(created_at).toISOString(),
    like_count,
    liked_by_me: like_id !== null,
  };
}

function toLike({ id, user_id, article_id, created_at }: LikeRow): Like {
  return { id, user_id, article_id, created_at: new Date(created_at).toISOString() };
}

function page<Item extends { readonly id: number }>(list: string, found: Item[], limit: number): Page<Item> {
  const items = found.slice(0, limit);
  const cursor = () => Buffer.from(`${list}:${items.at(-1)?.id}`, "latin1").toString("base64url");
  return { items, next_cursor: found.length > limit ? cursor() : null };
}
