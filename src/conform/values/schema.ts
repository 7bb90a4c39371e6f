import { type ContractDocument, isNode, type Node, resolve } from "../../contract/document/document.ts";

/** A schema of the document (JSON Schema 2020-12 §4.3.2): an object, or `true` or `false`. */
export type Schema = Node | boolean;

/** The most branches of one schema that are looked at. */
const MOST_BRANCHES = 12;
const MERGED_LISTS = ["required", "type", "enum"];
const GREATEST = ["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"];
const LEAST = ["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"];

/** A value that is a schema; anything for one that is missing. */
export function schemaOf(value: unknown): Schema {
  return typeof value === "boolean" || isNode(value) ? value : true;
}

/**
 * The alternatives of a schema, each without `$ref`, `allOf`, `anyOf`, `oneOf` and `if` at its root: those of its choices, merged with
 * what stands beside them. An alternative may still be one that another keyword refuses, so values are to be checked.
 */
export function branchesOf(document: ContractDocument, schema: Schema, seen: ReadonlySet<unknown> = new Set()): Node[] {
  if (schema === false || seen.has(schema)) return [];
  if (schema === true) return [{}];
  const within = new Set([...seen, schema]);
  const { $ref, allOf, anyOf, oneOf, if: condition, then, else: otherwise, ...base } = schema;
  const all = [
    ...(typeof $ref === "string" ? [[targetOf(document, $ref)]] : []),
    ...(Array.isArray(allOf) ? allOf.map((part) => [schemaOf(part)]) : []),
    ...[anyOf, oneOf].flatMap((choice) => (Array.isArray(choice) ? [choice.map(schemaOf)] : [])),
    ...(condition === undefined ? [] : [[{ allOf: [condition, schemaOf(then)] }, schemaOf(otherwise)]]),
  ];
  let branches: Node[] = [base];
  for (const choices of all) {
    const inner = choices.flatMap((choice) => branchesOf(document, choice, within));
    branches = branches.flatMap((one) => inner.map((other) => merge(one, other))).slice(0, MOST_BRANCHES);
  }
  return branches;
}

function targetOf(document: ContractDocument, reference: string): Schema {
  return resolve(document, { node: { $ref: reference }, pointer: "" })?.node ?? true;
}

/** A schema for the values that both schemas allow, as far as their keywords can be joined. */
function merge(one: Node, other: Node): Node {
  const merged: Record<string, unknown> = { ...one };
  for (const [key, value] of Object.entries(other)) {
    const before = merged[key];
    if (before === undefined) merged[key] = value;
    else if (MERGED_LISTS.includes(key)) merged[key] = mergeLists(key, before, value);
    else if (GREATEST.includes(key)) merged[key] = Math.max(Number(before), Number(value));
    else if (LEAST.includes(key)) merged[key] = Math.min(Number(before), Number(value));
    else if (key === "properties" && isNode(before) && isNode(value)) merged[key] = mergeProperties(before, value);
    else if (["items", "additionalProperties"].includes(key)) merged[key] = joined(before, value);
    else if (key !== "description" && key !== "title") merged[key] = value;
  }
  return merged;
}

function mergeLists(key: string, one: unknown, other: unknown): unknown {
  const [first, second] = [[one].flat(), [other].flat()];
  if (key === "required") return [...new Set([...first, ...second])];
  const texts = new Set(second.map((value) => JSON.stringify(value)));
  return first.filter((value) => texts.has(JSON.stringify(value)) || (value === "integer" && texts.has('"number"')));
}

function mergeProperties(one: Node, other: Node): Node {
  const shared = Object.keys(other).filter((name) => Object.hasOwn(one, name));
  return { ...one, ...other, ...Object.fromEntries(shared.map((name) => [name, joined(one[name], other[name])])) };
}

function joined(one: unknown, other: unknown): Schema {
  if (one === false || other === false) return false;
  if (one === true || JSON.stringify(one) === JSON.stringify(other)) return schemaOf(other);
  return other === true ? schemaOf(one) : { allOf: [one, other] };
}

const TYPES = ["string", "integer", "number", "boolean", "array", "object", "null"];

/** The keywords by which a schema without `type` shows which type it is about. */
const TELLING: readonly (readonly [string, readonly string[]])[] = [
  ["object", ["properties", "required", "additionalProperties", "minProperties"]],
  ["array", ["items", "prefixItems", "minItems", "maxItems", "uniqueItems"]],
  ["string", ["pattern", "format", "minLength", "maxLength"]],
  ["number", ["minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum"]],
];

/** The JSON types of a branch: those that it names, else those that its keywords are about, else all. */
export function typesOf(branch: Node): readonly string[] {
  if (branch.type !== undefined) return [branch.type].flat().map(String);
  const told = TELLING.filter(([, keywords]) => keywords.some((keyword) => branch[keyword] !== undefined));
  return told.length > 0 ? told.map(([type]) => type) : TYPES;
}

/** The type of a value, by the names of JSON Schema; a number without fraction is an integer. */
export function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

/** A member of a schema that is a finite number; `otherwise` when there is none. */
export function limitOf(branch: Node, keyword: string, otherwise: number): number {
  const value = branch[keyword];
  return typeof value === "number" ? value : otherwise;
}

/** The values that the schema itself shows: its examples and its default. */
export function samplesOf({ example, examples, default: preset }: Node): readonly unknown[] {
  return [example, ...(Array.isArray(examples) ? examples : []), preset].filter((value) => value !== undefined);
}
