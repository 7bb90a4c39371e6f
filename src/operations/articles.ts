import type { EntityManager } from "@mikro-orm/core";
import * as articles from "../domain/articles.ts";
import { entityTag } from "../web/entity-tag.ts";
import { pageBody } from "./page.ts";
import type { Operation } from "./scope.ts";

export const listArticles: Operation<"listArticles"> = async ({ em, query, principal }) => {
  const { limit = 20, cursor } = query;
  const page = await articles.listArticles(em, { limit, cursor, userId: principal?.userId ?? null });
  return { status: 200, ...pageBody("/api/articles", limit, page, represent) };
};

export const getArticle: Operation<"getArticle"> = async ({ em, path, principal }) => {
  const article = await articles.getArticle(em, { articleId: path.article_id, userId: principal?.userId ?? null });
  // `private`: what is liked is one reader's matter. `no-cache`: may be kept, must be asked about.
  return {
    status: 200,
    headers: { ETag: tagOf(article), "Cache-Control": "private, no-cache" },
    body: represent(article),
  };
};

export const createArticle: Operation<"createArticle"> = async ({ em, body, principal, now }) => {
  const article = await articles.createArticle(em, { ...body, userId: principal.userId, now });
  const headers = { Location: `/api/articles/${article.id}`, ETag: tagOf(article) };
  return { status: 201, headers, body: represent(article) };
};

export const updateArticle: Operation<"updateArticle"> = async ({ em, path, header, body, principal }) => {
  const version = await versionIn(header["if-match"], () => currentVersion(em, path.article_id));
  const change = { articleId: path.article_id, version, userId: principal.userId };
  const article = await articles.updateArticle(em, { ...change, ...body });
  return { status: 200, headers: { ETag: tagOf(article) }, body: represent(article) };
};

export const deleteArticle: Operation<"deleteArticle"> = async ({ em, path, header }) => {
  const version = await versionIn(header["if-match"], () => currentVersion(em, path.article_id));
  await articles.deleteArticle(em, { articleId: path.article_id, version });
  return { status: 204 };
};

/** No article has this version. */
const NO_VERSION = 0;

/**
 * The entity tag of an article as one reader sees it: strong, since it holds a hash of the representation. The version
 * before it is all that `If-Match` is held against: a like between reading and writing must not make an author's edit fail.
 */
function tagOf(article: articles.ArticleView): string {
  const [, hash] = entityTag(JSON.stringify(represent(article))).split('"');
  return `"${article.version}.${hash}"`;
}

/**
 * The version that `If-Match` asks for (RFC 9110 §13.1.1): null for `*`; of a list of several the current one, if it is among
 * them. A tag that is weak, or not ours, asks for one that no article has.
 */
async function versionIn(ifMatch: string, current: () => Promise<number>): Promise<number | null> {
  if (ifMatch.trim() === "*") return null;
  const versions = ifMatch
    .split(",")
    .map((tag) => Number(/^\s*"([1-9]\d{0,14})\.[\w-]+"\s*$/.exec(tag)?.[1] ?? NO_VERSION));
  const [version = NO_VERSION, ...others] = new Set(versions);
  if (others.length === 0) return version;
  // What is read here may have changed when it is written: the write compares again.
  const now = await current();
  return versions.includes(now) ? now : NO_VERSION;
}

async function currentVersion(em: EntityManager, articleId: number): Promise<number> {
  return (await articles.getArticle(em, { articleId, userId: null })).version;
}

function represent({ id, title, author, createdAt, likeCount, likedByMe }: articles.ArticleView) {
  return {
    id,
    title,
    author,
    created_at: createdAt.toISOString(),
    like_count: likeCount,
    liked_by_me: likedByMe,
  };
}
