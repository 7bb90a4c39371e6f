import { Ajv2020 } from "ajv/dist/2020.js";
import test from "ava";
import fc from "fast-check";
import { readAnswer } from "../../src/conform/http/read-answer.ts";
import { Values } from "../../src/conform/values/arbitrary.ts";
import { numberOf, rangeOf } from "../../src/conform/values/number.ts";
import { branchesOf, limitOf, samplesOf, schemaOf, typeOf, typesOf } from "../../src/conform/values/schema.ts";
import { parseDocument } from "../../src/contract/document/parse.ts";

const ajv = new Ajv2020({ strict: false, multipleOfPrecision: 9 });
const DOCUMENT = parseDocument(
  JSON.stringify({
    components: {
      schemas: { Short: { type: "string", maxLength: 3 }, Own: { allOf: [{ $ref: "#/components/schemas/Own" }] } },
    },
  }),
);
const SHORT = { $ref: "#/components/schemas/Short" };

test("conform: numbers are within their limits, whatever these are", (t) => {
  const limits = fc.record(
    {
      minimum: fc.integer({ min: -50, max: 50 }),
      maximum: fc.integer({ min: -50, max: 50 }),
      exclusiveMinimum: fc.integer({ min: -50, max: 50 }),
      exclusiveMaximum: fc.integer({ min: -50, max: 50 }),
      multipleOf: fc.constantFrom(0.01, 0.5, 1, 3),
      format: fc.constant("int32"),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(limits, fc.boolean(), (branch, isInteger) => {
      const numbers = numberOf(branch, isInteger);
      const { format: _, ...schema } = branch;
      const validate = ajv.compile({ ...schema, type: isInteger ? "integer" : "number" });
      if (isInteger && branch.multipleOf !== undefined && !Number.isInteger(branch.multipleOf)) return;
      for (const number of numbers ? fc.sample(numbers, 10) : []) if (!validate(number)) throw new Error(`${number}`);
    }),
  );
  t.deepEqual(rangeOf({ format: "int32" }, true), { least: -(2 ** 31), greatest: 2 ** 31 - 1, step: 1 });
  t.deepEqual(rangeOf({ multipleOf: 0.01, maximum: 4.359 }, false), { least: undefined, greatest: 4.35, step: 0.01 });
  t.is(numberOf({ minimum: 2, maximum: 1 }, true), undefined);
});

test("conform: the branches of a schema are what its choices and what stands beside them allow together", (t) => {
  t.deepEqual(branchesOf(DOCUMENT, true), [{}]);
  t.deepEqual(branchesOf(DOCUMENT, false), []);
  t.deepEqual(branchesOf(DOCUMENT, { ...SHORT, maxLength: 5, minLength: 1 }), [
    { type: "string", maxLength: 3, minLength: 1 },
  ]);
  t.deepEqual(branchesOf(DOCUMENT, { $ref: "#/components/schemas/Own" }), []);
  t.deepEqual(branchesOf(DOCUMENT, { type: ["string", "integer"], anyOf: [{ type: "string" }, { type: "number" }] }), [
    { type: ["string"] },
    { type: ["integer"] },
  ]);
  t.deepEqual(
    branchesOf(DOCUMENT, {
      allOf: [
        { required: ["a"], properties: { a: SHORT, b: true }, items: true, description: "One" },
        {
          required: ["a", "b"],
          properties: { a: { minLength: 2 }, b: { type: "null" } },
          items: false,
          description: "Two",
        },
        { minProperties: 1, maxProperties: 9, enum: [{ a: 1 }, 2] },
        { minProperties: 2, maxProperties: 8, enum: [2, 3], pattern: "x" },
        { pattern: "y" },
      ],
    }),
    [
      {
        required: ["a", "b"],
        properties: { a: { allOf: [SHORT, { minLength: 2 }] }, b: { type: "null" } },
        items: false,
        description: "One",
        minProperties: 2,
        maxProperties: 8,
        enum: [2],
        pattern: "y",
      },
    ],
  );
  const condition = JSON.parse('{"if":{"minimum":1},"then":{"maximum":3},"else":{"const":0}}');
  t.deepEqual(branchesOf(DOCUMENT, condition), [{ minimum: 1, maximum: 3 }, { const: 0 }]);
});

test("conform: a schema tells its types by its keywords, where it does not name them", (t) => {
  t.deepEqual(typesOf({ type: ["string", "null"] }), ["string", "null"]);
  t.deepEqual(typesOf({ maxLength: 1, minItems: 1 }), ["array", "string"]);
  t.is(typesOf({}).length, 7);
  t.deepEqual([null, [], 1, 1.5, "", true, {}].map(typeOf), [
    "null",
    "array",
    "integer",
    "number",
    "string",
    "boolean",
    "object",
  ]);
  t.is(limitOf({ maxLength: "3" }, "maxLength", 7), 7);
  t.deepEqual(samplesOf({ example: 1, examples: [2, 3], default: 4 }), [1, 2, 3, 4]);
  t.deepEqual([schemaOf(undefined), schemaOf(false), schemaOf({ a: 1 })], [true, false, { a: 1 }]);
});

test("conform: an answer is read whole, by its length, its chunks or the end of the connection", (t) => {
  const read = (text: string, method = "GET") => readAnswer(Buffer.from(text), method);
  const chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n";
  t.is(read(`${chunked}\r\n`)?.body.toString(), "abcde");
  t.is(read(`${chunked}Digest: x\r\n\r\nmore`)?.excess, 4);
  t.is(read(chunked.slice(0, -6)), undefined);
  t.is(read("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabc")?.excess, 1);
  t.is(read("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\na"), undefined);
  t.is(read("HTTP/1.0 200 OK\r\n\r\nto the end")?.body.toString(), "to the end");
  t.is(read("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\nx")?.excess, 1);
  t.is(read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "HEAD")?.body.length, 0);
  t.is(read("HTTP/1.1 200 OK"), undefined);
  t.is(read("nonsense\r\n\r\n"), undefined);
});

