import { type ContractDocument, isNode, type Node, resolve } from "../document/document.ts";
import { walk } from "../document/walk.ts";

/** A success, alone or as a range (OpenAPI 3.1 §4.8.16.2). */
const SUCCESS = /^2(\d\d|XX)$/;

/**
 * Replaces each `$ref` of a success response by the response itself. Generators of clients look for the media type of an answer without
 * following the reference, and make a client that reads no content where they find none. Errors stay behind their references, and so does
 * what the responses refer to: clients want these types by name. A description beside the `$ref` takes the place of the response's own
 * (OpenAPI 3.1 §4.8.23).
 *
 * Changes the document in place. A reference that leads nowhere is left to the audit.
 */
export function putSuccessesInPlace(document: ContractDocument): void {
  for (const { node, pointer, kind } of walk(document.root)) {
    if (kind !== "responses") continue;
    const responses = node as Record<string, unknown>;
    for (const [status, response] of Object.entries(responses)) {
      if (SUCCESS.test(status) && isNode(response)) responses[status] = inPlace(document, response, pointer);
    }
  }
}

function inPlace(document: ContractDocument, response: Node, pointer: string): Node {
  if (typeof response.$ref !== "string") return response;
  const target = resolve(document, { node: response, pointer });
  if (target === undefined) return response;
  const own = typeof response.description === "string" ? { description: response.description } : {};
  return { ...structuredClone(target.node), ...own };
}
