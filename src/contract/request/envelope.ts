import { type ContractDocument, isNode, type Node, valueAt } from "../document/document.ts";
import type { Operation, Parameter } from "../document/operation.ts";

/**
 * The parameters of a request that express-openapi-validator cannot read by their style: they are read here, and held to their schemas as
 * members of one object, together with the content.
 */
export interface Envelope {
  readonly query: Record<string, unknown>;
  readonly path: Record<string, unknown>;
  readonly header: Record<string, unknown>;
  readonly cookie: Record<string, unknown>;
  content?: unknown;
}

export const PLACES = ["query", "path", "header", "cookie"] as const;

/** The media type of an envelope without content. */
export const NO_CONTENT = "application/json";

/** The parameters of an operation that travel in its envelope; without any it has none. */
export function envelopedOf({ parameters }: Operation): readonly Parameter[] {
  return parameters.filter(({ isPlain }) => !isPlain);
}

/** An envelope for the parameters of an operation; undefined when it takes none. */
export function emptyEnvelope(operation: Operation): Envelope | undefined {
  return envelopedOf(operation).length > 0 ? { query: {}, path: {}, header: {}, cookie: {} } : undefined;
}

/** The name of a parameter in the parts of a request: header names are compared without case. */
export function keyOf({ name, in: where }: Parameter): string {
  return where === "header" ? name.toLowerCase() : name;
}

type Writable = Record<string, unknown>;

/** Has the operations of a copy of the document take envelopes, where they have parameters that travel in one. */
export function writeEnvelopes(copy: Node, operations: readonly Operation[]): void {
  const document: ContractDocument = { root: copy, source: "", checked: false };
  const at = (pointer: string) => valueAt(copy, pointer.split("/").slice(1)) as Writable;
  const writers = operations.map((operation) => {
    const plain = operation.parameters.filter(({ isPlain }) => isPlain).map(({ pointer }) => at(pointer));
    const envelope = envelopeOf(operation, at);
    return () => {
      const node = at(operation.pointer);
      // Those that several methods share are listed with each of them.
      node.parameters = plain;
      if (envelope) node.requestBody = bodyOf(document, node, envelope);
    };
  });
  if (operations.every((operation) => envelopedOf(operation).length === 0)) return;
  for (const { pointer } of operations) delete at(pointer.replace(BELOW_PATH_ITEM, "")).parameters;
  for (const write of writers) write();
}

/** What leads from a path item to one of its operations. */
const BELOW_PATH_ITEM = /\/(?:additionalOperations\/)?[^/]+$/;

function envelopeOf(operation: Operation, at: (pointer: string) => Writable): Writable | undefined {
  const enveloped = envelopedOf(operation);
  if (enveloped.length === 0) return undefined;
  const places = PLACES.map((place) => [place, enveloped.filter((parameter) => parameter.in === place)] as const);
  const properties = places.map(([place, parameters]) => [
    place,
    {
      type: "object",
      properties: Object.fromEntries(parameters.map((each) => [keyOf(each), at(each.schema?.pointer ?? "")])),
      required: parameters.filter(({ node }) => node.required === true).map(keyOf),
    },
  ]);
  return { type: "object", properties: Object.fromEntries(properties) };
}

/** The content of a request, in an envelope. */
function bodyOf({ root }: ContractDocument, operation: Writable, envelope: Writable): Writable {
  const body = isNode(operation.requestBody) ? operation.requestBody : { content: { [NO_CONTENT]: {} } };
  const { $ref } = body;
  const found = typeof $ref === "string" ? (valueAt(root, $ref.slice(2).split("/")) as Node) : body;
  const content = Object.entries(isNode(found.content) ? found.content : {}).map(([mediaType, described]) => {
    const schema = isNode(described) && isNode(described.schema) ? described.schema : {};
    const properties = { ...(envelope.properties as Node), content: schema };
    return [mediaType, { schema: { ...envelope, properties } }];
  });
  return { required: true, content: Object.fromEntries(content) };
}
