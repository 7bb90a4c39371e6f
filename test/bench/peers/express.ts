// Express 5 with express-openapi-validator on the document of Kudos, narrowed to the operations that are measured.
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import express, { type ErrorRequestHandler, type Request, type Response } from "express";
import { middleware } from "express-openapi-validator";
import { parse } from "yaml";
import { announce } from "./announce.ts";
import { articleNotFound, failure, invalidRequest, PROBLEM_JSON, type Problem, unauthorized } from "./problem.ts";
import { openStore, tagOf } from "./store.ts";

const PATHS = [
  "/api/test",
  "/api/article_likes",
  "/api/articles",
  "/api/articles/{article_id}",
  "/api/articles/{article_id}/likes",
];

const store = openStore();
const app = express();
app.disable("x-powered-by");
// The tags of the articles are made below, from the same bytes as those of the other peers.
app.disable("etag");

function narrowedContract() {
  const contract = parse(readFileSync(new URL("../../../openapi.yaml", import.meta.url), "utf8"));
  contract.paths = Object.fromEntries(PATHS.map((path) => [path, contract.paths[path]]));
  return contract;
}

function tokenOf(request: Request): string | undefined {
  return request.get("Authentication-Token");
}

/** The user of the request's token; null without a valid one. */
function readerOf(request: Request): number | null {
  const token = tokenOf(request);
  return token === undefined ? null : store.checkToken(token);
}

function refuse(response: Response, { status, headers, body }: Problem): void {
  response.status(status).set(headers).type(PROBLEM_JSON).send(JSON.stringify(body));
}

app.use(express.json({ limit: 4096 }));
app.use(
  middleware({
    apiSpec: narrowedContract(),
    validateSecurity: {
      handlers: {
        authenticationToken: (request) => {
          const userId = readerOf(request);
          if (request.res) request.res.locals.userId = userId;
          return userId !== null;
        },
        bearerToken: () => false,
      },
    },
  }),
);

app.get("/api/test", (_request, response) => {
  response.json({ msg: "Hello World" });
});

app.get("/api/articles", (request, response) => {
  response.json(store.listArticles(response.locals.userId ?? null, Number(request.query.limit)));
});

app.get("/api/articles/:article_id", (request, response) => {
  const article = store.getArticle(Number(request.params.article_id), response.locals.userId ?? null);
  if (article === undefined) return refuse(response, articleNotFound());
  const content = JSON.stringify(article);
  const tag = tagOf(content);
  response.set("ETag", tag);
  if (request.get("If-None-Match") === tag) response.status(304).end();
  else response.type("application/json").send(content);
});

app
  .route("/api/articles/:article_id/likes")
  .get((request, response) => {
    const page = store.listLikes(Number(request.params.article_id), Number(request.query.limit));
    if (page === undefined) refuse(response, articleNotFound());
    else response.json(page);
  })
  .delete((request, response) => {
    if (store.unlike(response.locals.userId, Number(request.params.article_id))) response.status(204).end();
    else refuse(response, articleNotFound());
  });

app.post("/api/article_likes", (request, response) => {
  const liked = store.like(response.locals.userId, request.body.article_id);
  if (liked === undefined) return refuse(response, articleNotFound());
  const { like, created } = liked;
  response
    .status(created ? 201 : 200)
    .location(`/api/articles/${like.article_id}/likes/${like.id}`)
    .json(like);
});

const onError: ErrorRequestHandler = (error, request, response, _next) => {
  const { status = 500, message, errors = [] } = error;
  if (status === 401) refuse(response, unauthorized(tokenOf(request)));
  else if (status === 400) {
    refuse(
      response,
      invalidRequest(
        errors.map(({ path, message: detail }: { path: string; message: string }) => ({
          pointer: path.replace(/^\/body/, ""),
          detail,
        })),
      ),
    );
  } else refuse(response, failure(status, message));
};
app.use(onError);

const server = app.listen(0, "127.0.0.1", () => announce((server.address() as AddressInfo).port));
