import test from "ava";
import { bytesOf, contentTypeOf, covers } from "../../src/conform/http/content.ts";
import { fieldText, pathText, queryPairs } from "../../src/conform/http/parameter-style.ts";
import type { Parameter } from "../../src/contract/document/operation.ts";

const LIST = ["blue", "black", "brown"];
const OBJECT = { R: 100, G: 200 };

function parameter(where: string, node: object): Parameter {
  return { name: "color", in: where, node, pointer: "" } as unknown as Parameter;
}

// The table of OpenAPI 3.1, §4.8.12.6.
for (const [style, explode, text, list, object] of [
  ["simple", false, "blue", "blue,black,brown", "R,100,G,200"],
  ["simple", true, "blue", "blue,black,brown", "R=100,G=200"],
  ["label", false, ".blue", ".blue,black,brown", ".R,100,G,200"],
  ["label", true, ".blue", ".blue.black.brown", ".R=100.G=200"],
  ["matrix", false, ";color=blue", ";color=blue,black,brown", ";color=R,100,G,200"],
  ["matrix", true, ";color=blue", ";color=blue;color=black;color=brown", ";R=100;G=200"],
] as const) {
  test(`conform: a parameter of the path is written in the style ${style}${explode ? ", exploded" : ""}`, (t) => {
    const written = (value: unknown) => pathText(parameter("path", { style, explode }), value);
    t.deepEqual([written("blue"), written(LIST), written(OBJECT)], [text, list, object]);
  });
}

for (const [style, explode, list, object] of [
  ["form", true, ["color=blue", "color=black", "color=brown"], ["R=100", "G=200"]],
  ["form", false, ["color=blue,black,brown"], ["color=R,100,G,200"]],
  ["spaceDelimited", false, ["color=blue%20black%20brown"], ["color=R%20100%20G%20200"]],
  ["pipeDelimited", false, ["color=blue%7Cblack%7Cbrown"], ["color=R%7C100%7CG%7C200"]],
  ["deepObject", true, ["color=blue", "color=black", "color=brown"], ["color[R]=100", "color[G]=200"]],
] as const) {
  test(`conform: a parameter of the query is written in the style ${style}${explode ? ", exploded" : ""}`, (t) => {
    const written = (value: unknown) => queryPairs(parameter("query", { style, explode }), value);
    t.deepEqual(written("a b&c"), ["color=a%20b%26c"]);
    t.deepEqual(written(LIST), [...list]);
    t.deepEqual(written(OBJECT), [...object]);
  });
}

test("conform: a parameter without a style has that of its place", (t) => {
  t.is(pathText(parameter("path", {}), LIST), "blue,black,brown");
  t.deepEqual(queryPairs(parameter("query", {}), LIST), ["color=blue", "color=black", "color=brown"]);
  t.is(fieldText(parameter("header", {}), OBJECT), "R,100,G,200");
  t.is(fieldText(parameter("header", { explode: true }), OBJECT), "R=100,G=200");
  t.is(fieldText(parameter("header", {}), "a b"), "a b");
  t.is(fieldText(parameter("cookie", { explode: false }), ["a b", "c"]), "a%20b,c");
});

test("conform: a parameter with content is written in its media type", (t) => {
  const json = { content: { "application/json": {} } };
  t.is(pathText(parameter("path", json), OBJECT), encodeURIComponent('{"R":100,"G":200}'));
  t.deepEqual(queryPairs(parameter("query", json), OBJECT), [`color=${encodeURIComponent('{"R":100,"G":200}')}`]);
  t.is(fieldText(parameter("header", json), OBJECT), '{"R":100,"G":200}');
});

test("conform: content is written in its media type, a range as a type of it", (t) => {
  const written = (mediaType: string, value: unknown) => bytesOf(mediaType, value).toString();
  t.is(written("application/problem+json", { a: 1 }), '{"a":1}');
  t.is(written("application/json", undefined), "");
  t.is(written("*/*", [1]), "[1]");
  t.is(
    written("application/x-www-form-urlencoded", { a: ["1", "2"], b: "x y", c: { d: 1 } }),
    "a=1&a=2&b=x+y&c=%7B%22d%22%3A1%7D",
  );
  t.is(written("application/x-www-form-urlencoded", "no object"), "");
  t.is(written("text/*", 7), "7");
  t.is(contentTypeOf("text/*"), "text/plain");
  t.is(contentTypeOf("image/png"), "image/png");
  const parts = written("multipart/form-data", { a: "x", b: { c: 1 }, d: ["1", "2"] });
  t.is(parts.match(/Content-Disposition: form-data; name="d"/g)?.length, 2);
  t.regex(parts, /name="b"\r\nContent-Type: application\/json\r\n\r\n\{"c":1\}\r\n/);
  t.true(contentTypeOf("multipart/form-data").includes(parts.slice(2, parts.indexOf("\r\n"))));
  t.is(written("multipart/form-data", 7).trim(), "--conform-boundary--");
});

test("conform: a media type is covered by itself and by its ranges", (t) => {
  t.true(covers("*/*", "text/plain"));
  t.true(covers("text/*", "Text/Plain; charset=utf-8"));
  t.true(covers("application/json", "application/json; charset=utf-8"));
  t.false(covers("text/*", "application/json"));
  t.false(covers("application/json", "application/problem+json"));
});