for (const schema of [
  { type: "array", items: { type: "integer", minimum: 1 }, minItems: 2, maxItems: 4, uniqueItems: true },
  { type: "array", prefixItems: [{ const: 1 }, { type: "string" }], items: false },
  { type: "array", prefixItems: [{ type: "boolean" }], items: { type: "null" }, minItems: 3 },
  { type: "array", prefixItems: [{ enum: ["a"] }] },
  { type: "object", minProperties: 2, maxProperties: 3, properties: { a: true, b: true, c: { type: "string" } } },
  {
    type: "object",
    required: ["a"],
    additionalProperties: false,
    properties: { a: { $ref: "#/x" }, b: { type: "number" } },
  },
  { type: "object", minProperties: 1, maxProperties: 2, additionalProperties: { type: "integer" } },
  {
    type: "object",
    minProperties: 1,
    additionalProperties: { type: "null" },
    propertyNames: { pattern: "^[a-z]{3}$" },
  },
  { type: ["null", "string"], maxLength: 3, examples: ["abc"] },
  {
    anyOf: [
      { type: "string", minLength: 2 },
      { type: "object", examples: [{ a: 1 }] },
    ],
  },
  { enum: [1, "two", null] },
  { type: "string", pattern: "^(?:ab)+$", minLength: 4 },
]) {
  test(`conform: the values of ${JSON.stringify(schema)} are valid by it`, (t) => {
    const text = JSON.stringify(schema).replace("#/x", "#/components/schemas/Short");
    const own = JSON.parse(text);
    const validate = ajv.compile(
      JSON.parse(
        text
          .replace("#/components/schemas/Short", "#/$defs/Short")
          .replace(/^\{/, '{"$defs":{"Short":{"type":"string","maxLength":3}},'),
      ),
    );
    for (const fill of ["lean", "rich"] as const) {
      const values = new Values(DOCUMENT).of(own, fill);
      for (const value of fc.sample(values ?? fc.constant(undefined), 50))
        t.true(validate(value), JSON.stringify(value));
    }
  });
}

test("conform: no value is made where a schema has none, or has none that ends", (t) => {
  const values = new Values(DOCUMENT);
  t.is(values.of({ enum: [] }, "lean"), undefined);
  t.is(values.of(false, "lean"), undefined);
  t.is(values.of({ type: "object", required: ["a"], properties: { a: false } }, "lean"), undefined);
  t.is(values.of({ type: "array", minItems: 1, items: false }, "lean"), undefined);
  t.is(values.of({ type: "array", minItems: 3, maxItems: 2 }, "lean"), undefined);
});
