import { type ContractDocument, isNode, type Node } from "../document/document.ts";
import { requestSide } from "./request-side.ts";

/** A copy of what the document says about requests, in which nothing is left that express-openapi-validator would decide in a surprising way. */
export function validatorDocument(document: ContractDocument): Node {
  const copy = structuredClone(requestSide(document)) as Record<string, unknown>;
  // Base paths are the router's matter.
  copy.servers = [{ url: "/" }];
  // The query string is parsed by the URL standard before it comes here; raw `: @ +` in it are no error (RFC 3986 §3.4).
  visit(copy, isParameter, (parameter) => {
    if (parameter.in === "query") parameter.allowReserved = true;
  });
  // Content that may be missing is a 415 to the package unless the document spells the default out.
  visit(copy, isRequestBody, (requestBody) => {
    requestBody.required ??= false;
  });
  return copy;
}

function isParameter(node: Node): boolean {
  return typeof node.name === "string" && typeof node.in === "string" && node.type === undefined;
}

function isRequestBody(node: Node, parent: string): boolean {
  return isNode(node.content) && (parent === "requestBody" || parent === "requestBodies");
}

/** Calls `change` for each object in a document that `wanted` picks, examples left out. */
function visit(
  value: unknown,
  wanted: (node: Node, parent: string) => boolean,
  change: (node: Record<string, unknown>) => void,
  parent = "",
): void {
  if (Array.isArray(value)) for (const item of value) visit(item, wanted, change, parent);
  else if (isNode(value)) {
    if (wanted(value, parent)) change(value as Record<string, unknown>);
    for (const key of Object.keys(value)) {
      if (key.startsWith("example")) continue;
      visit(value[key], wanted, change, parent === "requestBodies" ? parent : key);
    }
  }
}
