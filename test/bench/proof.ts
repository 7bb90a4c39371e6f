import { inspect, isDeepStrictEqual } from "node:util";
import { type Answer, ask } from "./ask.ts";
import type { Fixture } from "./fixture.ts";
import type { RunningServer } from "./servers.ts";
import { type Step, step, TAGGED, token, WORKS, type Work } from "./works.ts";

/** An answer without what differs from one server or moment to another. */
interface ComparedAnswer {
  readonly status: number;
  readonly mediaType: string;
  readonly body: unknown;
}

/** The server's entity tag of the article that makes the 304. */
export async function entityTagOf({ url }: RunningServer): Promise<string> {
  const response = await fetch(new URL(TAGGED, url));
  await response.arrayBuffer();
  return response.headers.get("ETag") ?? "";
}

/** What only the proof asks: a like that is there already, an unknown article, a token without a row or without an active user. */
const MORE: Pick<Work, "name" | "steps"> = {
  name: "likes, ids and tokens out of the ordinary",
  steps: ({ tokens, revokedToken, inactiveToken }) => [
    step(201, "POST /api/article_likes", token(tokens[1]), '{"article_id":9}'),
    step(200, "POST /api/article_likes", token(tokens[1]), '{"article_id":9}'),
    step(200, "GET /api/articles?limit=100", token(tokens[1])),
    step(200, "GET /api/articles/9", token(tokens[1])),
    step(204, "DELETE /api/articles/9/likes", token(tokens[1])),
    step(204, "DELETE /api/articles/9/likes", token(tokens[1])),
    step(404, "POST /api/article_likes", token(tokens[1]), '{"article_id":123456}'),
    step(404, "DELETE /api/articles/123456/likes", token(tokens[1])),
    step(404, "GET /api/articles/123456"),
    step(404, "GET /api/articles/123456/likes"),
    step(401, "GET /api/test", token(revokedToken)),
    step(401, "GET /api/test", token(inactiveToken)),
    step(401, "POST /api/article_likes", token(inactiveToken), '{"article_id":9}'),
    step(401, "DELETE /api/articles/9/likes", token(revokedToken)),
    step(200, "GET /api/articles?limit=1", token(revokedToken)),
  ],
};

/**
 * Proves that all servers answer alike: the status, the media type and the JSON of each answer.
 *
 * @returns the number of answers of each server
 * @throws {Error} with the work, the server, and both answers
 */
export async function proveAlike(servers: readonly RunningServer[], fixture: Fixture): Promise<number> {
  let proven = 0;
  for (const { name, steps } of [...WORKS, MORE]) {
    let expected: ComparedAnswer[] | undefined;
    for (const server of servers) {
      const all = steps(fixture, { connection: 1, connections: 16, entityTag: await entityTagOf(server) });
      const answers: ComparedAnswer[] = [];
      for (const due of all) answers.push(compared(await perform(server, due)));
      expected ??= answers;
      for (const [index, { request, status }] of all.entries()) {
        const [answer, other] = [answers[index], expected[index]];
        if (isDeepStrictEqual(answer, other) && answer?.status === status) continue;
        const both = `${status} was due.\n${server.kind.name}: ${inspect(answer)}\n${servers[0]?.kind.name}: ${inspect(other)}`;
        throw new Error(`${name}: the answers differ.\n${request}${both}`);
      }
    }
    proven += expected?.length ?? 0;
  }
  return proven;
}

async function perform({ url }: RunningServer, step: Step): Promise<Answer> {
  const [head = "", content] = step.request.split("\r\n\r\n");
  const [line = "", ...fields] = head.split("\r\n");
  const [method = "", path = ""] = line.split(" ");
  return ask(url, path, { method, headers: Object.fromEntries(fields.map((field) => field.split(": ", 2))), content });
}

function compared({ status, headers, content }: Answer): ComparedAnswer {
  const mediaType = (headers["content-type"] ?? "").replace(/; *charset=utf-8$/i, "");
  return { status, mediaType, body: content === "" ? null : JSON.parse(content, comparable) };
}

/** Puts the form in place of a value that is new with each answer: the id of a request, and a moment of this year. */
function comparable(name: string, value: unknown): unknown {
  if (name === "instance" && typeof value === "string" && /^urn:uuid:[\da-f-]{36}$/.test(value)) return "urn:uuid:";
  if (name === "created_at" && typeof value === "string" && Date.now() - Date.parse(value) < 60_000) return "now";
  return value;
}
