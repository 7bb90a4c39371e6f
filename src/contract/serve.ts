import Router from "@koa/router";
import type { Context, Middleware } from "koa";
import { audit } from "./audit/audit.ts";
import type { CompiledContract } from "./document/compile.ts";
import { ContractFault } from "./document/document.ts";
import type { Operation } from "./document/operation.ts";
import { compilePipeline, type PipelineOptions } from "./pipeline.ts";
import { HttpProblem } from "./problem.ts";
import { normalPath } from "./request/path.ts";

/**
 * The contract and all that serves it. Handlers and authenticators are plain objects, by operationId and by scheme
 * name.
 */
export interface ContractOptions<P, HandlerContext extends object>
  extends Omit<PipelineOptions<P, HandlerContext>, "schemes" | "schemas" | "validate"> {
  readonly contract: CompiledContract;
  /** The media types in which the error door can write a problem. */
  readonly problemMediaTypes: ReadonlySet<string>;
}

/**
 * Serves a contract: mounts every operation on a router and holds requests and answers to its declaration.
 * Throws {@link ContractFault} with *all* faults of the document and all mismatches between it and the options.
 */
export function serveContract<P, HandlerContext extends object>(
  options: ContractOptions<P, HandlerContext>,
): Middleware {
  const { operations, schemes, schemas, validate, malformed, unusable } = options.contract;
  const findings = [...malformed, ...audit({ ...options, ...options.contract }), ...unusable];
  if (!validate || findings.length > 0) throw new ContractFault(findings);

  const router = new Router({ strict: true, sensitive: true });
  for (const operation of mostSpecificFirst(operations)) {
    router.register(
      toRoute(operation.path),
      [operation.method],
      [compilePipeline(operation, { ...options, schemes, schemas, validate })],
    );
  }
  const routes = router.routes() as Middleware;
  return async (ctx, next) => {
    // A path without percent-encoding has one spelling.
    if (ctx.path.includes("%")) ctx.path = normalPath(ctx.path);
    await routes(ctx, async () => (ctx.matched?.length ? answerOtherMethod(ctx) : next()));
  };
}

/** A path template in the router's own syntax. */
function toRoute(template: string): string {
  return template.replaceAll(":", "\\:").replaceAll(/\{([^}]+)\}/g, ":$1");
}

/** Literal paths win over templated ones (OpenAPI 3.1 §4.8.8.2). */
function mostSpecificFirst(operations: readonly Operation[]): Operation[] {
  const rank = ({ path }: Operation) => path.replaceAll(/\{[^}]+\}/g, "\uffff");
  return operations.toSorted((one, other) => (rank(one) < rank(other) ? -1 : 1));
}

/** The path is known, the method is not: OPTIONS is told the methods, anything else gets 405 (RFC 9110 §15.5.6). */
function answerOtherMethod(ctx: Context): void {
  const methods = new Set((ctx.matched as { methods: string[] }[]).flatMap((layer) => layer.methods));
  const allow = [...methods, "OPTIONS"].toSorted().join(", ");
  if (ctx.method !== "OPTIONS") {
    throw new HttpProblem(405, { detail: `${ctx.method} is not allowed here.`, headers: { Allow: allow } });
  }
  ctx.status = 204;
  ctx.set("Allow", allow);
}
