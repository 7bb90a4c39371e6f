import { type ContractDocument, isNode, type Node, resolve } from "../contract/document/document.ts";

/**
 * The root of a document of OpenAPI 3.0 in the words of 3.1: `nullable`, and limits that are exclusive by a flag, become what JSON Schema
 * says. A later document stays as it is.
 */
export function toCurrent(root: Node): Node {
  return String(root.openapi).startsWith("3.0") ? (mapObjects(root, currentSchema) as Node) : root;
}

/** The document without the names in `required` of members that do not travel in one direction (OpenAPI 3.1 §4.8.24.4). */
export function forDirection(document: ContractDocument, absent: "readOnly" | "writeOnly"): ContractDocument {
  const isAbsent = (schema: unknown) =>
    isNode(schema) && resolve(document, { node: schema, pointer: "" })?.node[absent] === true;
  const revise = (whole: Node): Node => {
    const node = absent === "readOnly" ? withoutWriteOnly(whole) : whole;
    const { properties, required } = node;
    if (!isNode(properties) || !Object.values(properties).some(isAbsent)) return node;
    const others = Array.isArray(required)
      ? { required: required.filter((name) => !isAbsent(properties[String(name)])) }
      : {};
    // A request does not send what only answers have; an answer may say more than it has to.
    const kept =
      absent === "readOnly"
        ? Object.entries(properties).filter(([, schema]) => !isAbsent(schema))
        : Object.entries(properties);
    return { ...node, ...others, properties: Object.fromEntries(kept) };
  };
  return { ...document, root: mapObjects(document.root, revise) as Node };
}

/** The validator of answers, which is used for requests, too, refuses what only requests have. */
function withoutWriteOnly(node: Node): Node {
  if (node.writeOnly !== true) return node;
  const { writeOnly: _, ...schema } = node;
  return schema;
}

function currentSchema(node: Node): Node {
  const { nullable, exclusiveMinimum, exclusiveMaximum, ...others } = node;
  const revised: Record<string, unknown> = { ...others };
  for (const [flag, bound, value] of [
    ["exclusiveMinimum", "minimum", exclusiveMinimum],
    ["exclusiveMaximum", "maximum", exclusiveMaximum],
  ] as const) {
    if (value === true) {
      revised[flag] = revised[bound];
      delete revised[bound];
    } else if (value !== undefined && value !== false) revised[flag] = value;
  }
  if (nullable !== true) return typeof nullable === "boolean" || nullable === undefined ? revised : node;
  if (typeof revised.type !== "string") return { anyOf: [revised, { type: "null" }] };
  const listed = Array.isArray(revised.enum) && !revised.enum.includes(null) ? { enum: [...revised.enum, null] } : {};
  return { ...revised, ...listed, type: [revised.type, "null"] };
}

/** The value with every object in it revised, innermost first. What a document holds as data, such as an example, is passed over. */
function mapObjects(value: unknown, revise: (node: Node) => Node): unknown {
  if (Array.isArray(value)) return value.map((item) => mapObjects(item, revise));
  if (!isNode(value)) return value;
  const members = Object.entries(value).map(([key, member]) => [
    key,
    ["example", "examples", "default", "enum", "const"].includes(key) && !isSchemaMap(member)
      ? member
      : mapObjects(member, revise),
  ]);
  return revise(Object.fromEntries(members));
}

/** Properties may be named as keywords are: `properties: { default: { type: string } }`. */
function isSchemaMap(member: unknown): boolean {
  return isNode(member) && ("$ref" in member || typeof member.type === "string") && !("value" in member);
}
