import type { Like } from "../domain/articles/like-repository.ts";
import * as likes from "../domain/articles/likes.ts";
import type { HandlerContext, Operation } from "./handler-context.ts";
import { PAGE_LIMIT, pageBody } from "./steps/list-page.ts";

export const createArticleLike: Operation<"createArticleLike"> = ({ body, principal, db, now }) =>
  like({ db, now }, principal.userId, body.article_id);

export const likeArticle: Operation<"likeArticle"> = ({ path, principal, db, now }) =>
  like({ db, now }, principal.userId, path.article_id);

export const unlikeArticle: Operation<"unlikeArticle"> = async ({ path, principal, db }) => {
  await likes.unlikeArticle(db, { userId: principal.userId, articleId: path.article_id });
  return { status: 204 };
};

export const listArticleLikes: Operation<"listArticleLikes"> = async ({ db, path, query }) => {
  const { limit = PAGE_LIMIT, cursor } = query;
  const page = await likes.listLikes(db, { articleId: path.article_id, limit, cursor });
  return { status: 200, ...pageBody(`/api/articles/${path.article_id}/likes`, limit, page, represent) };
};

export const getArticleLike: Operation<"getArticleLike"> = async ({ db, path }) => {
  const found = await likes.getLike(db, { articleId: path.article_id, likeId: path.like_id });
  return { status: 200, body: represent(found) };
};

export const deleteArticleLike: Operation<"deleteArticleLike"> = async ({ db, path, principal }) => {
  await likes.deleteLike(db, { userId: principal.userId, articleId: path.article_id, likeId: path.like_id });
  return { status: 204 };
};

/** Likes an article as the signed-in user: a `user_id` in the body is not read. */
async function like({ db, now }: Pick<HandlerContext, "db" | "now">, userId: number, articleId: number) {
  const { like: made, created } = await likes.likeArticle(db, { userId, articleId, now });
  const headers = { Location: `/api/articles/${articleId}/likes/${made.id}` };
  return { status: created ? 201 : 200, headers, body: represent(made) } as const;
}

function represent({ id, userId, articleId, createdAt }: Like) {
  return { id, user_id: userId, article_id: articleId, created_at: createdAt.toISOString() };
}
