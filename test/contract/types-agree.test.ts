import { fileURLToPath } from "node:url";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import test from "ava";
import fc from "fast-check";
import ts from "typescript";
import { isNode, type Node } from "../../src/contract/document/document.ts";
import { document } from "../support/judge.ts";

/** Keywords that choose among the values of a type: no type of TypeScript can say them. */
const REFINEMENTS = new Set([
  ...["minLength", "maxLength", "pattern", "format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"],
  ...[
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "default",
    "discriminator",
  ],
]);
const SCHEMAS = (document.root.components as { schemas: Record<string, Node> }).schemas;
const NAMES = Object.keys(SCHEMAS);
const FILE = fileURLToPath(new URL("types-agree.generated.ts", import.meta.url));

/** A schema as far as a type can say it. */
function typeOnly(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(typeOnly);
  if (!isNode(schema)) return schema;
  const members = Object.entries(schema).flatMap(([keyword, value]): [string, unknown][] => {
    if (REFINEMENTS.has(keyword)) return [];
    if (keyword === "properties" && isNode(value)) {
      return [[keyword, Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, typeOnly(inner)]))]];
    }
    if (keyword === "enum" || keyword === "const" || keyword.startsWith("example")) return [[keyword, value]];
    if (keyword === "type") return [[keyword, [value].flat().map((type) => (type === "integer" ? "number" : type))]];
    return [[keyword, typeOnly(value)]];
  });
  return Object.fromEntries(members);
}

const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema({
  $id: "contract",
  components: { schemas: Object.fromEntries(NAMES.map((name) => [name, typeOnly(SCHEMAS[name])])) },
});

const allows = (name: string): ValidateFunction => {
  const validate = ajv.getSchema(`contract#/components/schemas/${name}`);
  if (!validate) throw new Error(`There is no schema ${name}.`);
  return validate;
};

/** The target of `$ref`, with what stands beside it. */
function followed(schema: Node): Node {
  if (typeof schema.$ref !== "string") return schema;
  const { $ref, ...beside } = schema;
  return { ...followed(SCHEMAS[$ref.replace("#/components/schemas/", "")] ?? {}), ...beside };
}

const ANY_VALUE = fc.constantFrom<unknown>(null, true, false, 0, 7, "", "text", [], ["text"], [1], {}, { extra: 1 });

/** Values near a schema: right in most places, and wrong in some. */
function near(schema: unknown, depth = 0): fc.Arbitrary<unknown> {
  const right = isNode(schema) && depth < 6 ? fitting(followed(schema), depth) : ANY_VALUE;
  return fc.oneof({ arbitrary: right, weight: 12 }, { arbitrary: ANY_VALUE, weight: 1 });
}

function fitting(schema: Node, depth: number): fc.Arbitrary<unknown> {
  if (Array.isArray(schema.enum)) return fc.constantFrom<unknown>(...schema.enum);
  if ("const" in schema) return fc.constant(schema.const);
  const choices = schema.oneOf ?? schema.anyOf;
  if (Array.isArray(choices)) return fc.oneof(...choices.map((choice) => near(choice, depth + 1)));
  const types = schema.type === undefined ? [] : [schema.type].flat();
  if (types.length === 0) return ANY_VALUE;
  return fc.oneof(...types.map((type) => ofType(String(type), schema, depth)));
}

function ofType(type: string, schema: Node, depth: number): fc.Arbitrary<unknown> {
  if (type === "null") return fc.constant(null);
  if (type === "boolean") return fc.boolean();
  if (type === "string") return fc.constantFrom("", "text", "on");
  if (type === "integer" || type === "number") return fc.constantFrom(0, 1, 42);
  if (type === "array") return fc.array(near(schema.items, depth + 1), { maxLength: 2 });
  const properties = isNode(schema.properties) ? schema.properties : {};
  const required = Array.isArray(schema.required) ? schema.required.map(String) : [];
  const members = Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, near(inner, depth + 1)]));
  const whole = fc.record(members, { requiredKeys: required.filter((name) => name in members), noNullPrototype: true });
  return fc
    .tuple(whole, fc.constantFrom(...required, ""), fc.integer({ min: 0, max: 9 }))
    .map(([object, name, kind]) => {
      if (kind === 0) return Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
      return kind === 1 ? { ...object, extra: 1 } : object;
    });
}

/** The lines of a source text that have an error of type. */
function refusedLines(source: string): ReadonlySet<number> {
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ESNext,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (name, version, ...rest) =>
    name === FILE ? ts.createSourceFile(name, source, version) : read(name, version, ...rest);
  host.fileExists = (name) => name === FILE || ts.sys.fileExists(name);
  const program = ts.createProgram([FILE], options, host);
  const found = program.getSemanticDiagnostics(program.getSourceFile(FILE));
  return new Set(found.map(({ file, start = 0 }) => file?.getLineAndCharacterOfPosition(start).line ?? 0));
}

test("generated types allow the values that validation allows, and no others", (t) => {
  const seed = Date.now() % 2 ** 31;
  const samples = NAMES.flatMap((name) =>
    fc.sample(near({ $ref: `#/components/schemas/${name}` }), { seed, numRuns: 120 }).map((value) => ({ name, value })),
  );
  const lines = samples.map(
    ({ name, value }) => `check<components["schemas"][${JSON.stringify(name)}]>(${JSON.stringify(value)});`,
  );
  const head = [
    'import type { components } from "../../generated/openapi.ts";',
    "declare function check<T>(value: T): void;",
  ];
  const refused = refusedLines([...head, ...lines].join("\n"));
  const differing = samples.flatMap(({ name, value }, index) => {
    const typed = !refused.has(index + head.length);
    return typed === allows(name)(value)
      ? []
      : [`${name} ${typed ? "is typed" : "is not typed"}: ${JSON.stringify(value)}`];
  });
  t.log(`seed ${seed}: ${samples.length} values, ${refused.size} refused`);
  t.true(refused.size > samples.length / 10 && refused.size < (samples.length * 9) / 10);
  t.deepEqual(differing, []);
});
