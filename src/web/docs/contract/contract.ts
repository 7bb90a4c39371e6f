/** A value of a parsed JSON document. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json | undefined;
}

/** The contract as it is served: an OpenAPI document, parsed. */
export type Contract = JsonObject;

/** An operation of the contract, at its place on the page. */
export interface ContractOperation {
  readonly operationId: string;
  readonly tag: string;
  /** In capitals. */
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  /** The Operation Object. */
  readonly object: JsonObject;
  /** The parameters of the path item and of the operation, without references. */
  readonly parameters: readonly JsonObject[];
}

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/** The value if it is an object, else an empty one. */
export function objectOf(value: Json | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** The value if it is a list, else an empty one. */
export function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

/** The value if it is a text, else "". */
export function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

/** The object that a value is or, by a reference into the same document (RFC 6901), stands for. A circle ends as an empty one. */
export function resolve(contract: Contract, value: Json | undefined): JsonObject {
  let object = objectOf(value);
  for (let steps = 0; typeof object.$ref === "string"; steps += 1) {
    if (steps > 20) return {};
    object = objectOf(targetOf(contract, object.$ref));
  }
  return object;
}

/** What a reference into the same document, such as `#/components/schemas/Article`, leads to; undefined if there is nothing. */
export function targetOf(contract: Contract, reference: string): Json | undefined {
  if (!reference.startsWith("#/")) return undefined;
  const names = decodeURIComponent(reference.slice(2)).split("/");
  return names.reduce<Json | undefined>(
    (at, name) => objectOf(at)[name.replaceAll("~1", "/").replaceAll("~0", "~")],
    contract,
  );
}

/** Every operation, in the order of the page: by the document's tags, then by its paths. */
export function operationsOf(contract: Contract): readonly ContractOperation[] {
  const found = Object.entries(objectOf(contract.paths)).flatMap(([path, item]) =>
    Object.entries(objectOf(item)).flatMap(([method, value]) =>
      METHODS.includes(method) ? operations(contract, path, method, objectOf(item), objectOf(value)) : [],
    ),
  );
  const tags = [...new Set([...tagsOf(contract).map(({ name }) => name), ...found.map(({ tag }) => tag)])];
  return tags.flatMap((tag) => found.filter((operation) => operation.tag === tag));
}

/** The tags that the document describes, in its order. */
export function tagsOf(contract: Contract): readonly { readonly name: string; readonly description: string }[] {
  return listOf(contract.tags).map((tag) => {
    const { name, description } = objectOf(tag);
    return { name: textOf(name), description: textOf(description) };
  });
}

function operations(
  contract: Contract,
  path: string,
  method: string,
  item: JsonObject,
  object: JsonObject,
): readonly ContractOperation[] {
  const operationId = textOf(object.operationId);
  const parameters = [...listOf(item.parameters), ...listOf(object.parameters)].map((one) => resolve(contract, one));
  const own = { operationId, method: method.toUpperCase(), path, summary: textOf(object.summary), object, parameters };
  return listOf(object.tags).map((tag) => ({ ...own, tag: textOf(tag) }));
}
