import { defineEntity, p } from "@mikro-orm/core";
import { User } from "../users/user.ts";
import { Article } from "./article.ts";

const ArticleLikeSchema = defineEntity({
  name: "ArticleLike",
  tableName: "article_like",
  properties: {
    id: p.integer().primary().autoincrement(),
    user: () => p.manyToOne(User).deleteRule("cascade").foreignKeyName("article_like_user_id_foreign").index(false),
    article: () =>
      p.manyToOne(Article).deleteRule("cascade").foreignKeyName("article_like_article_id_foreign").index(false),
    createdAt: p.datetime().length(3),
  },
  uniques: [{ name: "article_like_user_id_article_id_unique", properties: ["user", "article"] }],
  indexes: [{ name: "article_like_article_id_id_index", properties: ["article", "id"] }],
});

/** One user's like of one article. The unique constraint alone keeps a user from liking an article twice. */
export class ArticleLike extends ArticleLikeSchema.class {}
ArticleLikeSchema.setClass(ArticleLike);
