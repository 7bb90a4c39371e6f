import { auditDeclared } from "../declared/audit.ts";
import type { Node } from "../document/document.ts";
import { type DeclaredResponse, type Operation, schemesOf } from "../document/operation.ts";
import { unreadableForm } from "../request/content/form-support.ts";
import { kindOf } from "../request/content/kind.ts";
import { ambiguousNames, unreadable } from "../request/parameters/supported.ts";
import { isSerialisable } from "../response/response.ts";
import type { SchemaValidator } from "../response/schema-validator.ts";
import { auditAuthorization } from "../security/authorization.ts";
import { auditPrefixedCookies } from "./cookies.ts";
import { auditProblems } from "./problems.ts";
import { auditParameterSize } from "./sizes.ts";
import type { Subject } from "./subject.ts";

/** The parts of one operation that cannot be served as they are declared, one sentence each. */
export function auditOperation(operation: Operation, subject: Subject): string[] {
  const findings = [
    ...auditIdentity(operation),
    ...auditDeclared(operation, subject.idempotency !== undefined),
    ...auditSecurity(operation, subject),
    ...auditParameters(operation),
    ...(subject.maxHeaderBytes === undefined
      ? []
      : auditParameterSize(subject.document, operation, subject.maxHeaderBytes)),
    ...auditRequestContent(operation),
    ...auditResponses(operation, subject),
  ];
  return findings.map((finding) => `operation ${operation.operationId} ${finding}`);
}

function auditIdentity({ node, method }: Operation): string[] {
  return [
    ...(typeof node.operationId === "string" ? [] : ["has no operationId"]),
    // HEAD is answered as GET and OPTIONS by the router; TRACE would show credentials to scripts (RFC 9110 §9.3.8).
    ...(["HEAD", "OPTIONS", "TRACE"].includes(method) ? [`is a ${method}, which no handler answers`] : []),
  ];
}

function auditSecurity(operation: Operation, { schemes, ...known }: Subject): string[] {
  // Nobody reads it any more: an operation that relies on it would be open to credentials without scopes.
  if (operation.node["x-scopes"] !== undefined)
    return ["declares x-scopes; write each scheme's scopes in its security"];
  // Where the document has no scheme at all, nothing but public can be meant.
  if (operation.security === undefined && schemes.size > 0)
    return ["declares no security; `security: []` makes it public"];
  const unknown = schemesOf(operation).filter((name) => !schemes.has(name));
  return [
    ...unknown.map((name) => `needs the unknown security scheme ${name}`),
    ...auditAuthorization(operation, known),
  ];
}

function auditParameters(operation: Operation): string[] {
  const { parameters, path } = operation;
  const inTemplate = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name as string);
  const inPath = parameters.filter((parameter) => parameter.in === "path").map(({ name }) => name);
  const keys = parameters.map(({ name, in: where }) => `${where} ${where === "header" ? name.toLowerCase() : name}`);
  return [
    ...inTemplate.filter((name) => !inPath.includes(name)).map((name) => `does not declare {${name}} of its path`),
    ...inTemplate
      .filter((name, index) => inTemplate.indexOf(name) !== index)
      .map((name) => `has {${name}} in its path more than once`),
    ...inPath.filter((name) => !inTemplate.includes(name)).map((name) => `declares {${name}}, which its path lacks`),
    ...keys
      .filter((key, index) => keys.indexOf(key) !== index)
      .map((key) => `declares the parameter in ${key} more than once`),
    ...ambiguousNames(parameters),
    ...auditPrefixedCookies(operation),
    ...parameters.flatMap((parameter) => {
      const reason = unreadable(parameter);
      return reason ? [`parameter ${parameter.name} ${reason}`] : [];
    }),
  ];
}

function auditRequestContent({ requestContent, method }: Operation): string[] {
  if (!requestContent) return [];
  const { mediaTypes, maxBytes } = requestContent;
  return [
    ...(method === "GET" ? ["is a GET and takes content, which means nothing (RFC 9110 §9.3.1)"] : []),
    ...(maxBytes > 0 ? [] : ["takes content of any size: give it x-max-bytes"]),
    ...(mediaTypes.size > 0 ? [] : ["takes content of no media type"]),
    ...[...mediaTypes].flatMap(([mediaType, schema]) => [
      ...(kindOf(mediaType, requestContent) ? [] : [`takes ${mediaType}, for which there is no parser`]),
      ...(schema ? [] : [`takes ${mediaType} without a schema`]),
    ]),
    ...[...requestContent.forms].flatMap(([mediaType, form]) => unreadableForm(mediaType, form)),
  ];
}

function auditResponses(operation: Operation, subject: Subject): string[] {
  const { responses, node } = operation;
  const keys = Object.keys((node.responses ?? {}) as Node).filter((key) => !/^[1-5]\d\d$/.test(key));
  const declared = [...responses.values()].filter(({ status }) => !Number.isNaN(status));
  return [
    ...(responses.has(Number.NaN) ? keys : []).map(
      (key) => `declares the response ${key}: statuses are declared one by one`,
    ),
    ...new Set(declared.flatMap((response) => auditResponse(response, subject))),
    ...(subject.undeclaredErrors === "send" ? [] : auditProblems(operation, subject)),
  ];
}

function auditResponse(
  { status, mediaTypes, headers }: DeclaredResponse,
  { problemMediaTypes, undeclaredErrors }: Subject,
): string[] {
  return [
    ...[...mediaTypes].flatMap(([mediaType, schema]) => [
      ...(isSerialisable(mediaType) ? [] : [`answers ${mediaType}, for which there is no serialiser`]),
      ...(schema ? [] : [`answers ${status} as ${mediaType} without a schema`]),
      ...(status < 400 || problemMediaTypes.has(mediaType)
        ? []
        : [`declares ${status} as ${mediaType}, in which no problem can be written`]),
    ]),
    ...(status >= 400 && mediaTypes.size === 0 && undeclaredErrors !== "send"
      ? [`declares ${status} without content, where a problem belongs`]
      : []),
    ...[...headers].filter(([, { schema }]) => !schema).map(([name]) => `declares the header ${name} without a schema`),
  ];
}

/** The schemas of answers that cannot be compiled, one sentence each. */
export function auditSchemas({ operationId, responses }: Operation, schemas: SchemaValidator): string[] {
  const declared = [...responses.values()].filter(({ status }) => !Number.isNaN(status));
  return declared.flatMap(({ status, mediaTypes, headers }) => {
    const faults = [
      ...[...mediaTypes.values()].map((schema) => ({ schema, fault: schema && schemas.fault(schema) })),
      ...[...headers.values()].map(({ schema }) => ({ schema, fault: schema && schemas.textFault(schema) })),
    ];
    return faults.flatMap(({ schema, fault }) =>
      fault ? [`operation ${operationId} cannot hold ${status} to ${schema}: ${fault}`] : [],
    );
  });
}
