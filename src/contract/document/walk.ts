import { escapePointer, isNode, type Node } from "./document.ts";

/**
 * The kinds of objects that OpenAPI 3.1 (§4.8) and 3.2 define, as far as references, schemas or examples can stand below them.
 */
export type Kind =
  | "document"
  | "components"
  | "paths"
  | "pathItem"
  | "operation"
  | "parameter"
  | "requestBody"
  | "mediaType"
  | "encoding"
  | "responses"
  | "response"
  | "callback"
  | "example"
  | "link"
  | "header"
  | "securityScheme"
  | "schema";

/** An object of the document with its JSON pointer (RFC 6901) and its kind. */
export interface Place {
  readonly node: Node;
  readonly pointer: string;
  readonly kind: Kind;
}

/**
 * The content of a member: an object of the kind, or a list of them, or else a map whose keys are names that the author
 * chose.
 */
interface Member {
  readonly kind: Kind;
  readonly isMap: boolean;
}

const one = (kind: Kind): Member => ({ kind, isMap: false });
const map = (kind: Kind): Member => ({ kind, isMap: true });

const each = (keys: readonly string[], member: Member): Record<string, Member> =>
  Object.fromEntries(keys.map((key) => [key, member]));

const PARAMETER_OR_HEADER = { schema: one("schema"), content: map("mediaType"), examples: map("example") };

/**
 * The members of each kind that hold objects. A member that is not listed holds text or data, such as an extension, the
 * value of an example or a default. Data is never walked, so nothing in it is taken for a reference, a schema or a link.
 */
const MEMBERS: Readonly<Record<Kind, Readonly<Record<string, Member>>>> = {
  document: { paths: one("paths"), webhooks: map("pathItem"), components: one("components") },
  components: {
    schemas: map("schema"),
    responses: map("response"),
    parameters: map("parameter"),
    examples: map("example"),
    requestBodies: map("requestBody"),
    headers: map("header"),
    securitySchemes: map("securityScheme"),
    links: map("link"),
    callbacks: map("callback"),
    pathItems: map("pathItem"),
    mediaTypes: map("mediaType"),
  },
  paths: {},
  pathItem: {
    parameters: one("parameter"),
    ...each(["get", "put", "post", "delete", "options", "head", "patch", "trace"], one("operation")),
    ...each(["query", "x-query"], one("operation")),
    additionalOperations: map("operation"),
  },
  operation: {
    parameters: one("parameter"),
    requestBody: one("requestBody"),
    responses: one("responses"),
    callbacks: map("callback"),
  },
  parameter: PARAMETER_OR_HEADER,
  requestBody: { content: map("mediaType") },
  mediaType: {
    ...each(["schema", "itemSchema"], one("schema")),
    ...each(["prefixEncoding", "itemEncoding"], one("encoding")),
    examples: map("example"),
    encoding: map("encoding"),
  },
  encoding: {
    ...each(["prefixEncoding", "itemEncoding"], one("encoding")),
    headers: map("header"),
    encoding: map("encoding"),
  },
  responses: {},
  response: { headers: map("header"), content: map("mediaType"), links: map("link") },
  callback: {},
  example: {},
  link: {},
  header: PARAMETER_OR_HEADER,
  securityScheme: {},
  schema: {
    ...each(["properties", "patternProperties", "dependentSchemas", "dependencies"], map("schema")),
    ...each(["$defs", "definitions"], map("schema")),
    ...each(["additionalProperties", "unevaluatedProperties", "propertyNames"], one("schema")),
    ...each(["items", "prefixItems", "contains", "unevaluatedItems", "contentSchema"], one("schema")),
    ...each(["allOf", "anyOf", "oneOf", "not", "if", "then", "else"], one("schema")),
  },
};

/** The kinds whose own keys are names: paths, statuses, expressions. `$ref` and extensions (`x-`) are none of them. */
const NAMED: Readonly<Partial<Record<Kind, Kind>>> = { paths: "pathItem", responses: "response", callback: "pathItem" };

/**
 * Every object of a document in its order, parents first; a `$ref` is not followed. The children of an object are read
 * after it was yielded, so a caller may change an object in place: the walk goes on in the changed one.
 */
export function walk(root: Node): Generator<Place> {
  return walkObject({ node: root, pointer: "", kind: "document" });
}

function* walkObject(place: Place): Generator<Place> {
  yield place;
  for (const [key, value] of Object.entries(place.node)) {
    const member = memberOf(place.kind, key);
    if (!member) continue;
    const pointer = `${place.pointer}/${escapePointer(key)}`;
    if (member.isMap || Array.isArray(value)) yield* walkEach(value, pointer, member.kind);
    else if (isNode(value)) yield* walkObject({ node: value, pointer, kind: member.kind });
  }
}

/** The objects of a map or a list. */
function* walkEach(holder: unknown, pointer: string, kind: Kind): Generator<Place> {
  if (typeof holder !== "object" || holder === null) return;
  for (const [key, node] of Object.entries(holder)) {
    if (isNode(node)) yield* walkObject({ node, pointer: `${pointer}/${escapePointer(key)}`, kind });
  }
}

function memberOf(kind: Kind, key: string): Member | undefined {
  const named = NAMED[kind];
  if (named) return key === "$ref" || key.startsWith("x-") ? undefined : one(named);
  return Object.hasOwn(MEMBERS[kind], key) ? MEMBERS[kind][key] : undefined;
}
