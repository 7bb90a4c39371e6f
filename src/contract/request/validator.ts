import { middleware } from "express-openapi-validator";
import { type ContractDocument, ContractFault, escapePointer, isNode, valueAt } from "../document/document.ts";
import type { Operation } from "../document/operation.ts";
import { validatorDocument } from "./validator-document.ts";
import type { Violation } from "./violation.ts";

/** What express-openapi-validator reads of an Express request. It coerces parameters and fills in defaults in place. */
interface ValidatedRequest {
  readonly app: { enabled(setting: string): boolean; param(): void };
  readonly method: string;
  readonly path: string;
  readonly baseUrl: string;
  readonly originalUrl: string;
  readonly url: string;
  readonly headers: Record<string, unknown>;
  readonly cookies: Record<string, unknown>;
  readonly signedCookies: Record<string, unknown>;
  query: Record<string, unknown>;
  params: Record<string, unknown>;
  body: unknown;
  openapi?: Metadata;
}

interface Metadata {
  readonly schema: { readonly operationId?: string };
  readonly pathParams: Record<string, unknown>;
}

type Step = (request: ValidatedRequest, response: object, next: (error?: unknown) => void) => unknown;

/** The parts of one request that the contract describes, as strings from the wire. */
export interface RequestParts {
  readonly query: Record<string, unknown>;
  readonly params: Record<string, unknown>;
  /** Only the header parameters that the operation declares, names in lower case. */
  readonly headers: Record<string, unknown>;
  readonly cookies: Record<string, unknown>;
  /** The declared media type of the body, never the client's own spelling of it; undefined without a body. */
  readonly mediaType: string | undefined;
  readonly body: unknown;
}

/** Checks the parts against the operation. Parameters are coerced and defaulted in place. Answers what is wrong. */
export type RequestValidator = (operation: Operation, parts: RequestParts) => Promise<readonly Violation[]>;

const APP = { enabled: () => true, param: () => undefined };
/** The package's names for where a parameter stands, and OpenAPI's. */
const PLACES: Readonly<Record<string, string>> = { headers: "header", params: "path", cookies: "cookie" };
const STEPS = ["pathParamsMiddleware", "metadataMiddleware", "securityMiddleware", "requestMiddleware"] as const;

/**
 * Builds the validator of requests on express-openapi-validator, by its public export alone.
 *
 * Each operation is primed with one synthetic request: a document that the package cannot work with shows here, not at
 * a user's first request, and the metadata it found is kept, so that its own routing (a RegExp per route and request)
 * never runs again. Throws {@link ContractFault}.
 */
export async function createRequestValidator(
  document: ContractDocument,
  operations: readonly Operation[],
): Promise<RequestValidator> {
  const steps = middleware({
    apiSpec: validatorDocument(document) as never,
    fileUploader: false,
    // It would print what it finds; the audit has found all of it before.
    validateApiSpec: false,
    validateRequests: { allErrors: true },
    validateSecurity: false,
    validateResponses: false,
    ajvFormats: { mode: "full" },
  }) as unknown as Step[];
  const names = steps.map((step) => step.name);
  if (names.join() !== STEPS.join()) {
    throw new ContractFault([
      `this express-openapi-validator offers ${names.join(", ")}; its bridge expects ${STEPS.join(", ")}`,
    ]);
  }
  const [pathParams, metadata, , validate] = steps as [Step, Step, Step, Step];

  const captured = new Map<Operation, Metadata>();
  const faults = new Set<string>();
  for (const operation of operations) {
    const request = synthesise(operation);
    const fault = (await run(pathParams, request)) ?? (await run(metadata, request));
    if (fault) faults.add(`express-openapi-validator refuses the document: ${(fault as Error).message}`);
    else if (!request.openapi || request.openapi.schema.operationId !== operation.node.operationId) {
      faults.add(`${operation.method} ${operation.path} is hidden from the validator by another path`);
    } else captured.set(operation, request.openapi);
  }
  if (faults.size > 0) throw new ContractFault([...faults]);

  const validator: RequestValidator = async (operation, parts) => {
    const found = captured.get(operation);
    if (!found) throw new Error(`${operation.operationId} was not primed`);
    const request = present(operation, parts, { ...found, pathParams: parts.params });
    const error = await run(validate, request);
    return error === undefined ? [] : toViolations(error, parts.body);
  };
  for (const operation of operations) {
    await prime(validator, operation).catch((error: Error) => {
      faults.add(`express-openapi-validator cannot validate ${operation.operationId}: ${error.message}`);
    });
  }
  if (faults.size > 0) throw new ContractFault([...faults]);
  return validator;
}

