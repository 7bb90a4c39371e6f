import type { EntityManager } from "@mikro-orm/core";
import type { ArticleView } from "../domain/articles/article-repository.ts";
import * as articles from "../domain/articles/articles.ts";
import { entityTag } from "../representation/entity-tag.ts";
import type { Operation } from "./handler-context.ts";
import { pageBody } from "./steps/list-page.ts";

export const listArticles: Operation<"listArticles"> = async ({ em, query, principal }) => {
  const { limit = 20, cursor } = query;
  const page = await articles.listArticles(em, { limit, cursor, userId: principal?.userId ?? null });
  return { status: 200, ...pageBody("/api/articles", limit, page, represent) };
};

export const getArticle: Operation<"getArticle"> = async ({ em, path, principal }) => {
  const article = await articles.getArticle(em, { articleId: path.article_id, userId: principal?.userId ?? null });
  // What is liked is one reader's matter, and nobody keeps it; what all see may be kept, and must be asked about.
  const headers = { ETag: tagOf(article), "Cache-Control": principal ? "no-store" : "no-cache" };
  return { status: 200, headers, body: represent(article) };
};

export const createArticle: Operation<"createArticle"> = async ({ em, body, principal, now }) => {
  const article = await articles.createArticle(em, { ...body, userId: principal.userId, now });
  const headers = { Location: `/api/articles/${article.id}`, ETag: tagOf(article) };
  return { status: 201, headers, body: represent(article) };
};

export const updateArticle: Operation<"updateArticle"> = async ({ em, path, header, body, principal }) => {
  const version = await versionIn(header["if-match"], () => currentArticle(em, path.article_id));
  const change = { articleId: path.article_id, version, userId: principal.userId };
  const article = await articles.updateArticle(em, { ...change, ...body });
  return { status: 200, headers: { ETag: tagOf(article) }, body: represent(article) };
};

export const deleteArticle: Operation<"deleteArticle"> = async ({ em, path, header }) => {
  const version = await versionIn(header["if-match"], () => currentArticle(em, path.article_id));
  await articles.deleteArticle(em, { articleId: path.article_id, version });
  return { status: 204 };
};

/** No article has this version. */
const NO_VERSION = 0;

/**
 * The entity tag of an article as one reader sees it: strong, since it holds a hash of the representation. What stands before
 * that is the state that its author left, and all that `If-Match` is held against: a like between reading and writing must not
 * make an author's edit fail.
 */
function tagOf(article: ArticleView): string {
  return `"${stateOf(article)}.${hashOf(represent(article))}"`;
}

/** Names one state of one article; of no other article, and not to be guessed from its version. */
function stateOf({ id, version, title, author }: ArticleView): string {
  return `${version}.${hashOf([id, version, title, author])}`;
}

function hashOf(value: unknown): string {
  return entityTag(JSON.stringify(value)).slice(1, -1);
}

/**
 * The version that `If-Match` asks for (RFC 9110 §13.1.1): null for `*`, the current one if its state is among the tags, else
 * one that no article has. A weak tag matches nothing.
 */
async function versionIn(ifMatch: string, current: () => Promise<ArticleView>): Promise<number | null> {
  if (ifMatch.trim() === "*") return null;
  const states = ifMatch.split(",").map((tag) => /^\s*"([^"]+)\.[\w-]{27}"\s*$/.exec(tag)?.[1]);
  // What is read here may have changed when it is written: the write compares the version again.
  const article = await current();
  return states.includes(stateOf(article)) ? article.version : NO_VERSION;
}

function currentArticle(em: EntityManager, articleId: number): Promise<ArticleView> {
  return articles.getArticle(em, { articleId, userId: null });
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
