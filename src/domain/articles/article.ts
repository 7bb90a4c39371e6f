import { defineEntity, p } from "@mikro-orm/core";

const ArticleSchema = defineEntity({
  name: "Article",
  tableName: "article",
  properties: {
    id: p.integer().primary().autoincrement(),
    title: p.string().length(200),
    author: p.string().length(100),
    createdAt: p.datetime().length(3),
    likeCount: p.integer().default(0),
    version: p.integer().default(1),
  },
  checks: [{ name: "article_like_count_check", expression: "like_count >= 0" }],
});

/**
 * An article. `likeCount` is written by the transaction that writes the like, so that no read has to count; `version`
 * rises with every change of the title or the author, and with no other change.
 */
export class Article extends ArticleSchema.class {}
ArticleSchema.setClass(Article);
