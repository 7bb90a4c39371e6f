import { type ContractDocument, ContractFault, isNode, type Node, valueAt } from "../document/document.ts";

/**
 * The part of a document that requests are held to: its paths without their answers, and the components that are left to be
 * referred to. express-openapi-validator goes through the whole document twice for every operation and media type that it
 * compiles, and most of a document is about answers.
 *
 * Throws {@link ContractFault} for references of which the package would make nothing, and let any content pass.
 */
export function requestSide({ root }: ContractDocument): Node {
  const paths = mapValues(root.paths, (item) => mapValues(item, (operation) => without(operation, "responses")));
  const { components, ...rest } = root;
  const kept = new Set<string>();
  const lost = new Set<string>();
  const unread = [paths];
  for (let part = unread.pop(); part !== undefined; part = unread.pop()) {
    for (const reference of referencesIn(part)) {
      const pointer = COMPONENT.exec(reference)?.[1];
      if (pointer === undefined) lost.add(reference);
      else if (!kept.has(pointer)) {
        kept.add(pointer);
        unread.push(valueAt(root, pointer.split("/")));
      }
    }
  }
  if (lost.size > 0) throw new ContractFault([...lost].map(explain));
  return { ...rest, paths, components: mapValues(components, (kind, name) => pick(kind, name, kept)) };
}

/** A reference to a component, or to a place in one that the package finds: nothing in it is escaped, and only names have dots. */
const COMPONENT = /^#\/(components\/\w+\/[\w.-]+)(?:\/[\w-]+)*$/;

function explain(reference: string): string {
  return `requests cannot be held to $ref ${reference}: only to a component, or a place in one without escapes`;
}

function pick(kind: unknown, name: string, kept: ReadonlySet<string>): unknown {
  if (!isNode(kind) || UNCOUNTED.has(name)) return kind;
  const isKept = (key: string) => kept.has(`components/${name}/${key}`);
  return Object.fromEntries(Object.entries(kind).filter(([key]) => isKept(key)));
}

/** Security schemes are referred to by their names alone, and examples from where no reference is looked for. */
const UNCOUNTED = new Set(["securitySchemes", "examples"]);

function without(node: unknown, key: string): unknown {
  if (!isNode(node)) return node;
  const { [key]: _, ...rest } = node;
  return rest;
}

function mapValues(node: unknown, change: (value: unknown, key: string) => unknown): unknown {
  if (!isNode(node)) return node;
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, change(value, key)]));
}

/** Every `$ref` in a value. What stands in an example leads nowhere by nature. */
function referencesIn(value: unknown, keysAreNames = false): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => referencesIn(item));
  if (!isNode(value)) return [];
  const own = typeof value.$ref === "string" ? [value.$ref] : [];
  const keys = Object.keys(value).filter((key) => keysAreNames || !DATA.has(key));
  return [...own, ...keys.flatMap((key) => referencesIn(value[key], !keysAreNames && NAMED.has(key)))];
}

const DATA = new Set(["example", "examples", "default", "const", "enum"]);
/** Keywords whose members have names of the document's own, which may be those of {@link DATA}. */
const NAMED = new Set(["properties", "patternProperties", "dependentSchemas", "$defs"]);
