import { parse } from "node:url";
import { type ContractDocument, ContractFault } from "../document/document.ts";
import type { Operation } from "../document/operation.ts";
import { loadLate } from "../load-late.ts";
import { formatsOfMultiples } from "../schema/multiple-of.ts";
import {
  type ExpressRequest,
  type Metadata,
  partsWithBody,
  type RequestValidator,
  samplePath,
  toExpressRequest,
} from "./express-request.ts";
import { compileFillIn } from "./fill-in.ts";
import { toViolations } from "./finding.ts";
import { primeAll } from "./prime.ts";
import { validatorDocument } from "./validator-document/validator-document.ts";

type Step = (request: ExpressRequest, response: object, next: (error?: unknown) => void) => unknown;

/** The steps of the package, by the names of its functions. */
interface Steps {
  readonly pathParams: Step;
  readonly metadata: Step;
  readonly validate: Step;
}

const PACKAGE = "express-openapi-validator";
const STEPS = ["pathParamsMiddleware", "metadataMiddleware", "securityMiddleware", "requestMiddleware"] as const;

/**
 * Builds the validator of requests on express-openapi-validator, by its public export alone.
 *
 * Each operation is primed with one synthetic request: a document that the package cannot work with shows here, not at
 * a user's first request. A document that has been checked needs no such proof: the package is loaded with the first request that
 * has something to validate, and compiles each operation with its first. Throws {@link ContractFault}.
 */
export async function createRequestValidator(
  document: ContractDocument,
  operations: readonly Operation[],
): Promise<RequestValidator> {
  if (document.checked) {
    let made: Promise<RequestValidator> | undefined;
    return async (operation, parts) => {
      if (made === undefined) await loadLate(PACKAGE);
      made ??= bridge(document, operations);
      return (await made)(operation, parts);
    };
  }
  const validator = await bridge(document, operations);
  await primeAll(validator, operations);
  return validator;
}

/**
 * The package's validator. The metadata that it finds of each operation is kept, so that its own routing (a RegExp per route and request)
 * never runs again. Throws {@link ContractFault}.
 */
async function bridge(document: ContractDocument, operations: readonly Operation[]): Promise<RequestValidator> {
  const steps = await createSteps(document, operations);
  warnOfUrlParse();
  const metadata = await readMetadata(steps, operations);
  const fillIns = new Map(operations.map((operation) => [operation, compileFillIn(document, operation)]));
  return async (operation, parts) => {
    const found = metadata.get(operation);
    if (!found) throw new Error(`${operation.operationId} was not primed`);
    fillIns.get(operation)?.(parts);
    const request = toExpressRequest(operation, found.path, parts, { ...found.metadata, pathParams: parts.params });
    const error = await run(steps.validate, request);
    return error === undefined ? [] : toViolations(error, parts);
  };
}

/**
 * Makes Node warn of `url.parse` (DEP0169), without printing it. The package calls that function for each request, and until Node has
 * warned, each call captures the stack, to see whether a package has made it: 3 % of a request.
 */
function warnOfUrlParse(): void {
  const { noDeprecation = false } = process;
  process.noDeprecation = true;
  parse("/");
  process.noDeprecation = noDeprecation;
}

/** Throws {@link ContractFault} when the package does not offer the steps that are known here. */
async function createSteps(document: ContractDocument, operations: readonly Operation[]): Promise<Steps> {
  const { middleware } = await loadLate<typeof import("express-openapi-validator")>(PACKAGE);
  const steps = middleware({
    apiSpec: validatorDocument(document, operations) as never,
    fileUploader: false,
    // The package prints its findings; the audit has reported the same ones already.
    validateApiSpec: false,
    validateRequests: { allErrors: true },
    validateSecurity: false,
    validateResponses: false,
    ajvFormats: { mode: "full" },
    formats: formatsOfMultiples(document.root),
  }) as unknown as Step[];
  const names = steps.map((step) => step.name);
  if (names.join() !== STEPS.join()) {
    throw new ContractFault([
      `this express-openapi-validator offers ${names.join(", ")}; its bridge expects ${STEPS.join(", ")}`,
    ]);
  }
  const [pathParams, metadata, , validate] = steps as [Step, Step, Step, Step];
  return { pathParams, metadata, validate };
}

/** The package's finding of each operation. Throws {@link ContractFault} with the operations that it does not find. */
async function readMetadata(
  steps: Steps,
  operations: readonly Operation[],
): Promise<ReadonlyMap<Operation, { readonly path: string; readonly metadata: Metadata }>> {
  const found = new Map<Operation, { path: string; metadata: Metadata }>();
  const faults = new Set<string>();
  for (const operation of operations) {
    const [mediaType] = operation.requestContent?.mediaTypes.keys() ?? [];
    const path = samplePath(operation);
    const request = toExpressRequest(operation, path, partsWithBody(mediaType, {}));
    const fault = (await run(steps.pathParams, request)) ?? (await run(steps.metadata, request));
    if (fault) faults.add(`express-openapi-validator refuses the document: ${(fault as Error).message}`);
    else if (!request.openapi || request.openapi.schema.operationId !== operation.node.operationId) {
      faults.add(`${operation.method} ${operation.path} is hidden from the validator by another path`);
    } else found.set(operation, { path, metadata: request.openapi });
  }
  if (faults.size > 0) throw new ContractFault([...faults]);
  return found;
}

/** Runs one step; answers the error it passed on, or undefined. */
function run(step: Step, request: ExpressRequest): Promise<unknown> {
  return new Promise((resolve) => {
    void step(request, {}, (error) => resolve(error ?? undefined));
  });
}
