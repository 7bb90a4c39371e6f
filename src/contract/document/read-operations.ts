import { type ContractDocument, child, children, elements, isNode, type Located } from "./document.ts";
import type { DeclaredResponse, Operation, Parameter, SecurityAlternative, SecurityScheme } from "./operation.ts";

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/** Every operation of the document, in its order. */
export function readOperations(document: ContractDocument): Operation[] {
  const root: Located = { node: document.root, pointer: "" };
  return children(document, root, "paths").flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const located = child(document, item, method);
      return located ? [readOperation(document, path, method, item, located)] : [];
    }),
  );
}

/** The security schemes of the document, by name. */
export function readSecuritySchemes(document: ContractDocument): Map<string, SecurityScheme> {
  const components = child(document, { node: document.root, pointer: "" }, "components");
  const schemes = components ? children(document, components, "securitySchemes") : [];
  return new Map(schemes.map(([name, { node }]) => [name, { name, type: String(node.type), node }]));
}

function readOperation(
  document: ContractDocument,
  path: string,
  method: string,
  item: Located,
  located: Located,
): Operation {
  const { node, pointer } = located;
  const own = elements(document, located, "parameters").map((parameter) => readParameter(document, parameter));
  const shared = elements(document, item, "parameters").map((parameter) => readParameter(document, parameter));
  const parameters = [
    ...own,
    ...shared.filter(({ name, in: where }) => !own.some((mine) => mine.name === name && mine.in === where)),
  ];
  const content = child(document, located, "requestBody");
  const maxAge = node["x-max-authentication-age"];
  return {
    operationId: String(node.operationId ?? `${method} ${path}`),
    method: method.toUpperCase(),
    path,
    pointer,
    node,
    parameters,
    requestContent: content && {
      required: content.node.required === true,
      mediaTypes: readMediaTypes(document, content),
      maxBytes: typeof content.node["x-max-bytes"] === "number" ? content.node["x-max-bytes"] : 0,
    },
    responses: new Map(
      children(document, located, "responses").map(([status, response]) => [
        Number(status),
        readResponse(document, Number(status), response),
      ]),
    ),
    security: readSecurity(node.security ?? document.root.security),
    maxAuthenticationAge: typeof maxAge === "number" ? maxAge : undefined,
    allowsUnknownQuery: node["x-eov-allow-unknown-query-parameters"] === true,
    trustsJsonWithoutOrigin: node["x-trusts-json-without-origin"] === true,
  };
}

function readParameter(document: ContractDocument, { node, pointer }: Located): Parameter {
  const schema = child(document, { node, pointer }, "schema");
  return {
    name: String(node.name),
    in: String(node.in),
    node,
    pointer,
    types: typesOf(schema),
    itemTypes: typesOf(schema && child(document, schema, "items")),
  };
}

function typesOf(schema: Located | undefined): string[] {
  const type = schema?.node.type ?? [];
  return (Array.isArray(type) ? type : [type]).map(String);
}

function readResponse(document: ContractDocument, status: number, response: Located): DeclaredResponse {
  return {
    status,
    mediaTypes: readMediaTypes(document, response),
    headers: new Map(
      children(document, response, "headers").map(([name, located]) => [
        name,
        { required: located.node.required === true, schema: child(document, located, "schema")?.pointer },
      ]),
    ),
  };
}

function readMediaTypes(document: ContractDocument, holder: Located): Map<string, string | undefined> {
  const content = children(document, holder, "content");
  return new Map(content.map(([mediaType, located]) => [mediaType, child(document, located, "schema")?.pointer]));
}

/** The alternatives, each scheme with the scopes that are written beside it (OpenAPI 3.1 §4.8.30 allows all schemes to have some). */
function readSecurity(security: unknown): readonly SecurityAlternative[] | undefined {
  if (!Array.isArray(security)) return undefined;
  // A malformed requirement is kept as the name of a scheme that does not exist: a slip of the pen must not open anything.
  return security.map((alternative: unknown) => {
    const requirement = isNode(alternative) ? alternative : { [String(alternative)]: [] };
    return new Map(
      Object.entries(requirement).map(([name, scopes]) => [name, [...new Set([scopes].flat().map(String))]]),
    );
  });
}
