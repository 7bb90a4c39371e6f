import { deepStrictEqual } from "node:assert/strict";
import { request } from "node:http";
import type { Fixture } from "./fixture.ts";
import type { RunningServer } from "./servers.ts";
import { type Step, TAGGED, WORKS } from "./works.ts";

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

/**
 * Proves that all servers answer alike: the status, the media type and the JSON of the answer to each step of each work,
 * and that an unknown article is not found.
 *
 * @throws {Error} with the work, the server and the difference
 */
export async function proveAlike(servers: readonly RunningServer[], fixture: Fixture): Promise<number> {
  let proven = 0;
  for (const { name, unit, steps } of WORKS) {
    let expected: ComparedAnswer[] | undefined;
    for (const server of servers) {
      const all = steps(fixture, 1, await entityTagOf(server)).slice(0, unit);
      const answers: ComparedAnswer[] = [];
      for (const step of all) answers.push(await ask(server, step));
      expected ??= answers;
      deepStrictEqual(answers, expected, `${server.kind.name} answers ${name} otherwise than ${servers[0]?.kind.name}`);
      deepStrictEqual(
        answers.map(({ status }) => status),
        all.map(({ status }) => status),
      );
    }
    proven += unit;
  }
  return proven;
}

function ask({ url }: RunningServer, step: Step): Promise<ComparedAnswer> {
  const [head = "", content] = step.request.split("\r\n\r\n");
  const [line = "", ...fields] = head.split("\r\n");
  const [method = "", path = ""] = line.split(" ");
  const headers = Object.fromEntries(fields.map((field) => field.split(": ", 2)));
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, url), { method, headers }, async (response) => {
      const text = (await response.toArray()).join("");
      resolve({
        status: response.statusCode ?? 0,
        mediaType: (response.headers["content-type"] ?? "").replace(/; *charset=utf-8$/i, ""),
        body: text === "" ? null : JSON.parse(text, comparable),
      });
    });
    sent.on("error", reject);
    sent.end(content);
  });
}

/** Puts the form in place of a value that is new with each answer: the id of a request, and a moment of this year. */
function comparable(name: string, value: unknown): unknown {
  if (name === "instance" && typeof value === "string" && /^urn:uuid:[\da-f-]{36}$/.test(value)) return "urn:uuid:";
  if (name === "created_at" && typeof value === "string" && Date.now() - Date.parse(value) < 60_000) return "now";
  return value;
}
