import fc from "fast-check";
import type { Operation } from "../../contract/document/operation.ts";
import type { Call, Content } from "../http/call.ts";
import { bytesOf, isJson } from "../http/content.ts";
import { isDeclaredType } from "../parameters.ts";
import type { Run } from "../run.ts";
import { seek } from "../seek.ts";
import { bind, provide } from "../state/provide.ts";
import { accepted } from "./violations.ts";

const MALFORMED: readonly (readonly [string, Buffer])[] = [
  ["cut short", Buffer.from('{"a":')],
  ["with a comma too many", Buffer.from('{"a":1,}')],
  ["of another language", Buffer.from("a: 1\n")],
  ["not in UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
];

/** Content that is malformed, of another media type, too long or not there gets a refusal that is declared. */
export async function checkContent(run: Run, operation: Operation): Promise<void> {
  const calls = run.calls.of(operation, "lean");
  const { requestContent } = operation;
  if (calls === undefined || requestContent === undefined) return;
  const look = (id: string, what: string, change: (call: Call) => Content | undefined) =>
    seek(run, operation, `content ${id}`, calls, 1, async (call) => {
      const bound = bind(call, (await provide(run, operation)) ?? {});
      const seen = await run.send({ ...bound, content: change(bound) });
      return [...seen.breaches, ...accepted(run, seen, what)];
    });
  const json = [...requestContent.mediaTypes.keys()].find(isJson);
  if (json !== undefined) {
    for (const [how, bytes] of MALFORMED) await look(`JSON ${how}`, `JSON ${how}`, () => ({ mediaType: json, bytes }));
  }
  for (const mediaType of ["text/plain", "application/x-not-declared"]) {
    if (isDeclaredType(operation, mediaType)) continue;
    await look(`as ${mediaType}`, `content as ${mediaType}, which is not declared`, ({ content }) => ({
      mediaType,
      bytes: content === undefined ? Buffer.from("x") : bytesOf(content.mediaType, content.value),
    }));
  }
  if (requestContent.required) await look("required", "a request without content", () => undefined);
  const { maxBytes } = requestContent;
  if (maxBytes > 0 && json !== undefined) {
    await look("x-max-bytes", `content longer than ${maxBytes} bytes`, ({ content }) => {
      const bytes = bytesOf(json, content?.value ?? {});
      return {
        mediaType: json,
        bytes: Buffer.concat([bytes, Buffer.alloc(Math.max(0, maxBytes + 1 - bytes.length), " ")]),
      };
    });
  }
}

/** The accepted media types of an answer are the client's to choose: whatever it asks for, the answer is declared. */
export async function checkAccept(run: Run, operation: Operation): Promise<void> {
  const calls = run.calls.of(operation, "lean");
  if (calls === undefined) return;
  const types = fc.constantFrom("application/x-not-declared", "*/*;q=0.1", "application/json;q=0");
  await seek(run, operation, "accept", fc.record({ call: calls, type: types }), 3, async ({ call, type }) => {
    const bound = bind(call, (await provide(run, operation)) ?? {});
    const { breaches } = await run.send({ ...bound, headers: [["Accept", type]] });
    return breaches;
  });
}
