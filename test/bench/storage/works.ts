import { encodeCursor } from "../../../src/domain/list-page.ts";
import { ARTICLES } from "../fixture.ts";
import { one, step, token, type Work } from "../works.ts";

/** The number of requests of a pipelined unit. */
const AT_ONCE = 16;

/**
 * The ids before which the pages end that have the oldest ten articles, and the oldest five likes of article 1. They are the same in every
 * size: the first users of a fixture like all articles in turn.
 */
const OLDEST = { articles: 11, likes: 5 * ARTICLES + 1 };

const repeated = (status: number, line: string, fields: readonly string[] = []) =>
  Array.from({ length: AT_ONCE }, () => step(status, line, fields));

/** The works that only the comparison of databases has. */
export const STORAGE_WORKS: readonly Work[] = [
  {
    ...one,
    name: "test-hot",
    title: "GET /api/test, the same token",
    steps: ({ tokens }) => [step(200, "GET /api/test", token(tokens[0]))],
  },
  {
    ...one,
    name: "articles-late",
    title: "last page of 10 articles, by token",
    steps: ({ tokens }, { connection }) => {
      const cursor = encodeCursor("articles", OLDEST.articles);
      return [step(200, `GET /api/articles?limit=10&cursor=${cursor}`, token(tokens[connection]))];
    },
  },
  {
    ...one,
    name: "likes-first",
    title: "first page of 5 likes",
    steps: () => [step(200, "GET /api/articles/1/likes?limit=5")],
  },
  {
    ...one,
    name: "likes-late",
    title: "last page of 5 likes",
    steps: () => [step(200, `GET /api/articles/1/likes?limit=5&cursor=${encodeCursor("likes:1", OLDEST.likes)}`)],
  },
  {
    ...one,
    unit: AT_ONCE,
    pipelined: true,
    name: "test-pipelined",
    title: "GET /api/test, the same token",
    steps: ({ tokens }) => repeated(200, "GET /api/test", token(tokens[0])),
  },
  {
    ...one,
    unit: AT_ONCE,
    pipelined: true,
    name: "articles-pipelined",
    title: "page of 100 articles, by token",
    steps: ({ tokens }, { connection }) => repeated(200, "GET /api/articles?limit=100", token(tokens[connection])),
  },
];
