import fc from "fast-check";
import { child, type Located, type Node, resolve } from "../../../src/contract/document/document.ts";
import type { Operation, Parameter } from "../../../src/contract/document/operation.ts";
import { document } from "../judge.ts";

/** A request that an operation might get, sensible or not. */
export interface ArbitraryRequest {
  readonly operation: Operation;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly signedIn: boolean;
}

const TEXT = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }).map((text) => text.toWellFormed()),
  fc.constantFrom(
    "",
    "0",
    "-1",
    "1e3",
    "0x10",
    " 7",
    "null",
    "true",
    "[]",
    "{}",
    "__proto__",
    "constructor",
    "../..",
    "%00",
    "'--",
  ),
  fc.constantFrom("9007199254740993", "9223372036854775808", "1".repeat(400), "\u202e", "\ud83c\udf40", "a@b.example"),
);

const GARBAGE: fc.Arbitrary<unknown> = fc.oneof(fc.jsonValue(), TEXT, fc.double(), fc.constant([[[[]]]]));

/** Values of a schema, and now and then something else in their place. */
function someValue(located: Located | undefined): fc.Arbitrary<unknown> {
  if (!located) return GARBAGE;
  return fc.oneof({ weight: 9, arbitrary: fittingValue(located) }, { weight: 1, arbitrary: GARBAGE });
}

function fittingValue(located: Located): fc.Arbitrary<unknown> {
  const { node } = located;
  const [type] = [node.type].flat();
  if (node.const !== undefined) return fc.constant(node.const);
  if (type === "integer") {
    return fc.oneof(fc.constantFrom(1, 2, node.minimum, node.maximum), fc.maxSafeInteger());
  }
  if (type === "boolean") return fc.boolean();
  if (type === "array") return fc.array(someValue(child(document, located, "items")), { maxLength: 3 });
  if (type === "object") return objectOf(located);
  return node.pattern === undefined ? TEXT : fc.oneof(TEXT, fc.emailAddress());
}

function objectOf(located: Located): fc.Arbitrary<unknown> {
  const properties = child(document, located, "properties");
  const names = Object.keys(properties?.node ?? {});
  const fields = Object.fromEntries(
    names.map((name) => [name, someValue(properties && child(document, properties, name))]),
  );
  const fitting = fc.record(fields, { requiredKeys: [] });
  const surplus = fc.dictionary(fc.oneof(TEXT, fc.string({ minLength: 200, maxLength: 700 })), GARBAGE, { maxKeys: 2 });
  return fc.oneof(
    { weight: 4, arbitrary: fitting },
    { weight: 1, arbitrary: fc.tuple(fitting, surplus).map(Object.assign) },
  );
}

function parameterValue({ node, pointer }: Parameter): fc.Arbitrary<string> {
  return someValue(child(document, { node, pointer }, "schema")).map((value) =>
    typeof value === "string" ? value : JSON.stringify(value),
  );
}

function pathOf({ path, parameters }: Operation): fc.Arbitrary<string> {
  const inPath = parameters.filter((parameter) => parameter.in === "path");
  return fc.tuple(...inPath.map(parameterValue)).map((values) =>
    inPath.reduce((text, { name }, index) => {
      // An empty segment, or one of dots, would make it another path.
      const value = (values[index] ?? "").replace(/^\.{0,2}$/, "~");
      return text.replace(`{${name}}`, encodeURIComponent(value));
    }, path),
  );
}

function queryOf({ parameters }: Operation): fc.Arbitrary<string> {
  const inQuery = parameters.filter((parameter) => parameter.in === "query");
  const declared = inQuery.map((parameter) =>
    parameterValue(parameter).map((value) => [parameter.name, value] as const),
  );
  const foreign = fc.tuple(fc.oneof(TEXT, fc.constantFrom("limit[]", "next[a]", "cursor.x")), TEXT);
  const pairs = fc.array(fc.oneof(...declared, ...declared, foreign), { maxLength: 3 });
  const wellFormed = pairs.map((list) =>
    String(new URLSearchParams(list.map(([name, value]): [string, string] => [name, value]))),
  );
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant("") },
    { weight: 6, arbitrary: wellFormed },
    { weight: 1, arbitrary: fc.constantFrom("%", "%zz=1", "a=%ff", "&&&", "=", "a&a", "?", "a=b=c") },
  );
}

/** Text in which half of all fields can be sent at all: `fetch` refuses control characters. */
const FIELD = TEXT.filter((text) => /^[\x20-\x7e]*$/.test(text));

function headersOf({ requestContent }: Operation): fc.Arbitrary<Record<string, string>> {
  const mediaTypes = [...(requestContent?.mediaTypes.keys() ?? ["application/json"])];
  const type = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...mediaTypes) },
    {
      weight: 1,
      arbitrary: fc.constantFrom("text/plain", "application/json; charset=utf-16", "multipart/form-data", "x"),
    },
  );
  return fc.record(
    {
      "Content-Type": type,
      Accept: fc.constantFrom("*/*", "application/json", "text/html", "text/html, */*;q=0.1", "image/png", "nonsense"),
      "If-None-Match": FIELD,
      Origin: fc.constantFrom("null", "https://evil.example"),
      "Sec-Fetch-Site": fc.constantFrom("same-origin", "cross-site", "nonsense"),
      Authorization: FIELD,
      Cookie: FIELD,
      "X-CSRF-Token": FIELD,
      Range: FIELD,
    },
    { requiredKeys: requestContent ? ["Content-Type"] : [] },
  );
}

function bodyOf({ requestContent, method }: Operation): fc.Arbitrary<string | undefined> {
  if (method === "GET") return fc.constant(undefined);
  if (!requestContent) return fc.option(TEXT, { nil: undefined });
  const [pointer] = [...requestContent.mediaTypes.values()];
  const schema = pointer && resolve(document, { node: { $ref: `#${pointer}` } satisfies Node, pointer: "" });
  const value = someValue(schema || undefined);
  const form = value.map((each) => String(new URLSearchParams(Object.entries(Object(each)).map(formField))));
  const json = value.map((each) => JSON.stringify(each));
  return fc.oneof(
    { weight: 6, arbitrary: json },
    { weight: 2, arbitrary: form },
    { weight: 1, arbitrary: fc.oneof(TEXT, fc.constantFrom("{", "[".repeat(500), '{"__proto__":{}}', '"\\ud800"')) },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
}

function formField([name, value]: [string, unknown]): [string, string] {
  return [name.toWellFormed(), typeof value === "string" ? value : JSON.stringify(value)];
}

/** Requests for any of the operations. */
export function arbitraryRequest(operations: readonly Operation[]): fc.Arbitrary<ArbitraryRequest> {
  return fc.constantFrom(...operations).chain((operation) =>
    fc
      .tuple(pathOf(operation), queryOf(operation), headersOf(operation), bodyOf(operation), fc.boolean())
      .map(([path, query, headers, body, signedIn]) => ({
        operation,
        path: query === "" ? path : `${path}?${query}`,
        headers,
        body,
        signedIn,
      })),
  );
}
