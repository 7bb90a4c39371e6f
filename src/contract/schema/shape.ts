import { type ContractDocument, isNode, type Located, type Node } from "../document/document.ts";
import { schemaAt, schemasIn, schemasOf, targetOf, typeOf } from "./parts.ts";

/**
 * The outline of a schema, as far as a text needs it to become a value: texts in addresses, fields and forms have no types of their own.
 */
export interface Shape {
  /** The JSON types that the schema allows; empty when it does not say. */
  readonly types: readonly string[];
  /** The elements of a list; undefined when the schema says nothing of them. */
  readonly items: Shape | undefined;
  /** The first elements of a list, one by one. */
  readonly prefixItems: readonly Shape[];
  /** The members of an object. */
  readonly members: ReadonlyMap<string, Shape>;
  /** The other members of an object; undefined when the schema says nothing of them. */
  readonly others: Shape | undefined;
  /** Whether the text stands for the content of a file: a string of format `binary`, or of another media type (OpenAPI 3.1 §4.8.14.2). */
  readonly isFile: boolean;
  /** The most elements of a list, and the bounds of a text in characters, of a file in bytes. */
  readonly maxItems: number | undefined;
  readonly minLength: number | undefined;
  readonly maxLength: number | undefined;
}

/** Deeper parts are in no style, and a schema may contain itself. */
const DEPTH = 4;

/** The outline of the schema at a place, with all that its references and its `allOf`, `oneOf` and `anyOf` say. */
export function readShape(document: ContractDocument, schema: Located | undefined, depth = DEPTH): Shape {
  const parts = schema && depth > 0 ? partsOf(document, schema, new Set()) : [];
  const shapeOf = (found: readonly Located[]): Shape | undefined =>
    found.length === 0 ? undefined : merge(found.map((each) => readShape(document, each, depth - 1)));
  const inAll = (key: string) => parts.flatMap((part) => schemaAt(part, key) ?? []);
  const numberIn = (key: string) => parts.map(({ node }) => node[key]).find((value) => typeof value === "number");
  const members = Map.groupBy(
    parts.flatMap((part) => schemasOf(part, "properties")),
    ([name]) => name,
  );
  const tuples = parts.map((part) => schemasIn(part, "prefixItems")).filter((tuple) => tuple.length > 0);
  return {
    types: schema ? (typesOf(document, schema, new Set()) ?? []) : [],
    items: shapeOf(inAll("items")),
    prefixItems: (tuples[0] ?? []).map((element) => readShape(document, element, depth - 1)),
    members: new Map(
      [...members].map(([name, found]) => [name, shapeOf(found.map(([, located]) => located)) as Shape]),
    ),
    others: shapeOf(inAll("additionalProperties")),
    maxItems: numberIn("maxItems"),
    minLength: numberIn("minLength"),
    maxLength: numberIn("maxLength"),
    isFile: parts.some(({ node }) => node.format === "binary" || isOfMediaType(node)),
  };
}

/** Is the value content of a media type that is not encoded as text (JSON Schema 2020-12 §8)? */
function isOfMediaType({ contentMediaType, contentEncoding }: Node): boolean {
  return contentMediaType !== undefined && contentEncoding === undefined;
}

/** The schema itself, and those that hold for the same value. */
function partsOf(document: ContractDocument, schema: Located, seen: Set<Node>): Located[] {
  if (seen.has(schema.node)) return [];
  seen.add(schema.node);
  return [schema, ...branchesOf(document, schema).flatMap((branch) => partsOf(document, branch, seen))];
}

function branchesOf(document: ContractDocument, schema: Located): Located[] {
  return [...targetOf(document, schema), ...["allOf", "oneOf", "anyOf"].flatMap((key) => schemasIn(schema, key))];
}

/** The types that a schema allows; undefined when it does not say. */
function typesOf(document: ContractDocument, schema: Located, seen: Set<Node>): string[] | undefined {
  const { node } = schema;
  if (seen.has(node)) return undefined;
  const inside = new Set(seen).add(node);
  let types = ownTypes(node);
  for (const part of [...targetOf(document, schema), ...schemasIn(schema, "allOf")]) {
    types = common(types, typesOf(document, part, inside));
  }
  for (const key of ["oneOf", "anyOf"]) {
    const branches = schemasIn(schema, key).map((branch) => typesOf(document, branch, inside));
    if (branches.length === 0 || branches.includes(undefined)) continue;
    types = common(types, [...new Set(branches.flatMap((each) => each ?? []))]);
  }
  return types;
}

function ownTypes({ type, const: only, enum: values, properties, items }: Node): string[] | undefined {
  if (type !== undefined) return [type].flat().map(String);
  if (only !== undefined) return [typeOf(only)];
  if (Array.isArray(values)) return [...new Set(values.map(typeOf))];
  if (isNode(properties)) return ["object"];
  return items === undefined ? undefined : ["array"];
}

function common(one: string[] | undefined, other: string[] | undefined): string[] | undefined {
  if (!one || !other) return one ?? other;
  const both = one.filter((type) => other.includes(type));
  // A whole number is a number, too.
  const isWhole = [one, other].every((types) => types.includes("integer") || types.includes("number"));
  return isWhole && !both.includes("number") && !both.includes("integer") ? [...both, "integer"] : both;
}

/** The outline of a value that is described at several places. */
function merge(shapes: readonly Shape[]): Shape {
  const [first, second, ...rest] = shapes;
  if (first === undefined) throw new Error("there is no shape to merge");
  if (second === undefined) return first;
  const merged: Shape = {
    types: [...new Set([...first.types, ...second.types])],
    items: first.items ?? second.items,
    prefixItems: first.prefixItems.length > 0 ? first.prefixItems : second.prefixItems,
    members: new Map([...second.members, ...first.members]),
    others: first.others ?? second.others,
    isFile: first.isFile || second.isFile,
    maxItems: first.maxItems ?? second.maxItems,
    minLength: first.minLength ?? second.minLength,
    maxLength: first.maxLength ?? second.maxLength,
  };
  return merge([merged, ...rest]);
}
