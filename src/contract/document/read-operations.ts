import { schemaAt } from "../schema/parts.ts";
import { readShape } from "../schema/shape.ts";
import { type ContractDocument, child, children, elements, isNode, type Located, type Node } from "./document.ts";
import { otherOperations } from "./openapi-3.1.ts";
import {
  type DeclaredResponse,
  type Operation,
  type SecurityAlternative,
  type SecurityScheme,
  schemesOf,
} from "./operation.ts";
import { readMediaTypes, readRequestContent, readSchema } from "./read-content.ts";
import { readParameter } from "./read-parameter.ts";

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/** What a document that was not written for this runtime may leave out. */
export interface Allowances {
  /** The longest content of a request, in bytes, where an operation has no `x-max-bytes`. */
  readonly maxContentBytes?: number | undefined;
  /** Whether the responses `default`, `4XX` and `5XX` stand for the errors that are not declared one by one. */
  readonly errorRanges?: boolean;
}

/** Every operation of the document, in its order. */
export function readOperations(document: ContractDocument, allowances: Allowances = {}): Operation[] {
  const root: Located = { node: document.root, pointer: "" };
  const schemes = readSecuritySchemes(document);
  const read = (path: string, method: string, item: Located, located: Located): Operation => {
    const operation = readOperation(document, path, method, item, located, allowances);
    const named = schemesOf(operation).map((name) => schemes.get(name)?.node);
    const queryCredentials = named.flatMap((node) => (node?.in === "query" ? [String(node.name)] : []));
    return { ...operation, queryCredentials };
  };
  return children(document, root, "paths").flatMap(([path, item]) =>
    methodsOf(item).flatMap(({ keys, method }) => {
      const located = keys.reduce<Located | undefined>((node, key) => node && child(document, node, key), item);
      return located ? [read(path, method, item, located)] : [];
    }),
  );
}

/** The keys that lead to each operation of a path item, and its method, upper case as on the wire. */
function methodsOf(item: Located) {
  return [...METHODS.map((key) => ({ keys: [key], method: key.toUpperCase() })), ...otherOperations(item.node)];
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
  { maxContentBytes = 0, errorRanges = false }: Allowances,
): Omit<Operation, "queryCredentials"> {
  const { node, pointer } = located;
  const own = elements(document, located, "parameters").map((parameter) => readParameter(document, parameter));
  const shared = elements(document, item, "parameters").map((parameter) => readParameter(document, parameter));
  const parameters = [
    ...own,
    ...shared.filter(({ name, in: where }) => !own.some((mine) => mine.name === name && mine.in === where)),
  ];
  const content = child(document, located, "requestBody");
  const [maxAge, context] = [node["x-max-authentication-age"], node["x-authentication-context"]];
  return {
    operationId: String(node.operationId ?? `${method.toLowerCase()} ${path}`),
    method,
    path,
    pointer,
    node,
    parameters,
    requestContent: content && readRequestContent(document, content, maxContentBytes),
    responses: new Map(
      children(document, located, "responses").flatMap(([key, response]) =>
        statusesOf(key, node, errorRanges).map((status) => [status, readResponse(document, status, response)]),
      ),
    ),
    security: readSecurity(node.security ?? document.root.security),
    maxAuthenticationAge: typeof maxAge === "number" ? maxAge : undefined,
    authenticationContext: typeof context === "string" ? context : undefined,
    allowsUnknownQuery: node["x-eov-allow-unknown-query-parameters"] === true,
    trustsJsonWithoutOrigin: node["x-trusts-json-without-origin"] === true,
  };
}

/** The statuses that a key of `responses` stands for; `[NaN]` for one that cannot be served. */
function statusesOf(key: string, { responses }: Node, errorRanges: boolean): number[] {
  const [from, to] = { default: [400, 600], "4XX": [400, 500], "5XX": [500, 600] }[key] ?? [];
  if (!errorRanges || from === undefined || to === undefined) return [Number(key)];
  const isDeclared = (status: number) =>
    isNode(responses) && (status in responses || (key === "default" && `${Math.trunc(status / 100)}XX` in responses));
  return Array.from({ length: to - from }, (_, index) => from + index).filter((status) => !isDeclared(status));
}

function readResponse(document: ContractDocument, status: number, response: Located): DeclaredResponse {
  return {
    status,
    mediaTypes: readMediaTypes(document, response),
    headers: new Map(
      children(document, response, "headers").map(([name, located]) => {
        const { types } = readShape(document, schemaAt(located, "schema"));
        const parts = types.some((type) => type === "array" || type === "object")
          ? { explode: located.node.explode === true }
          : undefined;
        return [name, { required: located.node.required === true, schema: readSchema(document, located), parts }];
      }),
    ),
  };
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
