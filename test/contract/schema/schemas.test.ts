import test from "ava";
import fc from "fast-check";
import type { ContractFault } from "../../../src/contract/document/document.ts";
import { isMultipleOf } from "../../../src/contract/schema/multiple-of.ts";
import { content, json, operation, type SmallHandler, serveSmall } from "../../support/contract/small-contract.ts";

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const echo: SmallHandler = ({ body }) => ({ status: 200, body });

/** Serves `POST /in`, which takes such content and gives it back, and `POST /out`, which takes anything and answers it as such. */
async function serveBoth(t: Parameters<typeof serveSmall>[0], schema: object, schemas: Record<string, unknown> = {}) {
  const answered = { "200": { description: "It.", content: { "application/json": { schema } } } };
  const app = await serveSmall(t, {
    schemas,
    paths: {
      "/in": { post: operation("take", { requestBody: content(schema) }) },
      "/out": { post: operation("give", { requestBody: content({}), responses: answered }) },
    },
    handlers: { take: echo, give: echo },
  });
  const send = (path: string) => async (body: unknown) => {
    const text = typeof body === "string" && body.startsWith("raw:") ? body.slice(4) : JSON.stringify(body);
    return app.request(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: text });
  };
  return { app, take: send("/in"), give: send("/out") };
}

