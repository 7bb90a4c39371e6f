import {
  type ContractDocument,
  escapePointer,
  isNode,
  type Located,
  type Node,
  valueAt,
} from "../document/document.ts";

/** The schema under a key, as it stands there: a `$ref` may have other keywords beside it (JSON Schema 2020-12 §8.2.3.1). */
export function schemaAt({ node, pointer }: Located, key: string): Located | undefined {
  const value = Object.hasOwn(node, key) ? node[key] : undefined;
  return isNode(value) ? { node: value, pointer: `${pointer}/${escapePointer(key)}` } : undefined;
}

/** The schemas in the list under a key. */
export function schemasIn({ node, pointer }: Located, key: string): Located[] {
  const list = node[key];
  if (!Array.isArray(list)) return [];
  return list.flatMap((value, index) => (isNode(value) ? { node: value, pointer: `${pointer}/${key}/${index}` } : []));
}

/** The schemas in the map under a key: `[name, schema]`. */
export function schemasOf(schema: Located, key: string): [string, Located][] {
  const holder = schemaAt(schema, key);
  if (!holder) return [];
  return Object.keys(holder.node).flatMap((name) => {
    const found = schemaAt(holder, name);
    return found ? [[name, found] as [string, Located]] : [];
  });
}

/** The target of the `$ref` of a schema, which may be a reference itself; none without one, and where it leads nowhere. */
export function targetOf({ root }: ContractDocument, { node }: Located): Located[] {
  const { $ref } = node;
  if (typeof $ref !== "string" || !$ref.startsWith("#/")) return [];
  const value = valueAt(root, $ref.slice(2).split("/").map(decodeURIComponent));
  return isNode(value) ? [{ node: value, pointer: $ref.slice(1) }] : [];
}

/** The schema that a reference leads to which has nothing beside it; else the schema itself. */
export function meantBy(document: ContractDocument, schema: Located): Located {
  const seen = new Set<Node>();
  let current = schema;
  while (Object.keys(current.node).length === 1 && !seen.has(current.node)) {
    seen.add(current.node);
    const [target] = targetOf(document, current);
    if (!target) break;
    current = target;
  }
  return current;
}

/** The schema itself and those that hold for the same value in any case: its reference's target, and all of `allOf`. */
export function sureParts(document: ContractDocument, schema: Located, seen = new Set<Node>()): Located[] {
  if (seen.has(schema.node)) return [];
  seen.add(schema.node);
  const others = [...targetOf(document, schema), ...schemasIn(schema, "allOf")];
  return [schema, ...others.flatMap((other) => sureParts(document, other, seen))];
}

/** The JSON type of a value; `integer` for a number that is whole. */
export function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}
