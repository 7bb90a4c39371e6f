import { type ContractDocument, ContractFault, isNode, type Node } from "../../document/document.ts";
import { rewriteAs31 } from "../../document/openapi-3.1.ts";
import type { Operation } from "../../document/operation.ts";
import { walk } from "../../document/walk.ts";
import { rewriteSchemas } from "../../schema/rewrite.ts";
import { writeEnvelopes } from "../envelope.ts";
import { validatorPath } from "../express-request.ts";
import { openFiles } from "./files.ts";
import { COMPONENT, hoistReferences } from "./hoisted.ts";

/**
 * The document for express-openapi-validator: a copy of what the contract says about requests, without what the package
 * would decide in a surprising way. The package goes through its whole document twice for every operation and media type
 * that it compiles, so answers are left out, and the components to which nothing is left that refers.
 *
 * Throws {@link ContractFault} for references that the package would not follow: it would let any content pass there.
 */
export function validatorDocument({ root }: ContractDocument, operations: readonly Operation[]): Node {
  const { components, webhooks: _, ...rest } = structuredClone(root);
  // Base paths are the router's matter.
  const copy: Record<string, unknown> = {
    ...rest,
    servers: [{ url: "/" }],
    ...(components !== undefined && { components }),
  };
  for (const { node, kind } of walk(copy)) prepare(node, kind);
  openFiles(copy, operations);
  writeEnvelopes(copy, operations);
  // Until here the operations are where the contract has them.
  rewriteAs31(copy, (method, path, item) =>
    Object.assign(copy.paths as object, { [validatorPath(method, path)]: item }),
  );
  hoistReferences(copy, root);
  rewriteSchemas(copy, "request");
  for (const { node, kind } of walk(copy)) if (kind === "schema") keepSiblings(node);
  const kept = componentsOfRequests(copy);
  return { ...copy, ...(isNode(copy.components) && { components: pick(copy.components, kept) }) };
}

function prepare(node: Record<string, unknown>, kind: string): void {
  for (const key of Object.keys(node)) if (UNREAD.test(key)) delete node[key];
  if (kind === "operation") {
    delete node.responses;
    delete node.callbacks;
  }
  // The query string is parsed by the URL standard before the package gets it: raw `: @ +` are no error (RFC 3986 §3.4).
  if (kind === "parameter" && node.in === "query") node.allowReserved = true;
  // Content that may be missing is a 415 to the package unless the document spells the default out.
  if (kind === "requestBody" && node.$ref === undefined) node.required ??= false;
}

/** The package drops what stands beside a `$ref` at the root of a schema. */
function keepSiblings(schema: Record<string, unknown>): void {
  const { $ref, allOf } = schema;
  if (typeof $ref !== "string" || Object.keys(schema).every((key) => ANNOTATIONS.has(key))) return;
  delete schema.$ref;
  schema.allOf = [{ $ref }, ...(Array.isArray(allOf) ? allOf : [])];
}

/** Keywords that say nothing about a value. */
const ANNOTATIONS = new Set(["$ref", "title", "description", "deprecated", "$comment", "externalDocs"]);

/** Members that hold data and have no effect on a request. The package would follow a `$ref` that is written in them. */
const UNREAD = /^(?:examples?|x-(?!eov-|query$).*)$/;

/** The pointers of the components that paths refer to, directly or through each other. */
function componentsOfRequests(document: Node): ReadonlySet<string> {
  const references = referencesByOwner(document);
  const kept = new Set<string>();
  const lost = new Set<string>();
  const unread = [PATHS];
  for (let owner = unread.pop(); owner !== undefined; owner = unread.pop()) {
    for (const reference of references.get(owner) ?? []) {
      const component = COMPONENT.exec(reference)?.[1];
      if (component === undefined) lost.add(reference);
      else if (!kept.has(component)) {
        kept.add(component);
        unread.push(component);
      }
    }
  }
  if (lost.size > 0) throw new ContractFault([...lost].map(explain));
  return kept;
}

const PATHS = "/paths";

/** Every `$ref`, by the pointer of the component that it stands in, or else {@link PATHS}. */
function referencesByOwner(document: Node): ReadonlyMap<string, readonly string[]> {
  const references = new Map<string, string[]>();
  for (const { node, pointer } of walk(document)) {
    if (typeof node.$ref !== "string") continue;
    const owner = /^\/components\/[^/]+\/[^/]+/.exec(pointer)?.[0] ?? PATHS;
    references.set(owner, [...(references.get(owner) ?? []), node.$ref]);
  }
  return references;
}

function explain(reference: string): string {
  return `requests cannot be held to $ref ${reference}: only to a component, or a place in one without escapes`;
}

function pick(components: Node, kept: ReadonlySet<string>): Node {
  const entries = Object.entries(components).map(([section, content]) => {
    // Requirements refer to security schemes by their bare names.
    if (!isNode(content) || section === "securitySchemes") return [section, content];
    const members = Object.entries(content).filter(([name]) => kept.has(`/components/${section}/${name}`));
    return [section, Object.fromEntries(members)];
  });
  return Object.fromEntries(entries);
}
