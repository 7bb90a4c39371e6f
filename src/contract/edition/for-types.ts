import { type ContractDocument, follow, isNode, type Node } from "../document/document.ts";
import { rewriteAs31 } from "../document/openapi-3.1.ts";
import { walk } from "../document/walk.ts";

/**
 * The document for openapi-typescript. It leaves out operations by the methods that came with OpenAPI 3.2, without a word: they go
 * where it looks for operations and where no client takes them for paths.
 */
export function forTypes(document: ContractDocument): Node {
  const copy: Record<string, unknown> = withInlineHeaders(document);
  const webhooks: Record<string, unknown> = {};
  rewriteAs31(copy, (method, path, item) => Object.assign(webhooks, { [`${method} ${path}`]: item }));
  return Object.keys(webhooks).length === 0 ? copy : { ...copy, webhooks: { ...Object(copy.webhooks), ...webhooks } };
}

/**
 * A copy of the document with the shared headers in place. openapi-typescript sees whether a header is required only where
 * the header itself stands, and makes each one behind a `$ref` mandatory.
 */
function withInlineHeaders(document: ContractDocument): Node {
  const copy = structuredClone(document.root);
  for (const { node, pointer, kind } of walk(copy)) {
    if ((kind !== "response" && kind !== "encoding") || !isNode(node.headers)) continue;
    const inPlace = Object.entries(node.headers).map(([name, header]) => [
      name,
      isNode(header) ? structuredClone(follow(document, { node: header, pointer }).node) : header,
    ]);
    Object.assign(node, { headers: Object.fromEntries(inPlace) });
  }
  return copy;
}