/** What a schema takes and refuses, as content and as an answer alike. */
const RULES: readonly {
  readonly what: string;
  readonly schema: object;
  readonly schemas?: Record<string, unknown>;
  readonly right: readonly unknown[];
  readonly wrong: readonly unknown[];
}[] = [
  {
    what: "a maxLength beside a $ref at the root",
    schema: { ...ref("Text"), maxLength: 3 },
    schemas: { Text: { type: "string", minLength: 2 } },
    right: ["ab", "abc"],
    wrong: ["a", "abcd", 1],
  },
  {
    what: "what stands beside the $ref of a shared schema",
    schema: ref("Short"),
    schemas: { Text: { type: "string" }, Short: { ...ref("Text"), maxLength: 3 } },
    right: ["abc"],
    wrong: ["abcd"],
  },
  {
    what: "siblings of a $ref in a member",
    schema: { type: "object", properties: { a: { ...ref("Number"), multipleOf: 0.1 } } },
    schemas: { Number: { type: "number", maximum: 5 } },
    right: [{ a: 0.3 }, { a: 4.7 }],
    wrong: [{ a: 0.35 }, { a: 5.1 }],
  },
  {
    what: "$defs",
    schema: {
      $defs: { unused: {} },
      type: "object",
      properties: { p: { $ref: "#/components/schemas/Whole/$defs/Part" } },
    },
    schemas: { Whole: { $defs: { Part: { type: "integer" } }, type: "object" } },
    right: [{ p: 1 }],
    wrong: [{ p: "1" }],
  },
  {
    what: "a tuple",
    schema: { type: "array", prefixItems: [{ type: "integer" }, { type: "string" }], items: false, minItems: 2 },
    right: [[1, "a"]],
    wrong: [[1], ["a", 1], [1, "a", 2]],
  },
  {
    what: "multipleOf 0.01",
    schema: { multipleOf: 0.01, type: "number" },
    right: [4.35, 0.07, 1e21, -19.99],
    wrong: [4.355, 1e-3],
  },
  {
    what: "multipleOf beside a format",
    schema: { multipleOf: 0.5, type: "number", format: "double" },
    right: [1.5],
    wrong: [1.2],
  },
  {
    what: "int64",
    schema: { type: "object", properties: { n: { type: "integer", format: "int64", maximum: 2 ** 63 } } },
    right: [{ n: 9007199254740991 }, { n: -9007199254740991 }],
    wrong: [
      'raw:{"n":9007199254740993}',
      'raw:{"n":9007199254740992}',
      'raw:{"n":-9223372036854775808}',
      'raw:{"n":1e300}',
    ],
  },
  { what: "int32", schema: { type: "integer", format: "int32" }, right: [2147483647], wrong: [2147483648] },
  {
    what: "unevaluatedProperties",
    schema: { allOf: [ref("A")], properties: { b: {} }, unevaluatedProperties: false },
    schemas: { A: { type: "object", properties: { a: {} } } },
    right: [{ a: 1, b: 1 }],
    wrong: [{ c: 1 }],
  },
  {
    what: "dependentRequired",
    schema: { type: "object", dependentRequired: { a: ["b"] } },
    right: [{ a: 1, b: 1 }, {}],
    wrong: [{ a: 1 }],
  },
  {
    what: "if, then and else",
    schema: {
      type: "object",
      if: { properties: { k: { const: "a" } }, required: ["k"] },
      // biome-ignore lint/suspicious/noThenProperty: `then` is a keyword of JSON Schema.
      then: { required: ["x"] },
      else: { required: ["y"] },
    },
    right: [{ k: "a", x: 1 }, { y: 1 }],
    wrong: [{ k: "a", y: 1 }, { x: 1 }],
  },
  {
    what: "patternProperties",
    schema: { type: "object", patternProperties: { "^n": { type: "integer" } }, additionalProperties: false },
    right: [{ n1: 1 }],
    wrong: [{ n1: "a" }, { m: 1 }],
  },
  {
    what: "contains",
    schema: { type: "array", contains: { const: 1 }, maxContains: 1 },
    right: [[1, 2]],
    wrong: [[2], [1, 1]],
  },
  {
    what: "a discriminator",
    schema: {
      oneOf: [ref("Cat"), ref("Dog")],
      discriminator: { propertyName: "kind", mapping: { cat: "#/components/schemas/Cat", tom: "Cat" } },
    },
    schemas: {
      Cat: {
        type: "object",
        required: ["kind", "lives"],
        properties: { kind: { type: "string" }, lives: { type: "integer" } },
      },
      Dog: { type: "object", required: ["kind"], properties: { kind: { type: "string" }, lives: { type: "string" } } },
    },
    right: [
      { kind: "cat", lives: 9 },
      { kind: "tom", lives: 9 },
      { kind: "Dog", lives: "1" },
    ],
    wrong: [
      null,
      [],
      "cat",
      {},
      { kind: "cat" },
      { kind: "Cat", lives: 9 },
      { kind: "cow" },
      { kind: null },
      { kind: "Dog", lives: 9 },
    ],
  },
  {
    what: "a discriminator in a list in a member, with null",
    schema: {
      type: "object",
      properties: {
        pets: {
          type: "array",
          items: { anyOf: [ref("Cat"), ref("Dog"), { type: "null" }], discriminator: { propertyName: "kind" } },
        },
      },
    },
    schemas: {
      Cat: { type: "object", properties: { kind: {}, n: { type: "integer" } } },
      Dog: { type: "object", properties: { kind: {}, n: { type: "string" } } },
    },
    right: [{ pets: [null, { kind: "Cat", n: 1 }, { kind: "Dog", n: "1" }] }],
    wrong: [
      { pets: [{ kind: "Cat", n: "1" }] },
      { pets: [{}] },
      { pets: [1] },
      { pets: [{ kind: "toString" }] },
      { pets: null },
    ],
  },
];

for (const { what, schema, schemas = {}, right, wrong } of RULES) {
  test(`${what} holds, in content and in answers`, async (t) => {
    const { app, take, give } = await serveBoth(t, schema, schemas);
    for (const body of right) {
      t.is((await take(body)).status, 200, JSON.stringify(body));
      t.is((await give(body)).status, 200, JSON.stringify(body));
    }
    t.deepEqual(app.undeclared, []);
    for (const body of wrong) {
      t.is((await take(body)).status, 400, JSON.stringify(body));
      t.is((await give(body)).status, 500, JSON.stringify(body));
    }
    t.is(app.undeclared.length, wrong.length);
  });
}

test("the faults of content with a discriminator are those of the schema that is meant", async (t) => {
  const { take } = await serveBoth(
    t,
    { oneOf: [ref("Cat"), ref("Dog")], discriminator: { propertyName: "kind" } },
    {
      Cat: { type: "object", required: ["lives"], properties: { kind: {} }, additionalProperties: true },
      Dog: { type: "object", required: ["bark"] },
    },
  );
  t.deepEqual((await json(await take({ kind: "Dog" }))).errors, [{ pointer: "/bark", detail: "is required" }]);
  t.deepEqual((await json(await take(null))).errors, [{ pointer: "", detail: "must be object" }]);
});