/** Compiles the package's validators for each media type, so that no client waits for a compilation. */
async function prime(validator: RequestValidator, operation: Operation): Promise<void> {
  const { mediaTypes, required = false } = operation.requestContent ?? {};
  const declared = [...(mediaTypes?.keys() ?? [])];
  for (const mediaType of required ? declared : [...declared, undefined]) {
    const body = mediaType && {};
    await validator(operation, { query: {}, params: {}, headers: {}, cookies: {}, mediaType, body });
  }
}

function synthesise(operation: Operation): ValidatedRequest {
  return present(operation, {
    query: {},
    params: {},
    headers: {},
    cookies: {},
    mediaType: operation.requestContent?.mediaTypes.keys().next().value,
    body: {},
  });
}

function present(operation: Operation, parts: RequestParts, openapi?: Metadata): ValidatedRequest {
  // The package caches a validator for every content type it sees, without bound: it only ever sees a declared one.
  const headers = parts.mediaType ? { ...parts.headers, "content-type": parts.mediaType } : parts.headers;
  const path = operation.path.replaceAll(/\{[^}]+\}/g, "~");
  return {
    app: APP,
    method: operation.method,
    path,
    baseUrl: "",
    originalUrl: path,
    url: path,
    headers,
    cookies: parts.cookies,
    signedCookies: {},
    query: parts.query,
    params: parts.params,
    body: parts.body,
    ...(openapi && { openapi }),
  };
}

/** Runs one step; answers the error it passed on, or undefined. */
function run(step: Step, request: ValidatedRequest): Promise<unknown> {
  return new Promise((resolve) => {
    void step(request, {}, (error) => resolve(error ?? undefined));
  });
}

interface ReportedError {
  readonly status?: number;
  readonly path?: string;
  readonly message: string;
  readonly errors?: readonly Finding[];
}

interface Finding {
  readonly path?: string;
  readonly message?: string;
  readonly errorCode?: string;
}

/** What people read instead of the validator's wording, where that speaks of schemas. */
const PLAINLY: Readonly<Record<string, string>> = {
  "required.openapi.validation": "is required",
  "additionalProperties.openapi.validation": "is not a field that this operation knows",
  "pattern.openapi.validation": "is not of the right form",
};

/** The package's errors as violations. An error that is no finding about the request is a fault of ours and is thrown. */
function toViolations(error: unknown, body: unknown): Violation[] {
  const reported = error as ReportedError;
  if (reported.status === undefined || reported.status >= 500) throw error;
  const findings: readonly Finding[] = reported.errors?.length ? reported.errors : [reported];
  return findings.map(({ path = "", message = reported.message, errorCode = "" }) => {
    const detail = PLAINLY[errorCode] ?? message.replace(/^must match format "(.+)"$/, "must be a valid $1");
    const [, where = "", ...rest] = path.split("/");
    if (where === "body") return { in: "body", pointer: toPointer(rest, errorCode, body), detail };
    return { in: PLACES[where] ?? where, name: rest.join("/"), detail };
  });
}

/**
 * The JSON pointer (RFC 6901) to what a path of the package's means: its tokens are escaped, but the name of a missing or
 * an unknown member at its end is not, and may look like several tokens. Where the member can stand in the body decides.
 */
function toPointer(tokens: readonly string[], errorCode: string, body: unknown): string {
  const write = (names: readonly string[]) => names.map((name) => `/${name}`).join("");
  const keyword = errorCode.split(".")[0] ?? "";
  if (!ENDS_IN_A_NAME.has(keyword)) return write(tokens);
  for (let end = tokens.length - 1; end >= 0; end -= 1) {
    const holder = valueAt(body, tokens.slice(0, end));
    const name = tokens.slice(end).join("/");
    if (isNode(holder) && Object.hasOwn(holder, name) === (keyword !== "required")) {
      return write([...tokens.slice(0, end), escapePointer(name)]);
    }
  }
  return write(tokens);
}

const ENDS_IN_A_NAME = new Set(["required", "additionalProperties", "unevaluatedProperties"]);
