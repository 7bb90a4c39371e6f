import test from "ava";
import fc from "fast-check";
import { mostFormBytes, mostJsonBytes } from "../../../src/contract/audit/encoded-size.ts";
import { parseDocument } from "../../../src/contract/document/parse.ts";
import { findingsOf } from "../../support/contract/findings.ts";
import { content, operation } from "../../support/contract/small-contract.ts";
import { validValue } from "../../support/contract/valid-value.ts";
import { contract, document, operations } from "../../support/judge.ts";

/** JSON of a writer that escapes what is not ASCII and puts spaces after `,` and `:`, such as that of Python. */
function spacious(value: unknown): string {
  const text = JSON.stringify(value, null, 1)
    .replaceAll(/\n */g, " ")
    .replaceAll(/([[{]) | (?=[\]}])/g, "$1");
  return text.replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A form as HTML and URLSearchParams write it. */
function form(value: unknown): string {
  const pairs = Object.entries(Object(value)).flatMap(([name, each]) =>
    [each].flat().map((one): [string, string] => [name, String(one)]),
  );
  return String(new URLSearchParams(pairs));
}

/** Content with a member that may be anything: only `x-max-bytes` limits it, and its description says so. */
const UNLIMITED = [
  ...["createArticleLike", "addPasskey", "signInWithPasskey"],
  ...["exchangeToken", "introspectToken", "revokePresentedToken"],
];

for (const { operationId, requestContent } of operations.filter((one) => !UNLIMITED.includes(one.operationId))) {
  for (const [mediaType, pointer = ""] of requestContent?.mediaTypes ?? []) {
    test(`${operationId}: each ${mediaType} that fits the schema is short enough, however it is written`, async (t) => {
      const { schemas } = await contract();
      const write = mediaType === "application/json" ? spacious : form;
      const place = { node: { $ref: `#${pointer}` }, pointer: "" };
      const most = (mediaType === "application/json" ? mostJsonBytes : mostFormBytes)(document, place);
      const maxBytes = requestContent?.maxBytes ?? 0;
      t.true(most <= maxBytes, `${most} bytes`);
      let longest = 0;
      fc.assert(
        fc.property(validValue(document, place), (value) => {
          t.is(schemas.check(pointer, value), undefined);
          const { length } = write(value);
          longest = Math.max(longest, length);
          return length <= most;
        }),
        { numRuns: 300 },
      );
      // The bound is not so far away that it says nothing.
      t.true(longest > most / 8, `${longest} of ${most} bytes`);
    });
  }
}

test("the operations whose content only x-max-bytes limits are those that say so", (t) => {
  const unlimited = operations.filter(({ requestContent }) =>
    [...(requestContent?.mediaTypes.values() ?? [])].some(
      (pointer) => mostJsonBytes(document, { node: { $ref: `#${pointer}` }, pointer: "" }) === Number.POSITIVE_INFINITY,
    ),
  );
  t.deepEqual(
    unlimited.map(({ operationId }) => operationId),
    UNLIMITED,
  );
});

/** Any schema with limits everywhere. */
const SCHEMA = fc.letrec<{ schema: Record<string, unknown> }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3 },
    fc.record({ type: fc.constant("string"), maxLength: fc.nat({ max: 30 }) }),
    fc.record({
      type: fc.constant("string"),
      maxLength: fc.nat({ max: 30 }),
      pattern: fc.constantFrom("^[a-z_]*$", '^[@"]*$', ""),
    }),
    fc.record({ type: fc.constantFrom("integer", "boolean", "null", ["integer", "null"]) }),
    fc.record({
      enum: fc.array(
        fc.string({ unit: "binary" }).map((text) => text.toWellFormed()),
        { minLength: 1, maxLength: 3 },
      ),
    }),
    fc.record({ type: fc.constant("array"), maxItems: fc.nat({ max: 4 }), items: tie("schema") }),
    fc.record({
      type: fc.constant("object"),
      additionalProperties: fc.constant(false),
      properties: fc.dictionary(fc.stringMatching(/^[a-zü"]{1,4}$/), tie("schema"), { maxKeys: 3 }),
    }),
    fc.record({ anyOf: fc.array(tie("schema"), { minLength: 1, maxLength: 2 }) }),
  ),
})).schema;

test("no JSON of a schema is longer than its bound", (t) => {
  const valued = SCHEMA.chain((schema) => {
    const small = parseDocument(JSON.stringify({ schema }));
    const place = { node: { $ref: "#/schema" }, pointer: "" };
    return fc.tuple(fc.constant(mostJsonBytes(small, place)), validValue(small, place));
  });
  fc.assert(
    fc.property(valued, ([most, value]) => {
      t.true(Number.isFinite(most));
      return spacious(value).length <= most;
    }),
    { numRuns: 1_000 },
  );
});

const LIMITED = { type: "object", additionalProperties: false, properties: { a: { type: "string", maxLength: 100 } } };
const OPEN = { type: "object", properties: { a: { type: "string", maxLength: 100 } } };

for (const [what, schema, mediaType, maxBytes, finding] of [
  [
    "JSON",
    LIMITED,
    "application/json",
    1_210,
    "takes up to 1211 bytes of application/json by its schema, and 1210 by x-max-bytes",
  ],
  ["JSON that fits", LIMITED, "application/json", 1_211, undefined],
  [
    "a form",
    LIMITED,
    "application/x-www-form-urlencoded",
    1_202,
    "takes up to 1203 bytes of application/x-www-form-urlencoded by its schema, and 1202 by x-max-bytes",
  ],
  ["a form that fits", LIMITED, "application/x-www-form-urlencoded", 1_203, undefined],
  ["content without a limit of its own", OPEN, "application/json", 10, undefined],
  ["content that contains itself", { $ref: "#/components/schemas/Tree" }, "application/json", 10, undefined],
] as const) {
  test(`the size of ${what} is a finding only if the schema allows more than x-max-bytes`, async (t) => {
    const requestBody = content(schema, { required: true, "x-max-bytes": maxBytes }, [mediaType]);
    const Tree = { ...LIMITED, properties: { ...LIMITED.properties, child: { $ref: "#/components/schemas/Tree" } } };
    const found = await findingsOf({ paths: { "/": { post: operation("read", { requestBody }) } }, schemas: { Tree } });
    t.deepEqual(found, finding === undefined ? [] : [`operation read ${finding}`]);
  });
}

for (const [where, maxLength, bytes] of [
  ["query", 300, 3_624],
  ["header", 4_000, 4_024],
] as const) {
  test(`parameters in the ${where} are a finding if they are longer than the header section has room for`, async (t) => {
    const parameters = [{ name: "q", in: where, schema: { type: "string", maxLength } }];
    const paths = { "/": { get: operation("read", { parameters }) } };
    t.deepEqual(await findingsOf({ paths }), []);
    t.deepEqual(await findingsOf({ paths, maxHeaderBytes: 4_096 + bytes }), []);
    t.deepEqual(await findingsOf({ paths, maxHeaderBytes: 4_096 + bytes - 1 }), [
      `operation read takes parameters of up to ${bytes} bytes by their schemas, and the header section has ${bytes - 1} for them`,
    ]);
  });
}
