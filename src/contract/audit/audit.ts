import { type ContractDocument, isNode } from "../document/document.ts";
import { auditMembersOf32 } from "../document/openapi-3.2.ts";
import type { Operation, SecurityScheme } from "../document/operation.ts";
import { isDecodable } from "../request/content/form.ts";
import { normalPath } from "../request/path.ts";
import { credentialReader } from "../security/credential-reader.ts";
import { auditPrefixedScheme } from "./cookies.ts";
import { auditOperation, auditSchemas } from "./operations.ts";
import { auditRaised } from "./problems.ts";
import { auditReferences } from "./references.ts";
import { auditSamples } from "./samples.ts";
import { auditDefaults, auditKeywords } from "./schemas.ts";
import { auditContentSize } from "./sizes.ts";
import type { Subject } from "./subject.ts";

/**
 * Every mismatch between the document and the code that serves it, one sentence each. An empty list is the promise that no
 * request meets a missing handler, a scheme that is not enforced, content without a parser or an error that is not declared.
 */
export function audit(subject: Subject): string[] {
  const { operations, handlers, schemes, authenticators, document } = subject;
  const ids = operations.map(({ operationId }) => operationId);
  return [
    ...ids.filter((id) => !isFunction(handlers, id)).map((id) => `operation ${id} has no handler`),
    ...Object.keys(handlers)
      .filter((id) => !ids.includes(id))
      .map((id) => `handler ${id} has no operation`),
    ...repeated(ids).map((id) => `operationId ${id} is used more than once`),
    ...[...schemes.values()].flatMap((scheme) => auditScheme(scheme, authenticators)),
    ...Object.keys(authenticators)
      .filter((name) => !schemes.has(name))
      .map((name) => `authenticator ${name} has no security scheme`),
    ...auditServers(document),
    ...auditPaths(operations),
    ...operations.flatMap((operation) => auditOperation(operation, subject)),
    ...auditRaised(subject),
    ...auditTags(document, operations),
    ...(document.checked ? [] : auditDocument(subject)),
  ];
}

/**
 * The faults of the document alone, whatever serves it: references that lead nowhere, samples that their schemas refuse, and schemas
 * that cannot be compiled. `npm run generate` looks for them, too.
 */
export function auditDocument({
  document,
  operations,
  schemas,
}: Pick<Subject, "document" | "operations" | "schemas">): string[] {
  const ids = operations.map(({ operationId }) => operationId);
  return [
    ...operations.flatMap((operation) => auditSchemas(operation, schemas)),
    ...operations.flatMap((operation) => auditContentSize(document, operation)),
    ...operations.flatMap((operation) => auditDefaults(document, operation)),
    ...auditReferences(document, ids),
    ...auditKeywords(document),
    ...auditMembersOf32(document),
    ...auditSamples(document, schemas),
  ];
}

/** Does the object itself have the function? One that it inherits, such as `toString`, does not count. */
function isFunction(functions: Readonly<Record<string, unknown>>, name: string): boolean {
  return Object.hasOwn(functions, name) && typeof functions[name] === "function";
}

function repeated(names: readonly string[]): string[] {
  return names.filter((name, index) => names.indexOf(name) !== index);
}

function auditScheme(scheme: SecurityScheme, authenticators: Readonly<Record<string, unknown>>): string[] {
  return [
    ...auditPrefixedScheme(scheme),
    ...(credentialReader(scheme) ? [] : [`security scheme ${scheme.name} is of a kind that is not supported`]),
    ...(isFunction(authenticators, scheme.name) ? [] : [`security scheme ${scheme.name} has no authenticator`]),
  ];
}

/**
 * Servers whose address has a path: paths are routed as they are written, so that one in front of them would not be
 * found.
 */
function auditServers({ root }: ContractDocument): string[] {
  const servers: unknown[] = Array.isArray(root.servers) ? root.servers : [];
  return servers.flatMap((server) => {
    const url = isNode(server) ? String(server.url) : "";
    return /^([a-z]+:\/\/[^/]+)?\/?$/i.test(url) ? [] : [`server ${url} has a path, which is not supported`];
  });
}

/** Tags that the document does not declare: one that is misspelt would be a group of its own in the documentation. */
function auditTags({ root }: ContractDocument, operations: readonly Operation[]): string[] {
  const declared: unknown[] = Array.isArray(root.tags) ? root.tags : [];
  // A document that describes no tag groups its operations by bare names (OpenAPI 3.1 §4.8.10.1).
  if (declared.length === 0) return [];
  const known = declared.map((tag) => isNode(tag) && tag.name);
  return operations.flatMap(({ operationId, node }) => {
    const tags: unknown[] = Array.isArray(node.tags) ? node.tags : [];
    const unknown = tags.filter((tag) => !known.some((name) => name === tag));
    return unknown.map((tag) => `operation ${operationId} has the unknown tag ${String(tag)}`);
  });
}

/** Paths that cannot be routed, and those that differ only in the names of their parameters (OpenAPI 3.1 §4.8.8.2). */
function auditPaths(operations: readonly Operation[]): string[] {
  const paths = [...new Set(operations.map(({ path }) => path))];
  const shapes = paths.map((path) => path.replaceAll(/\{[^}]+\}/g, "{}"));
  return paths.flatMap((path, index) => {
    const first = shapes.indexOf(shapes[index] as string);
    return [
      ...(first === index ? [] : [`path ${path} is the same as ${paths[first]}`]),
      ...(ROUTABLE.test(path) ? [] : [`path ${path} has a sign or a name in it that cannot be routed`]),
      // The addresses of requests are brought into their normal spelling, so none would have this one.
      ...(isNormal(path) ? [] : [`path ${path} has a percent-encoding that is not in its normal spelling`]),
    ];
  });
}

/**
 * The characters of a path (RFC 3986 §3.3) without those of the router's own syntax; a name in braces is an identifier.
 */
const ROUTABLE = /^\/(?:[\w\-.~:@$&',;=%/]|\{[A-Za-z_]\w*\})*$/;

function isNormal(path: string): boolean {
  return isDecodable(path) && normalPath(path) === path;
}
