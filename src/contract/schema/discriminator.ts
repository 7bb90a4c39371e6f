import { isNode, type Node } from "../document/document.ts";

/** The branches of a `discriminator` (OpenAPI 3.1 §4.8.25), by the values of its property. */
export interface Discriminator {
  readonly property: string;
  readonly branches: ReadonlyMap<string, Node>;
  /** Whether null is allowed beside the objects. */
  readonly takesNull: boolean;
}

/** The discriminator of a schema, or the reason why it cannot be served, in a phrase; undefined when there is none. */
export function readDiscriminator(schema: Node): Discriminator | string | undefined {
  const { discriminator, oneOf, anyOf } = schema;
  if (discriminator === undefined) return undefined;
  if (!isNode(discriminator) || typeof discriminator.propertyName !== "string") return "names no property";
  const list = oneOf ?? anyOf;
  if (!Array.isArray(list) || (oneOf !== undefined && anyOf !== undefined)) return "needs oneOf or anyOf beside it";
  const named = list.filter((branch) => isNode(branch) && typeof branch.$ref === "string") as Node[];
  const others = list.filter((branch) => !named.includes(branch));
  if (others.some((branch) => !isNode(branch) || branch.type !== "null")) {
    return "has a branch that is no reference to a schema";
  }
  const mapping = Object.entries(isNode(discriminator.mapping) ? discriminator.mapping : {});
  const branches = new Map<string, Node>();
  for (const [value, target] of mapping) {
    const branch = named.find(({ $ref }) => $ref === target || $ref === `${SCHEMAS}${target}`);
    if (!branch) return `maps ${value} to ${String(target)}, which is none of the branches`;
    branches.set(value, branch);
  }
  for (const branch of named) {
    // A schema that is not mapped goes by its own name.
    if (![...branches.values()].includes(branch)) branches.set(String(branch.$ref).replace(/^.*\//, ""), branch);
  }
  return { property: discriminator.propertyName, branches, takesNull: others.length > 0 };
}

const SCHEMAS = "#/components/schemas/";

/**
 * Puts in the place of `oneOf` and `discriminator` what the two mean together: the property has one of the values, and its value decides
 * which schema the object is held to. Faults are then those of the one schema that is meant.
 */
export function writeDiscriminator(schema: Record<string, unknown>): void {
  const found = readDiscriminator(schema);
  if (found === undefined || typeof found === "string") return;
  const { property, branches, takesNull } = found;
  const isOne = {
    type: takesNull ? ["object", "null"] : "object",
    required: [property],
    properties: { [property]: { enum: [...branches.keys()] } },
  };
  const choices = [...branches].map(([value, branch]) => ({
    if: { type: "object", required: [property], properties: { [property]: { const: value } } },
    // biome-ignore lint/suspicious/noThenProperty: `then` is a keyword of JSON Schema.
    then: branch,
  }));
  const { allOf } = schema;
  for (const key of ["discriminator", "oneOf", "anyOf"]) delete schema[key];
  schema.allOf = [...(Array.isArray(allOf) ? allOf : []), isOne, ...choices];
}
