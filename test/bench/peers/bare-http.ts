// The floor: the same work by hand on bare node:http, with the checks that this work needs and no others.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { announce } from "./announce.ts";
import { articleNotFound, failure, invalidRequest, PROBLEM_JSON, type Problem, unauthorized } from "./problem.ts";
import { openStore, tagOf } from "./store.ts";

const MOST_BYTES = 4096;
const store = openStore();

type Headers = Readonly<Record<string, string>>;

function send(response: ServerResponse, status: number, body: object | string, headers?: Headers): ServerResponse {
  const content = typeof body === "string" ? body : JSON.stringify(body);
  response.writeHead(status, {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(content),
    ...headers,
  });
  return response.end(content);
}

function refuse(response: ServerResponse, { status, headers, body }: Problem): ServerResponse {
  return send(response, status, body, { ...headers, "Content-Type": PROBLEM_JSON });
}

function tokenOf(request: IncomingMessage): string | undefined {
  return request.headers["authentication-token"] as string | undefined;
}

/** The user of the request's token; null without a valid one. */
function readerOf(request: IncomingMessage): number | null {
  const token = tokenOf(request);
  return token === undefined ? null : store.checkToken(token);
}

function limitOf(query: string): number | null {
  const given = query === "" ? null : new URLSearchParams(query).get("limit");
  const limit = Number(given ?? 20);
  return Number.isInteger(limit) && limit >= 1 && limit <= 100 ? limit : null;
}

const BAD_LIMIT = [{ parameter: "limit", detail: "must be an integer from 1 to 100" }];

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new Error("The content is too large.");
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString());
}

async function createLike(request: IncomingMessage, response: ServerResponse): Promise<ServerResponse> {
  const userId = readerOf(request);
  if (userId === null) return refuse(response, unauthorized(tokenOf(request)));
  const body = (await readJson(request)) as { article_id?: unknown } | null;
  const articleId = body?.article_id;
  if (!Number.isSafeInteger(articleId) || Number(articleId) < 1) {
    return refuse(response, invalidRequest([{ pointer: "/article_id", detail: "must be integer" }]));
  }
  const liked = store.like(userId, Number(articleId));
  if (liked === undefined) return refuse(response, articleNotFound());
  const { like, created } = liked;
  return send(response, created ? 201 : 200, like, { Location: `/api/articles/${articleId}/likes/${like.id}` });
}

function listArticles(request: IncomingMessage, response: ServerResponse, query: string): ServerResponse {
  const limit = limitOf(query);
  if (limit === null) return refuse(response, invalidRequest(BAD_LIMIT));
  return send(response, 200, store.listArticles(readerOf(request), limit));
}

function getArticle(request: IncomingMessage, response: ServerResponse, articleId: number): ServerResponse {
  const article = store.getArticle(articleId, readerOf(request));
  if (article === undefined) return refuse(response, articleNotFound());
  const content = JSON.stringify(article);
  const tag = tagOf(content);
  if (request.headers["if-none-match"] === tag) return response.writeHead(304, { ETag: tag }).end();
  return send(response, 200, content, { ETag: tag });
}

function likesOf(request: IncomingMessage, response: ServerResponse, articleId: number, query: string): ServerResponse {
  if (request.method === "GET") {
    const limit = limitOf(query);
    if (limit === null) return refuse(response, invalidRequest(BAD_LIMIT));
    const page = store.listLikes(articleId, limit);
    return page ? send(response, 200, page) : refuse(response, articleNotFound());
  }
  if (request.method !== "DELETE") return refuse(response, failure(405, "Method Not Allowed"));
  const userId = readerOf(request);
  if (userId === null) return refuse(response, unauthorized(tokenOf(request)));
  if (store.unlike(userId, articleId)) return response.writeHead(204).end();
  return refuse(response, articleNotFound());
}

function answer(request: IncomingMessage, response: ServerResponse): ServerResponse | Promise<ServerResponse> {
  const [path = "", query = ""] = (request.url ?? "").split("?", 2);
  const route = `${request.method} ${path}`;
  if (route === "GET /api/test") {
    if (readerOf(request) === null) return refuse(response, unauthorized(tokenOf(request)));
    return send(response, 200, '{"msg":"Hello World"}');
  }
  if (route === "GET /api/articles") return listArticles(request, response, query);
  if (route === "POST /api/article_likes") return createLike(request, response);
  const [, id = "", likes] = /^\/api\/articles\/([1-9]\d{0,14})(\/likes)?$/.exec(path) ?? [];
  if (id === "") return refuse(response, failure(404, "Not Found"));
  if (likes !== undefined) return likesOf(request, response, Number(id), query);
  if (request.method === "GET") return getArticle(request, response, Number(id));
  return refuse(response, failure(405, "Method Not Allowed"));
}

const server = createServer(async (request, response) => {
  try {
    await answer(request, response);
  } catch {
    refuse(response, failure(400, "Bad Request"));
  }
});
server.listen(0, "127.0.0.1", () => announce((server.address() as AddressInfo).port));
