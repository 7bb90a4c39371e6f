import test from "ava";
import fc from "fast-check";
import { escapePointer, type Node } from "../../../src/contract/document/document.ts";
import { type Kind, walk } from "../../../src/contract/document/walk.ts";

/** Names that an author may give, keywords of OpenAPI and JSON Schema among them. */
const NAME = fc.oneof(
  fc.constantFrom("default", "example", "examples", "enum", "const", "properties", "schema", "links", "$ref", "value"),
  fc.string({ minLength: 1 }).filter((name) => name !== "__proto__"),
);
const DATA = fc.oneof(
  fc.jsonValue(),
  fc.constant({ $ref: "#/nowhere", type: "object", properties: { a: { default: 1 } }, links: { a: {} } }),
);

/** The places of a document, each as `kind pointer`. */
function placesOf(root: Node): string[] {
  return [...walk(root)].map(({ kind, pointer }) => `${kind} ${pointer}`);
}

const pathItem = (operation: Node, path = "/a") => ({ paths: { [path]: { get: operation } } });
const inSchema = (schema: Node) => ({ components: { schemas: { A: schema } } });
const components = (kind: string) => (content: unknown) => ({ components: { [kind]: content } });
const inMediaType = (mediaType: Node) => pathItem({ requestBody: { content: { "a/b": mediaType } } });

/** Each map of names in a document, with the kind of what it holds. */
const MAPS: readonly (readonly [string, Kind, (content: unknown) => Node])[] = [
  ["components.schemas", "schema", components("schemas")],
  ["components.responses", "response", components("responses")],
  ["components.parameters", "parameter", components("parameters")],
  ["components.examples", "example", components("examples")],
  ["components.requestBodies", "requestBody", components("requestBodies")],
  ["components.headers", "header", components("headers")],
  ["components.securitySchemes", "securityScheme", components("securitySchemes")],
  ["components.links", "link", components("links")],
  ["components.callbacks", "callback", components("callbacks")],
  ["components.pathItems", "pathItem", components("pathItems")],
  ["webhooks", "pathItem", (webhooks) => ({ webhooks })],
  ["properties", "schema", (properties) => inSchema({ properties })],
  ["patternProperties", "schema", (patternProperties) => inSchema({ patternProperties })],
  ["dependentSchemas", "schema", (dependentSchemas) => inSchema({ dependentSchemas })],
  ["$defs", "schema", ($defs) => inSchema({ $defs })],
  ["content", "mediaType", (content) => pathItem({ requestBody: { content } })],
  ["callbacks", "callback", (callbacks) => pathItem({ callbacks })],
  ["examples of a media type", "example", (examples) => inMediaType({ examples })],
  ["examples of a parameter", "example", (examples) => pathItem({ parameters: [{ examples }] })],
  ["encoding", "encoding", (encoding) => inMediaType({ encoding })],
  ["headers of a part", "header", (headers) => inMediaType({ encoding: { a: { headers } } })],
  ["headers", "header", (headers) => pathItem({ responses: { 200: { headers } } })],
  ["links", "link", (links) => pathItem({ responses: { 200: { links } } })],
];

for (const [what, kind, inDocument] of MAPS) {
  test(`${what}: every member is walked, whatever its name`, (t) => {
    fc.assert(
      fc.property(NAME, (name) => {
        const found = placesOf(inDocument({ [name]: {} }));
        t.true(found.at(-1)?.startsWith(`${kind} `), found.join("\n"));
        t.true(found.at(-1)?.endsWith(`/${escapePointer(name)}`), found.join("\n"));
      }),
      { numRuns: 50 },
    );
  });
}

/** Each place for data in a document. */
const DATA_PLACES: readonly (readonly [string, (data: unknown) => Node])[] = [
  ...["default", "const", "enum", "example", "examples", "x-note", "discriminator"].map(
    (key) => [`${key} of a schema`, (data: unknown) => inSchema({ [key]: data })] as const,
  ),
  ["the example of a parameter", (example) => pathItem({ parameters: [{ example }] })],
  ["the example of a media type", (example) => inMediaType({ example })],
  ["the value of an example", (value) => inMediaType({ examples: { default: { value } } })],
  ["the value of a shared example", (value) => ({ components: { examples: { A: { value } } } })],
  ["the parameters of a link", (parameters) => components("links")({ A: { parameters } })],
  ["the content of a link", (requestBody) => components("links")({ A: { requestBody } })],
  ["a security requirement", (data) => pathItem({ security: [data] })],
  ["the variables of a server", (variables) => ({ servers: [{ url: "/", variables }] })],
  ["an extension of the document", (data) => ({ "x-note": data })],
  ["an extension beside paths", (data) => ({ paths: { "x-note": data } })],
  ["an extension beside statuses", (data) => pathItem({ responses: { "x-note": data } })],
  ["an extension in a callback", (data) => components("callbacks")({ A: { "x-note": data } })],
];

for (const [what, inDocument] of DATA_PLACES) {
  test(`${what} is data: nothing in it is walked`, (t) => {
    const empty = placesOf(inDocument(null));
    fc.assert(
      fc.property(DATA, (data) => t.deepEqual(placesOf(inDocument(data)), empty)),
      { numRuns: 50 },
    );
  });
}

test("each object is walked once, parents first, in the order of the document", (t) => {
  const schema = { items: { type: "string" }, allOf: [{ not: {} }, true], additionalProperties: false };
  t.deepEqual(
    placesOf({ ...pathItem({ responses: { 200: { $ref: "#/components/responses/A" } } }), ...inSchema(schema) }),
    [
      "document ",
      "paths /paths",
      "pathItem /paths/~1a",
      "operation /paths/~1a/get",
      "responses /paths/~1a/get/responses",
      "response /paths/~1a/get/responses/200",
      "components /components",
      "schema /components/schemas/A",
      "schema /components/schemas/A/items",
      "schema /components/schemas/A/allOf/0",
      "schema /components/schemas/A/allOf/0/not",
    ],
  );
});

test("an object that is changed when it is given out is walked on as it has become", (t) => {
  const root = pathItem({ responses: { 200: {} }, parameters: [{}] });
  const kinds: Kind[] = [];
  for (const { node, kind } of walk(root)) {
    kinds.push(kind);
    if (kind === "operation") Reflect.deleteProperty(node, "responses");
  }
  t.deepEqual(kinds, ["document", "paths", "pathItem", "operation", "parameter"]);
});

test("values that are no object, or not where an object belongs, are passed over", (t) => {
  t.deepEqual(placesOf({ paths: null, components: { schemas: [7, null], nothing: {} }, webhooks: "a" }), [
    "document ",
    "components /components",
  ]);
});
