import { type ArticleView, getArticle as findArticle, listArticles as findArticles } from "../domain/articles.ts";
import { entityTag } from "../web/entity-tag.ts";
import { pageBody } from "./page.ts";
import type { Operation } from "./scope.ts";

export const listArticles: Operation<"listArticles"> = async ({ em, query, principal }) => {
  const { limit = 20, cursor } = query;
  const page = await findArticles(em, { limit, cursor, userId: principal?.userId ?? null });
  return { status: 200, ...pageBody("/api/articles", limit, page, represent) };
};

export const getArticle: Operation<"getArticle"> = async ({ em, path, principal }) => {
  const article = await findArticle(em, { articleId: path.article_id, userId: principal?.userId ?? null });
  const body = represent(article);
  // `private`: what is liked is one reader's matter. `no-cache`: may be kept, must be asked about.
  return {
    status: 200,
    headers: { ETag: entityTag(JSON.stringify(body)), "Cache-Control": "private, no-cache" },
    body,
  };
};

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
