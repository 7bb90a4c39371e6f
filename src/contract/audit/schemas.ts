import { type ContractDocument, isNode, type Located, type Node } from "../document/document.ts";
import type { Operation } from "../document/operation.ts";
import { type Place, walk } from "../document/walk.ts";
import { uncertainDefaults } from "../schema/defaults.ts";
import { readDiscriminator } from "../schema/discriminator.ts";

/** The keywords of JSON Schema 2020-12 and of OpenAPI 3.1 §4.8.24 that hold here, or that say nothing about a value. */
const KEYWORDS = new Set(
  `$ref $defs $comment title description default deprecated readOnly writeOnly example examples externalDocs xml discriminator
  type enum const format multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern
  maxItems minItems uniqueItems maxContains minContains maxProperties minProperties required dependentRequired
  allOf anyOf oneOf not if then else dependentSchemas prefixItems items contains
  properties patternProperties additionalProperties propertyNames unevaluatedItems unevaluatedProperties
  contentEncoding contentMediaType contentSchema`.split(/\s+/),
);

/** Keywords that would change what others mean, each with the way to say it. */
const REFUSED: Readonly<Record<string, string>> = {
  nullable: 'is of OpenAPI 3.0: write type: [..., "null"]',
  $id: "is not supported: refer to schemas by their place in the document",
  $anchor: "is not supported: refer to schemas by their place in the document",
  $dynamicRef: "is not supported: use $ref",
  $dynamicAnchor: "is not supported: use $ref",
  $recursiveRef: "is not supported: use $ref",
  $recursiveAnchor: "is not supported: use $ref",
  $schema: "is not supported: schemas are of JSON Schema 2020-12",
  $vocabulary: "is not supported: schemas are of JSON Schema 2020-12",
  definitions: "is of an older JSON Schema: write $defs",
  dependencies: "is of an older JSON Schema: write dependentRequired or dependentSchemas",
  additionalItems: "is of an older JSON Schema: write prefixItems and items",
};

/** The schemas that say what nobody would hold a value to, one sentence each. */
export function auditKeywords({ root }: ContractDocument): string[] {
  return [...walk(root)].flatMap((place) => (place.kind === "schema" ? auditSchema(place) : []));
}

function auditSchema({ node, pointer }: Place): string[] {
  const discriminator = readDiscriminator(node);
  return [
    ...Object.keys(node).flatMap((key) => {
      if (KEYWORDS.has(key) || key.startsWith("x-")) return [];
      return [`${pointer}: ${key} ${REFUSED[key] ?? "is no keyword of JSON Schema 2020-12 or OpenAPI 3.1"}`];
    }),
    ...(typeof discriminator === "string" ? [`${pointer}: the discriminator ${discriminator}`] : []),
    ...(Array.isArray(node.items)
      ? [`${pointer}: items is a list, which is of an older JSON Schema: write prefixItems`]
      : []),
    ...inheritedNames(node).map((name) => `${pointer}: a member named ${name} is not supported`),
  ];
}

/**
 * The members of a schema that each object of JavaScript has by inheritance, such as `constructor`: a validator of JSON Schema takes them for
 * there where they are missing.
 */
function inheritedNames({ properties, required, dependentRequired, dependentSchemas }: Node): string[] {
  const maps = [properties, dependentRequired, dependentSchemas].filter(isNode);
  const names = [...maps.flatMap((map) => Object.keys(map)), ...(Array.isArray(required) ? required : [])];
  return [...new Set(names.map(String))].filter((name) => name in Object.prototype);
}

/** The defaults of what an operation takes that would not be filled in, one sentence each. */
export function auditDefaults(document: ContractDocument, operation: Operation): string[] {
  const schemas: Located[] = [
    ...operation.parameters.flatMap(({ schema }) => schema ?? []),
    ...(operation.requestContent?.schemas.values() ?? []),
  ];
  const places = schemas.flatMap((schema) => uncertainDefaults(document, schema));
  return [...new Set(places)].map(
    (pointer) =>
      `operation ${operation.operationId} cannot fill in the defaults below ${pointer}: whether they hold depends on the value`,
  );
}
