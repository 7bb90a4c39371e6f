import { ARTICLES, type Fixture } from "./fixture.ts";
import type { SharedDatabase } from "./servers.ts";

/** A request as bytes, and the status that it has to be answered with. */
export interface Step {
  readonly request: string;
  readonly status: number;
}

/** A kind of request that is measured. */
export interface Work {
  readonly name: string;
  readonly title: string;
  readonly connections: number;
  /** The number of steps that belong together: a connection stops only after a whole unit. */
  readonly unit: number;
  /** Whether the steps of a unit are sent at once: it is cheaper to send, and its answers have the same length each time. */
  readonly pipelined?: boolean;
  /** The steps of one connection, which repeats them. */
  readonly steps: (tokens: Tokens, at: Place) => Step[];
}

export type Tokens = Omit<Fixture, keyof SharedDatabase>;

/** One of several connections, and the server's own tag of the article that makes the 304. */
export interface Place {
  readonly connection: number;
  readonly connections: number;
  readonly entityTag: string;
}

/** The article whose tag makes the 304. */
export const TAGGED = "/api/articles/50";

export function step(status: number, line: string, fields: readonly string[] = [], content = ""): Step {
  const length = content === "" ? [] : ["Content-Type: application/json", `Content-Length: ${content.length}`];
  const head = [`${line} HTTP/1.1`, "Host: 127.0.0.1", "Accept: application/json", ...fields, ...length];
  return { request: `${head.join("\r\n")}\r\n\r\n${content}`, status };
}

/** The header field that carries a token. */
export function token(text = ""): string[] {
  return [`Authentication-Token: ${text}`];
}

/** A like and its end for each article, as another user and starting at another article on each connection. */
const likeAndUnlike: Work["steps"] = ({ tokens }, { connection }) =>
  Array.from({ length: ARTICLES }, (_, index) => ((index + connection * 3) % ARTICLES) + 1).flatMap((article) => [
    step(201, "POST /api/article_likes", token(tokens[connection]), `{"article_id":${article}}`),
    step(204, `DELETE /api/articles/${article}/likes`, token(tokens[connection])),
  ]);

export const one = { connections: 16, unit: 1 };

export const WORKS: readonly Work[] = [
  {
    ...one,
    name: "test",
    title: "GET /api/test by token",
    // All tokens, each on one of the connections.
    steps: ({ tokens }, { connection, connections }) =>
      tokens
        .filter((_, index) => index % connections === connection)
        .map((own) => step(200, "GET /api/test", token(own))),
  },
  {
    ...one,
    name: "likes",
    title: "page of 10 likes",
    steps: () => [step(200, "GET /api/articles/1/likes?limit=10")],
  },
  {
    ...one,
    name: "articles",
    title: "list of 10 articles, by token",
    steps: ({ tokens }, { connection }) => [step(200, "GET /api/articles?limit=10", token(tokens[connection]))],
  },
  { ...one, name: "article", title: "one article with ETag", steps: () => [step(200, `GET ${TAGGED}`)] },
  {
    ...one,
    name: "not-modified",
    title: "304 for its ETag",
    steps: (_tokens, { entityTag }) => [step(304, `GET ${TAGGED}`, [`If-None-Match: ${entityTag}`])],
  },
  { name: "like-16", title: "like and unlike", connections: 16, unit: 2, steps: likeAndUnlike },
  { name: "like-32", title: "like and unlike", connections: 32, unit: 2, steps: likeAndUnlike },
  { ...one, name: "no-token", title: "401, no token", steps: () => [step(401, "GET /api/test")] },
  {
    ...one,
    name: "bad-token",
    title: "401, wrong secret",
    steps: ({ badToken }) => [step(401, "GET /api/test", token(badToken))],
  },
  {
    ...one,
    name: "expired-token",
    title: "401, expired token",
    steps: ({ expiredToken }) => [step(401, "GET /api/test", token(expiredToken))],
  },
  {
    ...one,
    name: "bad-body",
    title: "400, bad body",
    steps: ({ tokens }, { connection }) => [
      step(400, "POST /api/article_likes", token(tokens[connection]), '{"article_id":"one"}'),
    ],
  },
];

/** The groups of paths of a generated contract. */
export const GROUPS = [..."abcdefghij"];

/** The work of a generated contract: an operation of each group. */
export const GENERATED: Work = {
  ...one,
  name: "generated",
  title: "GET of a generated contract",
  steps: () => GROUPS.map((group) => step(200, `GET /${group}/things/7?limit=10`)),
};