test("readOnly is refused in content and not required of it; writeOnly is no part of an answer", async (t) => {
  const user = {
    type: "object",
    required: ["id", "name", "password"],
    properties: {
      id: { readOnly: true, type: "integer" },
      name: { type: "string" },
      password: { allOf: [ref("Secret")] },
      inner: ref("Inner"),
    },
  };
  const { app, take, give } = await serveBoth(t, ref("User"), {
    User: user,
    Secret: { type: "string", writeOnly: true },
    Inner: { allOf: [{ type: "object", properties: { at: ref("At") } }, { required: ["at"] }] },
    At: { type: "string", readOnly: true },
  });
  t.is((await take({ name: "a", password: "b" })).status, 200);
  t.is((await take({ name: "a", password: "b", inner: {} })).status, 200);
  const refused = await take({ id: 1, name: "a", password: "b" });
  t.is(refused.status, 400);
  t.is((await json(refused)).errors[0].pointer, "/id");
  t.is((await take({ name: "a" })).status, 400);
  t.is((await give({ id: 1, name: "a" })).status, 200);
  t.is((await give({ id: 1, name: "a", password: "b" })).status, 500);
  t.regex(app.undeclared[0] ?? "", /password is write-only|is write-only/);
  t.is((await give({ name: "a" })).status, 500);
});

test("defaults are filled in wherever they stand", async (t) => {
  const { take } = await serveBoth(
    t,
    {
      type: "object",
      properties: {
        flat: { type: "integer", default: 1 },
        five: ref("Five"),
        beside: { ...ref("Five"), default: 6 },
        inner: { type: "object", default: {}, properties: { deep: { default: [1] } } },
        list: { type: "array", items: { type: "object", properties: { n: { default: 0 } } } },
        tuple: {
          type: "array",
          prefixItems: [{ type: "object", properties: { n: ref("Five") } }],
          minItems: 1,
          items: false,
        },
        map: { type: "object", additionalProperties: { type: "object", properties: { n: { default: 0 } } } },
        perhaps: { anyOf: [ref("Part"), { type: "null" }] },
        either: { oneOf: [ref("Part"), ref("Other")], discriminator: { propertyName: "kind" } },
      },
    },
    {
      Five: { type: "integer", default: 5 },
      Part: { type: "object", properties: { kind: { type: "string" }, n: { default: 0 } } },
      Other: { type: "object", properties: { kind: { type: "string" }, m: { default: 0 } } },
    },
  );
  const base = { flat: 1, five: 5, beside: 6, inner: { deep: [1] } };
  t.deepEqual(await json(await take({})), base);
  const sent = { list: [{}, { n: 1 }], tuple: [{}], map: { a: {} }, perhaps: {}, either: { kind: "Other" } };
  t.deepEqual(await json(await take(sent)), {
    ...base,
    list: [{ n: 0 }, { n: 1 }],
    tuple: [{ n: 5 }],
    map: { a: { n: 0 } },
    perhaps: { n: 0 },
    either: { kind: "Other", m: 0 },
  });
  t.deepEqual(await json(await take({ perhaps: null })), { ...base, perhaps: null });
  t.is((await take({ flat: "1" })).status, 400);
  t.is((await take([])).status, 400);
});

test("a default is a value of its own in each request", async (t) => {
  const bodies: { list?: number[] }[] = [];
  const schema = { type: "object", properties: { list: { type: "array", items: { type: "integer" }, default: [1] } } };
  const app = await serveSmall(t, {
    paths: { "/": { post: operation("take", { requestBody: content(schema) }) } },
    handlers: {
      take: ({ body }) => {
        bodies.push(body as object);
        (body as { list: number[] }).list.push(2);
        return { status: 200, body };
      },
    },
  });
  const init = { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" };
  await app.request("/", init);
  t.deepEqual(await json(await app.request("/", init)), { list: [1, 2] });
});

test("a decimal fraction is a multiple of each of its decimal divisors, and of no others", (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 999_999 }),
      fc.integer({ min: -99_999, max: 99_999 }),
      fc.integer({ min: 0, max: 12 }),
      (step, times, digits) => {
        const scaled = (number: number) => Number(`${number}e-${digits}`);
        t.true(isMultipleOf(scaled(step * times), scaled(step)));
        if (step > 1) t.false(isMultipleOf(scaled(step * times + 1), scaled(step)));
      },
    ),
  );
  t.false(isMultipleOf(Number.NaN, 1));
  t.false(isMultipleOf(Number.POSITIVE_INFINITY, 1));
  t.true(isMultipleOf(1e300, 1e-300));
});

