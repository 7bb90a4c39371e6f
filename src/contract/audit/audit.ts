import { type ContractDocument, isNode } from "../document/document.ts";
import type { Operation, SecurityScheme } from "../document/operation.ts";
import { credentialReader } from "../security/credential-reader.ts";
import { auditOperation } from "./operations.ts";
import { auditReferences } from "./references.ts";
import { auditSamples } from "./samples.ts";
import type { Subject } from "./subject.ts";

/**
 * Every mismatch between the document and what is there to serve it, one sentence each. An empty list is the promise
 * that no request can meet a missing handler, an unenforced scheme, a body that nobody parses or an undeclared error.
 */
export function audit(subject: Subject): string[] {
  const { operations, handlers, schemes, authenticators, document, schemas } = subject;
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
    ...auditTags(document, operations),
    ...auditReferences(document, ids),
    ...auditSamples(document, schemas),
  ];
}

/** `toString` is a function of every object, and a handler of none. */
function isFunction(functions: Readonly<Record<string, unknown>>, name: string): boolean {
  return Object.hasOwn(functions, name) && typeof functions[name] === "function";
}

function repeated(names: readonly string[]): string[] {
  return names.filter((name, index) => names.indexOf(name) !== index);
}

function auditScheme(scheme: SecurityScheme, authenticators: Readonly<Record<string, unknown>>): string[] {
  return [
    ...(credentialReader(scheme) ? [] : [`security scheme ${scheme.name} is of a kind that is not supported`]),
    ...(isFunction(authenticators, scheme.name) ? [] : [`security scheme ${scheme.name} has no authenticator`]),
  ];
}

/** Paths are served as they are written: what a server's address put before them would be served nowhere. */
function auditServers({ root }: ContractDocument): string[] {
  const servers: unknown[] = Array.isArray(root.servers) ? root.servers : [];
  return servers.flatMap((server) => {
    const url = isNode(server) ? String(server.url) : "";
    return /^([a-z]+:\/\/[^/]+)?\/?$/i.test(url) ? [] : [`server ${url} has a path, which is not supported`];
  });
}

/** A tag that is misspelt would open a group of its own in every page that is made of the document. */
function auditTags({ root }: ContractDocument, operations: readonly Operation[]): string[] {
  const declared: unknown[] = Array.isArray(root.tags) ? root.tags : [];
  const known = declared.map((tag) => isNode(tag) && tag.name);
  return operations.flatMap(({ operationId, node }) => {
    const tags: unknown[] = Array.isArray(node.tags) ? node.tags : [];
    const unknown = tags.filter((tag) => !known.some((name) => name === tag));
    return unknown.map((tag) => `operation ${operationId} has the unknown tag ${String(tag)}`);
  });
}

/** Templates that differ only in the names of their parameters are the same path (OpenAPI 3.1 §4.8.8.2). */
function auditPaths(operations: readonly Operation[]): string[] {
  const paths = [...new Set(operations.map(({ path }) => path))];
  const shapes = paths.map((path) => path.replaceAll(/\{[^}]+\}/g, "{}"));
  return paths.flatMap((path, index) => {
    const first = shapes.indexOf(shapes[index] as string);
    return [
      ...(first === index ? [] : [`path ${path} is the same as ${paths[first]}`]),
      ...(ROUTABLE.test(path) ? [] : [`path ${path} has a sign or a name in it that cannot be routed`]),
    ];
  });
}

/** Signs that a path may have (RFC 3986 §3.3) and that no router reads as its own; a name is an identifier. */
const ROUTABLE = /^\/(?:[\w\-.~:@$&',;=%/]|\{[A-Za-z_]\w*\})*$/;
