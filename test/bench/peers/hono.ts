// Hono with @hono/zod-openapi: routes with zod schemas, which check requests and make the OpenAPI document.
import { serve } from "@hono/node-server";
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { announce } from "./announce.ts";
import { articleNotFound, failure, invalidRequest, PROBLEM_JSON, type Problem, unauthorized } from "./problem.ts";
import { openStore, tagOf } from "./store.ts";

type Env = { Variables: { userId: number | null } };

const store = openStore();

function refuse(c: Context, { status, headers, body }: Problem): Response {
  return c.body(JSON.stringify(body), status as 400, { ...headers, "Content-Type": PROBLEM_JSON });
}

const recognise: MiddlewareHandler<Env> = async (c, next) => {
  const token = c.req.header("Authentication-Token");
  c.set("userId", token === undefined ? null : store.checkToken(token));
  await next();
};

const authenticate: MiddlewareHandler<Env> = async (c, next) => {
  const token = c.req.header("Authentication-Token");
  const userId = token === undefined ? null : store.checkToken(token);
  if (userId === null) return refuse(c, unauthorized(token));
  c.set("userId", userId);
  await next();
};

const id = z.int({ error: "must be integer" }).min(1);
const ArticleSchema = z.object({
  id,
  title: z.string(),
  author: z.string(),
  created_at: z.iso.datetime(),
  like_count: z.int().min(0),
  liked_by_me: z.boolean(),
});
const LikeSchema = z.object({ id, user_id: id, article_id: id, created_at: z.iso.datetime() });
const pageOf = <Item extends z.ZodType>(items: Item) =>
  z.object({ items: z.array(items), next_cursor: z.string().nullable() });
const params = z.object({ article_id: z.coerce.number().int().min(1) });
const query = z.strictObject({ limit: z.coerce.number().int().min(1).max(100).default(20) });
const LikeInput = z.strictObject({ article_id: id });
const json = <Schema extends z.ZodType>(schema: Schema, description = "The answer.") => ({
  content: { "application/json": { schema } },
  description,
});
const problem = { description: "A problem." };
const empty = { description: "No content." };

const app = new OpenAPIHono<Env>({
  defaultHook: (result, c) => {
    if (result.success) return undefined;
    const errors = result.error.issues.map(({ path, message }) => ({ pointer: `/${path.join("/")}`, detail: message }));
    return refuse(c, invalidRequest(errors));
  },
});
app.onError((error, c) => refuse(c, failure(500, error.message)));

const getTest = createRoute({
  method: "get",
  path: "/api/test",
  middleware: authenticate,
  responses: { 200: json(z.object({ msg: z.string() })) },
});
app.openapi(getTest, (c) => c.json({ msg: "Hello World" }, 200));

const listArticles = createRoute({
  method: "get",
  path: "/api/articles",
  middleware: recognise,
  request: { query },
  responses: { 200: json(pageOf(ArticleSchema)) },
});
app.openapi(listArticles, (c) => c.json(store.listArticles(c.get("userId"), c.req.valid("query").limit), 200));

const getArticle = createRoute({
  method: "get",
  path: "/api/articles/{article_id}",
  middleware: recognise,
  request: { params },
  responses: { 200: json(ArticleSchema), 304: empty, 404: problem },
});
app.openapi(getArticle, (c) => {
  const article = store.getArticle(c.req.valid("param").article_id, c.get("userId"));
  if (article === undefined) return refuse(c, articleNotFound());
  const content = JSON.stringify(article);
  const tag = tagOf(content);
  if (c.req.header("If-None-Match") === tag) return c.body(null, 304, { ETag: tag });
  return c.body(content, 200, { ETag: tag, "Content-Type": "application/json" });
});

const listLikes = createRoute({
  method: "get",
  path: "/api/articles/{article_id}/likes",
  request: { params, query },
  responses: { 200: json(pageOf(LikeSchema)), 404: problem },
});
app.openapi(listLikes, (c) => {
  const page = store.listLikes(c.req.valid("param").article_id, c.req.valid("query").limit);
  return page === undefined ? refuse(c, articleNotFound()) : c.json(page, 200);
});

const unlike = createRoute({
  method: "delete",
  path: "/api/articles/{article_id}/likes",
  middleware: authenticate,
  request: { params },
  responses: { 204: empty, 404: problem },
});
app.openapi(unlike, (c) =>
  store.unlike(c.get("userId") ?? 0, c.req.valid("param").article_id)
    ? c.body(null, 204)
    : refuse(c, articleNotFound()),
);

const like = createRoute({
  method: "post",
  path: "/api/article_likes",
  middleware: authenticate,
  request: { body: { ...json(LikeInput, "The article."), required: true } },
  responses: { 200: json(LikeSchema), 201: json(LikeSchema), 404: problem },
});
app.openapi(like, (c) => {
  const liked = store.like(c.get("userId") ?? 0, c.req.valid("json").article_id);
  if (liked === undefined) return refuse(c, articleNotFound());
  const { id: likeId, article_id } = liked.like;
  return c.json(liked.like, liked.created ? 201 : 200, { Location: `/api/articles/${article_id}/likes/${likeId}` });
});

serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => announce(port));