const REFUSED: readonly (readonly [string, object, RegExp])[] = [
  [
    "a keyword that nobody knows",
    { maxLenght: 1 },
    /schema: maxLenght is no keyword of JSON Schema 2020-12 or OpenAPI 3\.1$/,
  ],
  [
    "nullable",
    { type: "string", nullable: true },
    /schema: nullable is of OpenAPI 3\.0: write type: \[\.\.\., "null"\]$/,
  ],
  ["an anchor", { $anchor: "a" }, /schema: \$anchor is not supported/],
  ["a dynamic reference", { $dynamicRef: "#a" }, /schema: \$dynamicRef is not supported: use \$ref$/],
  ["an id", { $id: "https://example.com/a" }, /schema: \$id is not supported/],
  ["a list of items", { type: "array", items: [{}] }, /schema: items is a list, .* write prefixItems$/],
  ["dependencies", { dependencies: {} }, /schema: dependencies is of an older JSON Schema/],
  [
    "a member that no object has",
    { properties: JSON.parse('{"__proto__":{}}') },
    /a member named __proto__ is not supported$/,
  ],
  [
    "a member that each object has",
    { properties: { constructor: { type: "string" } } },
    /a member named constructor is not supported$/,
  ],
  ["a required member that each object has", { required: ["toString"] }, /a member named toString is not supported$/],
  ["an open tuple", { type: "array", prefixItems: [{}] }, /cannot validate take: .*"prefixItems" is 1-tuple/],
  ["a reference out of the document", { $ref: "other.yaml#/A" }, /\$ref other\.yaml#\/A/],
  ["a reference to an anchor", { $ref: "#a" }, /\$ref #a/],
  ["a format that nobody checks", { type: "string", format: "isbn" }, /nobody checks the format isbn$/],
  [
    "a discriminator alone",
    { type: "object", discriminator: { propertyName: "k" } },
    /the discriminator needs oneOf or anyOf beside it$/,
  ],
  [
    "a discriminator with an unnamed branch",
    { oneOf: [{ type: "object" }], discriminator: { propertyName: "k" } },
    /the discriminator has a branch that is no reference to a schema$/,
  ],
  [
    "a discriminator that maps elsewhere",
    { oneOf: [ref("A")], discriminator: { propertyName: "k", mapping: { b: "#/components/schemas/B" } } },
    /the discriminator maps b to #\/components\/schemas\/B, which is none of the branches$/,
  ],
  [
    "a default that may hold or not",
    { oneOf: [ref("A"), { type: "object", properties: { a: { default: 1 } } }] },
    /^operation take cannot fill in the defaults below \/paths\/.*\/oneOf\/1: whether they hold depends on the value$/,
  ],
  [
    "a default below a condition",
    // biome-ignore lint/suspicious/noThenProperty: `then` is a keyword of JSON Schema.
    { type: "object", if: { required: ["b"] }, then: { properties: { a: { default: 1 } } } },
    /^operation take cannot fill in the defaults below .*\/then:/,
  ],
];

for (const [what, schema, sentence] of REFUSED) {
  test(`${what} is refused at the start, in a sentence`, async (t) => {
    const schemas = { A: { type: "object" }, B: { type: "object" } };
    const paths = { "/": { post: operation("take", { requestBody: content(schema) }) } };
    const fault = await t.throwsAsync<ContractFault>(serveSmall(t, { paths, schemas, handlers: { take: echo } }), {
      name: "ContractFault",
    });
    t.true(
      fault?.findings.some((finding) => sentence.test(finding)),
      fault?.findings.join("\n"),
    );
  });
}
