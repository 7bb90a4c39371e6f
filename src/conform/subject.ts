import {
  type ContractDocument,
  ContractFault,
  child,
  children,
  isNode,
  type Located,
} from "../contract/document/document.ts";
import type { DeclaredResponse, Operation, SecurityScheme } from "../contract/document/operation.ts";
import { readOperations, readSecuritySchemes } from "../contract/document/read-operations.ts";
import { createSchemaValidator, type SchemaValidator } from "../contract/response/schema-validator.ts";
import { forDirection, toCurrent } from "./revise.ts";
import { Values } from "./values/arbitrary.ts";

/** A link of a response (OpenAPI 3.1 §4.8.20), with the operation that it leads to. */
export interface Link {
  readonly name: string;
  readonly source: Operation;
  /** The status that it stands below: `201`, `2XX` or `default`. */
  readonly status: string;
  readonly target: Operation;
  /** Expressions by `<in>.<name>`. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly requestBody: unknown;
}

/** A document, read once for all checks. */
export interface Subject {
  readonly document: ContractDocument;
  readonly operations: readonly Operation[];
  readonly schemes: ReadonlyMap<string, SecurityScheme>;
  readonly links: readonly Link[];
  /** What requests are held to: `readOnly` members are none of theirs. */
  readonly requests: { readonly schemas: SchemaValidator; readonly values: Values };
  /** What answers are held to: `writeOnly` members are none of theirs. */
  readonly answers: SchemaValidator;
}

/** Reads what the checks need of an OpenAPI document, 3.0 or later. Throws {@link ContractFault}. */
export function prepareSubject(given: ContractDocument): Subject {
  const version = String(given.root.openapi);
  if (!/^3\.\d+(\.\d+)?/.test(version))
    throw new ContractFault([`/openapi: is ${version}, and 3.0, 3.1 and 3.2 are understood`]);
  const document = { ...given, root: toCurrent(given.root) };
  const operations = readOperations(document);
  if (operations.length === 0) throw new ContractFault(["/paths: has no operation"]);
  const sent = forDirection(document, "readOnly");
  const schemas = createSchemaValidator(sent);
  const answers = createSchemaValidator(forDirection(document, "writeOnly"));
  const faults = operations.flatMap((operation) => schemaFaults(document, operation, schemas, answers));
  if (faults.length > 0) throw new ContractFault([...new Set(faults)]);
  return {
    document,
    operations,
    schemes: readSecuritySchemes(document),
    links: operations.flatMap((operation) => linksOf(document, operations, operation)),
    requests: { schemas, values: new Values(sent) },
    answers,
  };
}

/** The schemas of an operation that cannot be compiled. */
function schemaFaults(
  { root }: ContractDocument,
  operation: Operation,
  sent: SchemaValidator,
  answers: SchemaValidator,
): string[] {
  const tell = (pointer: string | undefined, schemas: SchemaValidator) => {
    const fault = pointer === undefined ? undefined : schemas.fault(pointer);
    return fault === undefined ? [] : [`${pointer}: the schema cannot be used: ${fault}`];
  };
  const declared = [...operation.responses.values()];
  const references = operation.parameters.filter(({ node }) => isNode(node.schema));
  return [
    ...references.flatMap(({ pointer }) => tell(`${pointer}/schema`, sent)),
    ...[...(operation.requestContent?.mediaTypes.values() ?? [])].flatMap((pointer) => tell(pointer, sent)),
    ...declared.flatMap(({ mediaTypes }) => [...mediaTypes.values()].flatMap((pointer) => tell(pointer, answers))),
    ...(isNode(root.paths) ? [] : ["/paths: is no object"]),
  ];
}

/** The response that an operation declares for a status: by its number, its range (`4XX`), or `default`. */
export function responseFor(
  document: ContractDocument,
  operation: Operation,
  status: number,
): DeclaredResponse | undefined {
  const exact = operation.responses.get(status);
  if (exact !== undefined) return exact;
  const all = children(document, { node: operation.node, pointer: operation.pointer }, "responses");
  const range = `${Math.floor(status / 100)}XX`;
  const found = all.find(([key]) => key.toUpperCase() === range) ?? all.find(([key]) => key === "default");
  return found && readResponse(document, status, found[1]);
}

function readResponse(document: ContractDocument, status: number, response: Located): DeclaredResponse {
  return {
    status,
    mediaTypes: new Map(
      children(document, response, "content").map(([type, located]) => [
        type,
        child(document, located, "schema")?.pointer,
      ]),
    ),
    headers: new Map(
      children(document, response, "headers").map(([name, located]) => [
        name,
        { required: located.node.required === true, schema: child(document, located, "schema")?.pointer },
      ]),
    ),
  };
}

function linksOf(document: ContractDocument, operations: readonly Operation[], source: Operation): Link[] {
  const responses = children(document, { node: source.node, pointer: source.pointer }, "responses");
  return responses.flatMap(([status, response]) =>
    children(document, response, "links").flatMap(([name, { node }]) => {
      const target = operations.find(
        ({ operationId, pointer }) =>
          operationId === node.operationId ||
          (typeof node.operationRef === "string" && node.operationRef === `#${pointer}`),
      );
      if (target === undefined)
        throw new ContractFault([`${source.pointer}: the link ${name} leads to no operation of the document`]);
      return {
        name,
        source,
        status,
        target,
        parameters: qualified(target, node.parameters),
        requestBody: node.requestBody,
      };
    }),
  );
}

/** The parameters of a link by `<in>.<name>`: a name alone is that of the only parameter which is called so. */
function qualified({ parameters }: Operation, given: unknown): Record<string, unknown> {
  const keys = Object.entries(isNode(given) ? given : {}).map(([key, value]) => {
    const named =
      parameters.find(({ in: where, name }) => key === `${where}.${name}`) ??
      parameters.find(({ name }) => key === name);
    return [named === undefined ? key : `${named.in}.${named.name}`, value] as const;
  });
  return Object.fromEntries(keys);
}
