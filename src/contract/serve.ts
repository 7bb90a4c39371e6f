import type { Middleware } from "koa";
import { audit } from "./audit/audit.ts";
import { sunsetWarning } from "./declared/deprecation.ts";
import { acceptQueryByPath } from "./declared/query-method.ts";
import type { CompiledContract } from "./document/compile.ts";
import { ContractFault } from "./document/document.ts";
import type { RaisedProblem } from "./document/problem-types.ts";
import { compilePipeline, type PipelineOptions } from "./pipeline.ts";
import { normalPath } from "./request/path.ts";
import { mountRoutes } from "./routes.ts";

/**
 * The contract and all that serves it. Handlers and authenticators are plain objects, by operationId and by scheme
 * name.
 */
export interface ContractOptions<P, HandlerContext extends object>
  extends Omit<PipelineOptions<P, HandlerContext>, "document" | "schemes" | "schemas" | "validate"> {
  readonly contract: CompiledContract;
  /** The media types in which the error door can write a problem. */
  readonly problemMediaTypes: ReadonlySet<string>;
  /** Told at the start of what is served and should not be any more: an operation after its `x-sunset`. */
  readonly onWarning?: (sentence: string) => void;
  /** The longest header section of a request that the server reads, in bytes: the start refuses parameters that it has no room for. */
  readonly maxHeaderBytes?: number;
  /**
   * Every problem that the application itself raises. Then the contract has to enumerate the types of all problems, and the start refuses
   * a problem that no operation declares, and a declared one that nothing raises.
   */
  readonly problems?: readonly RaisedProblem[];
}

/**
 * Serves a contract: mounts every operation on a router and holds requests and answers to its declaration.
 * Throws {@link ContractFault} with *all* faults of the document and all mismatches between it and the options.
 */
export function serveContract<P, HandlerContext extends object>(
  options: ContractOptions<P, HandlerContext>,
): Middleware {
  const { document, operations, schemes, schemas, validate, malformed, unusable } = options.contract;
  const findings = [
    ...malformed,
    ...audit({ ...options, ...options.contract }),
    ...unusable,
    ...auditSampling(options.responseValidation),
  ];
  if (!validate || findings.length > 0) throw new ContractFault(findings);

  for (const operation of operations) {
    const warning = sunsetWarning(operation, options.now());
    if (warning !== undefined) options.onWarning?.(warning);
  }
  const acceptQuery = acceptQueryByPath(operations);
  const routes = operations.map((operation) => ({
    operation,
    pipeline: compilePipeline(
      operation,
      { ...options, document, schemes, schemas, validate },
      acceptQuery.get(operation.path),
    ),
  }));
  const dispatch = mountRoutes(routes, acceptQuery);
  return (ctx, next) => {
    // A path without percent-encoding has one spelling.
    if (ctx.path.includes("%")) ctx.path = normalPath(ctx.path);
    return dispatch(ctx, next);
  };
}

function auditSampling(policy: ContractOptions<never, object>["responseValidation"]): string[] {
  if (typeof policy === "string" || (policy.sample > 0 && policy.sample <= 1)) return [];
  return [`responseValidation samples a share of ${policy.sample}, which is not above 0 and up to 1`];
}
