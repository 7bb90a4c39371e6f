import { type Contract, type ContractOperation, resolve } from "../contract/contract.ts";
import { requirementOf } from "../contract/requirement.ts";
import { credentialsOf, type SampleRequest } from "./sample-request.ts";

/** An immutable value of Swagger UI's state. */
interface Immutable {
  readonly size: number;
  toJS(): unknown;
  get(name: string): unknown;
  map(change: (value: unknown) => unknown): Immutable;
}

/** The parts of Swagger UI's system that tell what a call would send. */
export interface RequestState {
  readonly fn: { buildRequest(options: Readonly<Record<string, unknown>>): BuiltRequest };
  readonly specSelectors: {
    parameterValues(pathMethod: readonly string[], isXml: boolean): Immutable;
    parameterInclusionSettingFor(pathMethod: readonly string[], name: unknown, place: unknown): boolean;
  };
  readonly oas3Selectors: {
    requestBodyValue(path: string, method: string): unknown;
    selectDefaultRequestBodyValue(path: string, method: string): unknown;
    requestContentType(path: string, method: string): string | undefined;
    responseContentType(path: string, method: string): string | undefined;
  };
  readonly authSelectors: { authorized(): Immutable };
}

/** A request as swagger-client builds it. */
interface BuiltRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Some value that the call needs is missing; the message names it. */
export class Incomplete extends Error {
  override readonly name = "Incomplete";
}

/**
 * The request that "Execute" would send: with the values of the form, or where there are none, those of the examples; with
 * variables for its credentials. Throws {@link Incomplete}.
 */
export function builtRequest(contract: Contract, state: RequestState, operation: ContractOperation): SampleRequest {
  const { path, object, operationId, parameters } = operation;
  const method = operation.method.toLowerCase();
  const hasBody = object.requestBody !== undefined;
  // Of the document, only what the request is built from, and without references, which swagger-client does not follow here.
  const requestBody = hasBody ? resolve(contract, object.requestBody) : undefined;
  const own = { ...object, parameters, ...(requestBody && { requestBody }) };
  const spec = { openapi: contract.openapi, servers: contract.servers, paths: { [path]: { [method]: own } } };
  let built: BuiltRequest;
  try {
    built = state.fn.buildRequest({
      spec,
      pathName: path,
      method,
      operationId,
      parameters: valuesOf(state, operation, method),
      contextUrl: document.baseURI,
      ...(hasBody && {
        requestContentType: state.oas3Selectors.requestContentType(path, method),
        requestBody: bodyOf(state, path, method),
      }),
      responseContentType: state.oas3Selectors.responseContentType(path, method) ?? "*/*",
    });
  } catch (error) {
    throw new Incomplete((error as Error).message);
  }
  return {
    method: built.method.toUpperCase(),
    url: new URL(built.url, document.baseURI).href,
    headers: Object.entries(built.headers).filter(([name, value]) => !(/^accept$/i.test(name) && value === "*/*")),
    ...(typeof built.body === "string" && { body: built.body }),
    credentials: credentialsOf(requirementOf(contract, object), state.authSelectors.authorized().size > 0),
  };
}

/** The values of the parameters, with those that are to be sent empty. */
function valuesOf({ specSelectors }: RequestState, { path, parameters }: ContractOperation, method: string): object {
  const at = [path, method];
  const values = specSelectors.parameterValues(at, false).toJS() as Record<string, unknown>;
  for (const { name, in: place, allowEmptyValue } of parameters) {
    if (!allowEmptyValue || !specSelectors.parameterInclusionSettingFor(at, name, place)) continue;
    const has = Object.entries(values).some(([key, value]) => value && key.startsWith(`${place}.${name}`));
    if (!has) values[`${place}.${name}`] = "";
  }
  return values;
}

/** The content: a text, or the fields of a form by name. */
function bodyOf({ oas3Selectors }: RequestState, path: string, method: string): unknown {
  const value =
    oas3Selectors.requestBodyValue(path, method) ?? oas3Selectors.selectDefaultRequestBodyValue(path, method);
  if (!isImmutable(value)) return fieldsOf(value, oas3Selectors.requestContentType(path, method));
  const fields = value.map((field) => (isImmutable(field) ? field.get("value") : field)).toJS();
  return Object.fromEntries(
    Object.entries(fields as object).filter(([, field]) => field !== "" && field !== undefined),
  );
}

/** The fields of a form's example, which Swagger UI keeps as JSON until somebody edits them. */
function fieldsOf(value: unknown, mediaType = ""): unknown {
  if (typeof value !== "string" || !/^(application\/x-www-form-urlencoded|multipart\/)/.test(mediaType)) return value;
  return JSON.parse(value);
}

function isImmutable(value: unknown): value is Immutable {
  return typeof (value as Immutable | null)?.toJS === "function";
}
