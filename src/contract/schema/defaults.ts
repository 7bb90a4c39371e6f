import type { ContractDocument, Located, Node } from "../document/document.ts";
import { readDiscriminator } from "./discriminator.ts";
import { schemaAt, schemasIn, schemasOf, sureParts, targetOf, typeOf } from "./parts.ts";

/** Fills in the defaults of members that are missing in a value, in place. */
export type FillIn = (value: unknown) => void;

/** Compiles the filling in of the defaults below a schema; undefined when it has none. */
export function compileDefaults(document: ContractDocument, schema: Located): FillIn | undefined {
  return hasDefaults(document, schema, new Set()) ? (value) => fill(document, schema, value) : undefined;
}

/** A copy of the default of a schema, with those of its members; undefined when it has none. */
export function defaultOf(document: ContractDocument, schema: Located): unknown {
  const found = sureParts(document, schema).find(({ node }) => node.default !== undefined);
  return found && structuredClone(found.node.default);
}

/** The schemas of the parts of a value, whatever the value is. */
function inside(schema: Located): Located[] {
  const maps = ["properties", "patternProperties"].flatMap((key) => schemasOf(schema, key).map(([, each]) => each));
  return [
    ...maps,
    ...["items", "additionalProperties"].flatMap((key) => schemaAt(schema, key) ?? []),
    ...schemasIn(schema, "prefixItems"),
  ];
}

function branchesOf(schema: Located): Located[] {
  return ["oneOf", "anyOf"].flatMap((key) => schemasIn(schema, key));
}

/** Is there a default that would be filled in below the schema? */
function hasDefaults(document: ContractDocument, schema: Located, seen: Set<Node>): boolean {
  if (seen.has(schema.node)) return false;
  seen.add(schema.node);
  const parts = inside(schema);
  if (parts.some((part) => defaultOf(document, part) !== undefined)) return true;
  const others = [...parts, ...targetOf(document, schema), ...schemasIn(schema, "allOf"), ...branchesOf(schema)];
  return others.some((other) => hasDefaults(document, other, seen));
}

function fill(document: ContractDocument, schema: Located, value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  for (const part of sureParts(document, schema)) {
    if (Array.isArray(value)) fillList(document, part, value);
    else fillObject(document, part, value as Record<string, unknown>);
    const branch = branchFor(document, part, value);
    if (branch) fill(document, branch, value);
  }
}

function fillList(document: ContractDocument, schema: Located, list: readonly unknown[]): void {
  const first = schemasIn(schema, "prefixItems");
  const items = schemaAt(schema, "items");
  for (const [index, element] of list.entries()) {
    const shape = first[index] ?? items;
    if (shape) fill(document, shape, element);
  }
}

function fillObject(document: ContractDocument, schema: Located, object: Record<string, unknown>): void {
  const members = schemasOf(schema, "properties");
  for (const [name, member] of members) {
    if (!Object.hasOwn(object, name)) {
      const preset = defaultOf(document, member);
      if (preset === undefined) continue;
      object[name] = preset;
    }
    fill(document, member, object[name]);
  }
  const patterns = schemasOf(schema, "patternProperties").map(
    ([pattern, found]) => [new RegExp(pattern, "u"), found] as const,
  );
  const others = schemaAt(schema, "additionalProperties");
  if (patterns.length === 0 && !others) return;
  for (const [name, value] of Object.entries(object)) {
    const matching = patterns.filter(([pattern]) => pattern.test(name));
    for (const [, found] of matching) fill(document, found, value);
    if (others && matching.length === 0 && !members.some(([known]) => known === name)) fill(document, others, value);
  }
}

/** The one branch that a value can belong to, by the discriminator or by its type; undefined where several can. */
function branchFor(document: ContractDocument, schema: Located, value: object): Located | undefined {
  const branches = branchesOf(schema);
  const discriminator = readDiscriminator(schema.node);
  if (typeof discriminator === "object") {
    const chosen = discriminator.branches.get(
      String((value as Readonly<Record<string, unknown>>)[discriminator.property]),
    );
    return branches.find(({ node }) => node === chosen);
  }
  const possible = branches.filter((branch) => allows(document, branch, typeOf(value)));
  return possible.length === 1 ? possible[0] : undefined;
}

function allows(document: ContractDocument, schema: Located, type: string): boolean {
  return sureParts(document, schema).every(({ node }) => node.type === undefined || [node.type].flat().includes(type));
}

/**
 * The defaults below a schema that cannot be filled in, one phrase each: below `oneOf` or `anyOf` where several branches take objects, and
 * below a condition, so that it is not known whether they hold.
 */
export function uncertainDefaults(document: ContractDocument, schema: Located, seen = new Set<Node>()): string[] {
  if (seen.has(schema.node)) return [];
  seen.add(schema.node);
  const has = (part: Located) => hasDefaults(document, part, new Set());
  const conditions = ["if", "then", "else", "not", "contains", "unevaluatedProperties", "unevaluatedItems"].flatMap(
    (key) => schemaAt(schema, key) ?? [],
  );
  const dependent = schemasOf(schema, "dependentSchemas").map(([, each]) => each);
  const branches = branchesOf(schema);
  const isDecided = typeof readDiscriminator(schema.node) === "object";
  const rivals = ["object", "array"].flatMap((type) => {
    const possible = branches.filter((branch) => allows(document, branch, type));
    return isDecided || possible.length < 2 ? [] : possible;
  });
  const uncertain = [...conditions, ...dependent, ...rivals].filter(has);
  const certain = [...inside(schema), ...targetOf(document, schema), ...schemasIn(schema, "allOf"), ...branches];
  return [
    ...[...new Set(uncertain.map(({ pointer }) => pointer))],
    ...certain.flatMap((each) => (uncertain.includes(each) ? [] : uncertainDefaults(document, each, seen))),
  ];
}
