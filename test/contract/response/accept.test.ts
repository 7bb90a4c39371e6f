import test from "ava";
import type { Context } from "koa";
import { preferredMediaType } from "../../../src/contract/response/accept.ts";

const BOTH = ["application/json", "text/html"];

function preferred(accept: string | undefined, mediaTypes = BOTH): string | undefined {
  return preferredMediaType({ req: { headers: { accept } } } as unknown as Context, mediaTypes);
}

for (const [accept, expected] of [
  [undefined, "application/json"],
  ["", "application/json"],
  ["*/*", "application/json"],
  ["application/json", "application/json"],
  ["application/json; charset=utf-8", "application/json"],
  ["application/json;charset=UTF-8", "application/json"],
  ['text/html ; charset="utf-8"', "text/html"],
  ["TEXT/HTML;CHARSET=utf-8", "text/html"],
  ["text/html; charset=iso-8859-1", "text/html"],
  ["application/json; version=2; q=0.5, text/html; charset=utf-8; q=0.9", "text/html"],
  ["text/html;level=1;q=0.3, application/json;q=0.4", "application/json"],
  ["text/*; charset=utf-8", "text/html"],
  ["*/*; charset=utf-8; q=0.1", "application/json"],
  ['application/json; profile="a,b;q=0\\"", image/png', "application/json"],
  ["application/json;indent=2;q=0, text/*", "text/html"],
  ["application/json;indent=2;q=0, application/json", "application/json"],
  ["application/json; charset=utf-8; q=0, text/html;q=0.1", "text/html"],
  ["application/json; charset=utf-8; q=0.000", undefined],
  ["image/png; charset=utf-8", undefined],
  ['"application/json', undefined],
  [";;,;", undefined],
] as const) {
  test(`Accept ${accept} is answered by ${expected}`, (t) => {
    t.is(preferred(accept), expected);
  });
}

test("an Accept field as long as a request may be costs next to nothing", (t) => {
  const start = performance.now();
  for (const text of ['"\\"', '";', "a/b;q", ",;", 'a/b;c="', "\\", "q=0"]) {
    preferred(`a/b;${text.repeat(16_000 / text.length)}`);
  }
  t.true(performance.now() - start < 1_000);
});
