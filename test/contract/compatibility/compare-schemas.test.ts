import { Ajv2020 } from "ajv/dist/2020.js";
import test from "ava";
import fc from "fast-check";
import { compareSchemas } from "../../../src/contract/compatibility/compare-schemas.ts";
import { parseDocument } from "../../../src/contract/document/parse.ts";

const ajv = new Ajv2020({ strict: false });
const EMPTY = parseDocument("{}");

const limits = (names: readonly string[]) =>
  fc.record(Object.fromEntries(names.map((name) => [name, fc.integer({ min: 0, max: 3 })])), { requiredKeys: [] });

const { schema } = fc.letrec<{ schema: Record<string, unknown> }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 2 },
    fc.record(
      { type: fc.subarray(["string", "integer", "number", "null", "boolean"], { minLength: 1 }) },
      { requiredKeys: ["type"] },
    ),
    fc.record({ enum: fc.uniqueArray(fc.constantFrom(0, 1, "a", "b", null), { minLength: 1 }) }),
    limits(["minLength", "maxLength"]).map((length) => ({ type: "string", ...length })),
    limits(["minimum", "maximum", "exclusiveMinimum"]).map((range) => ({ type: "number", ...range })),
    fc
      .tuple(tie("schema"), limits(["minItems", "maxItems"]), fc.boolean())
      .map(([items, size, uniqueItems]) => ({ type: "array", items, ...size, ...(uniqueItems && { uniqueItems }) })),
    fc
      .tuple(
        fc.dictionary(fc.constantFrom("a", "b"), tie("schema")),
        fc.subarray(["a", "b"]),
        fc.constantFrom(true, false),
      )
      .map(([properties, required, additionalProperties]) => ({
        type: "object",
        properties,
        required,
        additionalProperties,
      })),
    fc.tuple(tie("schema"), tie("schema")).map((anyOf) => ({ anyOf })),
    fc.tuple(tie("schema"), tie("schema")).map((allOf) => ({ allOf })),
  ),
}));

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    fc.constantFrom(0, 1, 2, 1.5, -1, "", "a", "b", "abcd", null, true),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom("a", "b", "c"), tie("value"), { noNullPrototype: true }),
  ),
}));

/** A schema, and another one: any, or the same with one keyword of another or with its limits moved, so that many changes are harmless. */
const pair = fc
  .tuple(schema, schema, fc.constantFrom("any", "keyword", "limits"), fc.constantFrom(-1, 1))
  .map(([one, other, kind, step]) => {
    if (kind === "any") return [one, other] as const;
    const [first = "type"] = Object.keys(other);
    if (kind === "keyword") return [one, { ...one, [first]: other[first] }] as const;
    const moved = Object.entries(one).map(([name, limit]) => [
      name,
      typeof limit === "number" ? Math.max(0, limit + step) : limit,
    ]);
    return [one, Object.fromEntries(moved) as Record<string, unknown>] as const;
  });

for (const sender of ["client", "server"] as const) {
  const claim =
    sender === "client" ? "what was valid from a client is valid still" : "what is valid from a server was valid";
  test(`contract:diff: where it says that nothing breaks, ${claim}, but for members that are new`, (t) => {
    let harmless = 0;
    fc.assert(
      fc.property(pair, fc.array(value, { minLength: 30, maxLength: 30 }), ([before, after], values) => {
        const changes = compareSchemas(
          { document: EMPTY, schema: before },
          { document: EMPTY, schema: after },
          { where: "", sender, refusal: false },
        );
        if (changes.some(({ breaking, what }) => breaking || what === "is new")) return;
        if (sender === "server" && changes.some(({ what }) => what.startsWith("may have members"))) return;
        if (changes.length > 0) harmless += 1;
        const [was, is] = [ajv.compile(before), ajv.compile(after)];
        const [narrow, wide] = sender === "client" ? [was, is] : [is, was];
        for (const candidate of values) {
          if (narrow(candidate) && !wide(candidate)) throw new Error(JSON.stringify(candidate));
        }
      }),
      { numRuns: 600 },
    );
    t.true(harmless > 10, `${harmless} harmless changes`);
  });
}
