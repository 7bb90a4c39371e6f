import { isParsable } from "./content.ts";
import { credentialReader } from "./credential.ts";
import { involvesCookies } from "./cross-site.ts";
import { type ContractDocument, escapePointer, isNode, type Node } from "./document.ts";
import type { Operation, SecurityScheme } from "./operation.ts";
import { unreadable } from "./parameters.ts";
import { isSerialisable } from "./response.ts";
import type { SchemaValidator } from "./schema-validator.ts";

/** All that is set against the document. */
export interface Audited {
  readonly document: ContractDocument;
  readonly operations: readonly Operation[];
  readonly schemes: ReadonlyMap<string, SecurityScheme>;
  readonly schemas: SchemaValidator;
  readonly handlers: Readonly<Record<string, unknown>>;
  readonly authenticators: Readonly<Record<string, unknown>>;
  /** The media types in which problems can be written. */
  readonly problemMediaTypes: ReadonlySet<string>;
}

/**
 * Every mismatch between the document and what is there to serve it, one sentence each. An empty list is the promise
 * that no request can meet a missing handler, an unenforced scheme, a body that nobody parses or an undeclared error.
 */
export function audit(audited: Audited): string[] {
  const { operations, handlers, schemes, authenticators, document, schemas } = audited;
  const ids = operations.map(({ operationId }) => operationId);
  return [
    ...ids.filter((id) => typeof handlers[id] !== "function").map((id) => `operation ${id} has no handler`),
    ...Object.keys(handlers)
      .filter((id) => !ids.includes(id))
      .map((id) => `handler ${id} has no operation`),
    ...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `operationId ${id} is used more than once`),
    ...[...schemes.values()].flatMap((scheme) => auditScheme(scheme, authenticators)),
    ...Object.keys(authenticators)
      .filter((name) => !schemes.has(name))
      .map((name) => `authenticator ${name} has no security scheme`),
    ...operations.flatMap((operation) => auditOperation(operation, audited)),
    ...auditSchemas(document.root, "", document.root, schemas),
    ...auditLinks(document.root, "", ids),
  ];
}

function auditScheme(scheme: SecurityScheme, authenticators: Readonly<Record<string, unknown>>): string[] {
  return [
    ...(credentialReader(scheme) ? [] : [`security scheme ${scheme.name} is of a kind that is not supported`]),
    ...(typeof authenticators[scheme.name] === "function"
      ? []
      : [`security scheme ${scheme.name} has no authenticator`]),
  ];
}

function auditOperation(operation: Operation, { schemes, problemMediaTypes }: Audited): string[] {
  const { requestContent, responses, parameters, security, node } = operation;
  const findings: string[] = [];
  if (typeof node.operationId !== "string") findings.push("has no operationId");
  if (security === undefined) findings.push("declares no security; `security: []` makes it public");
  for (const name of new Set((security ?? []).flat())) {
    if (!schemes.has(name)) findings.push(`needs the unknown security scheme ${name}`);
  }
  for (const parameter of parameters) {
    const reason = unreadable(parameter);
    if (reason) findings.push(`parameter ${parameter.name} ${reason}`);
  }
  if (requestContent && requestContent.maxBytes <= 0) findings.push("takes content of any size: give it x-max-bytes");
  for (const mediaType of requestContent?.mediaTypes ?? []) {
    if (!isParsable(mediaType)) findings.push(`takes ${mediaType}, for which there is no parser`);
  }
  for (const key of Object.keys((node.responses ?? {}) as Node)) {
    if (!/^[1-5]\d\d$/.test(key)) findings.push(`declares the response ${key}: statuses are declared one by one`);
  }
  for (const { status, mediaTypes } of responses.values()) {
    for (const mediaType of mediaTypes.keys()) {
      if (!isSerialisable(mediaType)) findings.push(`answers ${mediaType}, for which there is no serialiser`);
      if (status >= 400 && !problemMediaTypes.has(mediaType)) {
        findings.push(`declares ${status} as ${mediaType}, in which no problem can be written`);
      }
    }
  }
  for (const status of statusesOfTheRuntime(operation, schemes)) {
    if (!responses.get(status)?.mediaTypes.size) findings.push(`can answer ${status}, which it does not declare`);
  }
  return findings.map((finding) => `operation ${operation.operationId} ${finding}`);
}

/** The errors that this runtime itself can send for an operation. */
function statusesOfTheRuntime(operation: Operation, schemes: ReadonlyMap<string, SecurityScheme>): number[] {
  const { security = [], requestContent } = operation;
  const secured = security.length > 0 && security.every((alternative) => alternative.length > 0);
  return [
    400,
    ...(secured ? [401] : []),
    ...(involvesCookies(operation, schemes) ? [403] : []),
    406,
    ...(requestContent ? [413, 415] : []),
    500,
  ];
}

/** Examples and defaults that their own schema refuses, and formats that nobody checks. */
function auditSchemas(value: unknown, pointer: string, parent: Node, schemas: SchemaValidator): string[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => auditSchemas(item, `${pointer}/${index}`, parent, schemas));
  }
  if (!isNode(value)) return [];
  const findings: string[] = [];
  const refuse = (what: string, schema: string, sample: unknown) => {
    const fault = schemas.check(schema, sample);
    if (fault) findings.push(`${pointer}: ${what} does not match its schema: ${fault}`);
  };
  if (isNode(value.schema)) {
    if (value.example !== undefined) refuse("the example", `${pointer}/schema`, value.example);
    for (const [name, example] of Object.entries(isNode(value.examples) ? value.examples : {})) {
      if (isNode(example) && "value" in example) refuse(`the example ${name}`, `${pointer}/schema`, example.value);
    }
  }
  if (typeof value.type === "string" && value.default !== undefined) refuse("the default", pointer, value.default);
  if (value.type === "string" && typeof value.format === "string" && !schemas.knowsFormat(value.format)) {
    findings.push(`${pointer}: nobody checks the format ${value.format}`);
  }
  for (const key of Object.keys(value)) {
    if (key === "example" || key === "examples" || key === "default" || key === "const" || key === "enum") continue;
    findings.push(...auditSchemas(value[key], `${pointer}/${escapePointer(key)}`, value, schemas));
  }
  return findings;
}

/** Links that lead to an operation which is not there. */
function auditLinks(value: unknown, pointer: string, ids: readonly string[]): string[] {
  if (!isNode(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    if (key !== "links" || !isNode(item)) return auditLinks(item, `${pointer}/${escapePointer(key)}`, ids);
    return Object.entries(item).flatMap(([name, link]) =>
      isNode(link) && typeof link.operationId === "string" && !ids.includes(link.operationId)
        ? [`${pointer}/links/${name}: leads to the unknown operation ${link.operationId}`]
        : [],
    );
  });
}
