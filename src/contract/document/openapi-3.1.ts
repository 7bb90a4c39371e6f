import { type ContractDocument, isNode, type Node, resolve } from "./document.ts";
import { walk } from "./walk.ts";

type MutableNode = Record<string, unknown>;

/** The methods for which a path item of OpenAPI 3.1 has a member. */
const METHODS = new Set(["GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE"]);

/** Has a path item of OpenAPI 3.1 a member for this method? */
export function isMethodOf31(method: string): boolean {
  return METHODS.has(method);
}

/**
 * The operations of a path item by methods for which OpenAPI 3.1 has no member: the keys that lead to each, and its method. They are
 * `query` and `additionalOperations` (OpenAPI 3.2 §4.9), and `x-query`, by which a document of 3.1 declares what 3.2 calls `query`.
 */
export function otherOperations(item: Node): { readonly keys: readonly string[]; readonly method: string }[] {
  const { additionalOperations } = item;
  return [
    ...["query", "x-query"].filter((key) => item[key] !== undefined).map((key) => ({ keys: [key], method: "QUERY" })),
    ...(isNode(additionalOperations) ? Object.keys(additionalOperations) : []).map((method) => ({
      keys: ["additionalOperations", method],
      method,
    })),
  ];
}

/**
 * Rewrites a document of OpenAPI 3.1 or 3.2, in place, for a package that knows 3.1 alone: it would refuse the version, and overlook
 * operations by other methods and references to media types without a word.
 *
 * @param put is told of each operation by another method, which is taken out of its path item: a path item that has it as its `post`
 */
export function rewriteAs31(root: MutableNode, put: (method: string, path: string, item: Node) => void): void {
  const document: ContractDocument = { root, source: "", checked: false };
  for (const [path, value] of Object.entries(isNode(root.paths) ? root.paths : {})) {
    const item = isNode(value) ? resolve(document, { node: value, pointer: "" })?.node : undefined;
    if (item === undefined) continue;
    const shared = item.parameters === undefined ? {} : { parameters: structuredClone(item.parameters) };
    for (const { keys, method } of otherOperations(item)) {
      const operation = keys.reduce<unknown>((node, key) => (node as Node)[key], item);
      put(method, path, { ...shared, post: operation });
    }
  }
  for (const { node, kind } of walk(root)) {
    if (kind === "pathItem")
      for (const key of ["query", "x-query", "additionalOperations"]) delete (node as MutableNode)[key];
    if (isNode(node.content)) putMediaTypesInPlace(document, node.content);
  }
  if (String(root.openapi).startsWith("3.2.")) root.openapi = "3.1.1";
  if (isNode(root.components)) delete (root.components as MutableNode).mediaTypes;
}

function putMediaTypesInPlace(document: ContractDocument, content: MutableNode): void {
  for (const [mediaType, value] of Object.entries(content)) {
    if (!isNode(value) || value.$ref === undefined) continue;
    content[mediaType] = structuredClone(resolve(document, { node: value, pointer: "" })?.node ?? value);
  }
}
