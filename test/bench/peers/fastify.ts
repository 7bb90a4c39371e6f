// Fastify 5 as its guide shows it: JSON schemas for requests, which Ajv checks, and for answers, which it writes.
import Fastify, { type FastifyReply, type FastifyRequest } from "fastify";
import { announce } from "./announce.ts";
import { articleNotFound, failure, invalidRequest, PROBLEM_JSON, type Problem, unauthorized } from "./problem.ts";
import { openStore, tagOf } from "./store.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** The user of the token; null without a valid one. */
    userId: number | null;
  }
}

const id = { type: "integer", minimum: 1, maximum: Number.MAX_SAFE_INTEGER } as const;
const text = { type: "string" } as const;
const cursor = { type: ["string", "null"] } as const;
const article = {
  type: "object",
  required: ["id", "title", "author", "created_at", "like_count", "liked_by_me"],
  properties: {
    id,
    title: text,
    author: text,
    created_at: text,
    like_count: { type: "integer" },
    liked_by_me: { type: "boolean" },
  },
} as const;
const like = {
  type: "object",
  required: ["id", "user_id", "article_id", "created_at"],
  properties: { id, user_id: id, article_id: id, created_at: text },
} as const;
const pageOf = (items: object) => ({
  type: "object",
  required: ["items", "next_cursor"],
  properties: { items: { type: "array", items }, next_cursor: cursor },
});
const params = { type: "object", required: ["article_id"], properties: { article_id: id } } as const;
const querystring = {
  type: "object",
  additionalProperties: false,
  properties: { limit: { type: "integer", minimum: 1, maximum: 100, default: 20 } },
} as const;
const body = {
  type: "object",
  required: ["article_id"],
  additionalProperties: false,
  properties: { article_id: id },
} as const;
const greeting = { type: "object", required: ["msg"], properties: { msg: text } } as const;

interface ArticleRoute {
  Params: { article_id: number };
  Querystring: { limit: number };
}

const store = openStore();
const app = Fastify({ bodyLimit: 4096 });
app.decorateRequest("userId", null);

function refuse(reply: FastifyReply, problem: Problem) {
  return reply.code(problem.status).headers(problem.headers).type(PROBLEM_JSON).send(problem.body);
}

function tokenOf(request: FastifyRequest): string | undefined {
  return request.headers["authentication-token"] as string | undefined;
}

async function recognise(request: FastifyRequest): Promise<void> {
  const token = tokenOf(request);
  request.userId = token === undefined ? null : store.checkToken(token);
}

async function authenticate(request: FastifyRequest, reply: FastifyReply) {
  await recognise(request);
  if (request.userId === null) return refuse(reply, unauthorized(tokenOf(request)));
}

app.setErrorHandler<Error & { validation?: { instancePath: string; message?: string }[]; statusCode?: number }>(
  (error, _request, reply) => {
    if (error.validation === undefined) return refuse(reply, failure(error.statusCode ?? 500, error.message));
    const errors = error.validation.map(({ instancePath, message }) => ({ pointer: instancePath, detail: message }));
    return refuse(reply, invalidRequest(errors));
  },
);

app.get("/api/test", { onRequest: authenticate, schema: { response: { 200: greeting } } }, async () => ({
  msg: "Hello World",
}));

app.get<ArticleRoute>(
  "/api/articles",
  { onRequest: recognise, schema: { querystring, response: { 200: pageOf(article) } } },
  async ({ userId, query }) => store.listArticles(userId, query.limit),
);

app.get<ArticleRoute>(
  "/api/articles/:article_id",
  { onRequest: recognise, schema: { params, response: { 200: article } } },
  async (request, reply) => {
    const found = store.getArticle(request.params.article_id, request.userId);
    if (found === undefined) return refuse(reply, articleNotFound());
    const content = JSON.stringify(found);
    const tag = tagOf(content);
    reply.header("ETag", tag);
    if (request.headers["if-none-match"] === tag) return reply.code(304).send();
    return reply
      .type("application/json")
      .serializer((written: string) => written)
      .send(content);
  },
);

app.get<ArticleRoute>(
  "/api/articles/:article_id/likes",
  { schema: { params, querystring, response: { 200: pageOf(like) } } },
  async (request, reply) =>
    store.listLikes(request.params.article_id, request.query.limit) ?? refuse(reply, articleNotFound()),
);

app.delete<ArticleRoute>(
  "/api/articles/:article_id/likes",
  { onRequest: authenticate, schema: { params } },
  async ({ userId, params: { article_id } }, reply) =>
    store.unlike(userId ?? 0, article_id) ? reply.code(204).send() : refuse(reply, articleNotFound()),
);

app.post<{ Body: { article_id: number } }>(
  "/api/article_likes",
  { onRequest: authenticate, schema: { body, response: { "2xx": like } } },
  async (request, reply) => {
    const liked = store.like(request.userId ?? 0, request.body.article_id);
    if (liked === undefined) return refuse(reply, articleNotFound());
    const { id: likeId, article_id } = liked.like;
    return reply
      .code(liked.created ? 201 : 200)
      .header("Location", `/api/articles/${article_id}/likes/${likeId}`)
      .send(liked.like);
  },
);

announce(Number(new URL(await app.listen({ port: 0, host: "127.0.0.1" })).port));
