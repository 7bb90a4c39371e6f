import { type ContractDocument, child, children, elements, isNode, type Located, type Node } from "./document.ts";

/** One parameter of an operation (OpenAPI 3.1 §4.8.12), `$ref` resolved. */
export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly node: Node;
  readonly pointer: string;
  /** The JSON types that its schema allows; empty when the schema does not say. */
  readonly types: readonly string[];
  /** The same of the elements of a list. */
  readonly itemTypes: readonly string[];
}

/** One declared response: what it may carry. */
export interface DeclaredResponse {
  readonly status: number;
  /** Media type → JSON pointer of its schema (undefined: none given). */
  readonly mediaTypes: ReadonlyMap<string, string | undefined>;
  /** Header name as written → whether it is required and where its schema is. */
  readonly headers: ReadonlyMap<string, { readonly required: boolean; readonly schema: string | undefined }>;
}

/** The content that an operation takes. */
export interface RequestContent {
  readonly required: boolean;
  /** Media type → JSON pointer of its schema (undefined: none given). */
  readonly mediaTypes: ReadonlyMap<string, string | undefined>;
  /** `x-max-bytes`: the longest body that is read, in bytes, after decompression. */
  readonly maxBytes: number;
}

/** One scheme of `components.securitySchemes`, with where its credential stands in a request. */
export interface SecurityScheme {
  readonly name: string;
  readonly type: string;
  readonly node: Node;
}

/** One alternative of `security`: the schemes that are all needed, each with the scopes that its credential must hold. */
export type SecurityAlternative = ReadonlyMap<string, readonly string[]>;

/** An operation of the contract, compiled once at start: everything that a request needs to know, no look-up left. */
export interface Operation {
  readonly operationId: string;
  /** Upper case, as on the wire. */
  readonly method: string;
  /** The path template of the contract: `/api/articles/{article_id}`. */
  readonly path: string;
  readonly pointer: string;
  readonly node: Node;
  readonly parameters: readonly Parameter[];
  readonly requestContent: RequestContent | undefined;
  readonly responses: ReadonlyMap<number, DeclaredResponse>;
  /** Any alternative will do, an empty one lets everybody pass; undefined when the operation does not say. */
  readonly security: readonly SecurityAlternative[] | undefined;
  /** `x-max-authentication-age`: how long ago, in seconds, the user may have proved who they are; undefined: ever. */
  readonly maxAuthenticationAge: number | undefined;
  readonly allowsUnknownQuery: boolean;
}

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

/** The schemes that an operation names, each once. */
export function schemesOf({ security = [] }: Operation): string[] {
  return [...new Set(security.flatMap((alternative) => [...alternative.keys()]))];
}

/** Does no request pass without a credential? */
export function isSecured({ security = [] }: Operation): boolean {
  return security.length > 0 && security.every((alternative) => alternative.size > 0);
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
    security: readSecurity(node.security ?? document.root.security, [node["x-scopes"] ?? []].flat()),
    maxAuthenticationAge: typeof maxAge === "number" ? maxAge : undefined,
    allowsUnknownQuery: node["x-eov-allow-unknown-query-parameters"] === true,
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

/**
 * The alternatives, each scheme with its scopes: those written beside it, and the operation's `x-scopes`, which hold for
 * every scheme. (Linters let only OAuth schemes name scopes in the requirement itself, though 3.1 allows all to.)
 */
function readSecurity(security: unknown, shared: readonly unknown[]): readonly SecurityAlternative[] | undefined {
  if (!Array.isArray(security)) return undefined;
  // What is not written as it should be is kept as a name that nobody knows: a slip of the pen must not open anything.
  return security.map((alternative: unknown) => {
    const requirement = isNode(alternative) ? alternative : { [String(alternative)]: [] };
    return new Map(
      Object.entries(requirement).map(([name, scopes]) => [
        name,
        [...new Set([...[scopes].flat(), ...shared].map(String))],
      ]),
    );
  });
}
