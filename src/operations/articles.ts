import type { ArticleView } from "../domain/articles/article-repository.ts";
import * as articles from "../domain/articles/articles.ts";
import { entityTag } from "../representation/entity-tag.ts";
import type { HandlerContext, Operation } from "./handler-context.ts";
import { PAGE_LIMIT, pageBody } from "./steps/list-page.ts";

export const listArticles: Operation<"listArticles"> = async ({ db, query, principal }) => {
  const { limit = PAGE_LIMIT, cursor } = query;
  const page = await articles.listArticles(db, { limit, cursor, userId: principal?.userId ?? null });
  return { status: 200, ...pageBody("/api/articles", limit, page, represent) };
};

export const getArticle: Operation<"getArticle"> = async ({ db, path, principal }) => {
  const article = await articles.getArticle(db, { articleId: path.article_id, userId: principal?.userId ?? null });
  // `liked_by_me` belongs to one reader, so that answer is not stored; the public one may be stored, and is revalidated.
  const body = represent(article);
  const headers = { ETag: tagOf(article, body), "Cache-Control": principal ? "no-store" : "no-cache" };
  return { status: 200, headers, body };
};

export const createArticle: Operation<"createArticle"> = async ({ db, body, principal, now }) => {
  const article = await articles.createArticle(db, { ...body, userId: principal.userId, now });
  const made = represent(article);
  const headers = { Location: `/api/articles/${article.id}`, ETag: tagOf(article, made) };
  return { status: 201, headers, body: made };
};

export const updateArticle: Operation<"updateArticle"> = async ({ db, path, header, body, principal }) => {
  const version = await versionIn(header["if-match"], () => currentArticle(db, path.article_id));
  const change = { articleId: path.article_id, version, userId: principal.userId };
  const article = await articles.updateArticle(db, { ...change, ...body });
  const changed = represent(article);
  return { status: 200, headers: { ETag: tagOf(article, changed) }, body: changed };
};

export const deleteArticle: Operation<"deleteArticle"> = async ({ db, path, header }) => {
  const version = await versionIn(header["if-match"], () => currentArticle(db, path.article_id));
  await articles.deleteArticle(db, { articleId: path.article_id, version });
  return { status: 204 };
};

/** A version that no article has: they start at 1. */
const NO_VERSION = 0;

/**
 * The entity tag of an article as one reader sees it, `"<state>.<hash>"`. The hash of the representation makes it a strong one
 * (RFC 9110 §8.8.1). `If-Match` is compared with the state alone, because a like between reading and writing must not make an
 * author's edit fail.
 */
function tagOf(article: ArticleView, representation: ReturnType<typeof represent>): string {
  return `"${stateOf(article)}.${hashOf(representation)}"`;
}

/** The state of an article as its author left it, `<version>.<hash>`: differs between articles, and cannot be guessed from a version. */
function stateOf({ id, version, title, author }: ArticleView): string {
  return `${version}.${hashOf([id, version, title, author])}`;
}

function hashOf(value: unknown): string {
  return entityTag(JSON.stringify(value)).slice(1, -1);
}

/**
 * The version that `If-Match` asks for (RFC 9110 §13.1.1): null for `*`, the current version if its state is in one of the tags, else
 * `NO_VERSION`. A weak tag never matches: the comparison is the strong one (§8.8.3.2).
 */
async function versionIn(ifMatch: string, current: () => Promise<ArticleView>): Promise<number | null> {
  if (ifMatch.trim() === "*") return null;
  const states = ifMatch.split(",").map((tag) => /^\s*"([^"]+)\.[\w-]{27}"\s*$/.exec(tag)?.[1]);
  // Another request may change the article after this look-up: the write compares the version again.
  const article = await current();
  return states.includes(stateOf(article)) ? article.version : NO_VERSION;
}

function currentArticle(db: HandlerContext["db"], articleId: number): Promise<ArticleView> {
  return articles.getArticle(db, { articleId, userId: null });
}

function represent({ id, title, author, createdAt, likeCount, likedByMe }: ArticleView) {
  return {
    id,
    title,
    author,
    created_at: createdAt.toISOString(),
    like_count: likeCount,
    liked_by_me: likedByMe,
  };
}
