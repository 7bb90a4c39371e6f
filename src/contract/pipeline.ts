import type { Context, Middleware } from "koa";
import { compileAnswerFields } from "./declared/answer-fields.ts";
import { endingFields, withLastingFields } from "./declared/deprecation.ts";
import { compileIdempotency } from "./declared/idempotency-key.ts";
import type { IdempotencyOptions } from "./declared/idempotency-store.ts";
import type { ContractDocument } from "./document/document.ts";
import type { Operation } from "./document/operation.ts";
import type { ProblemTypeMembers } from "./document/problem-types.ts";
import { narrowErrors } from "./error-door.ts";
import type { AnyHandlers, ServedRequest } from "./handler.ts";
import { HttpProblem } from "./problem.ts";
import { compileContent } from "./request/content/content.ts";
import type { RequestValidator } from "./request/express-request.ts";
import { compilePrecondition } from "./request/precondition.ts";
import { compileValidation } from "./request/validation.ts";
import { preferredMediaType } from "./response/accept.ts";
import { preferredCoding } from "./response/content-coding.ts";
import { declaredErrorsOf } from "./response/declared-errors.ts";
import { compileAcceptable } from "./response/negotiation.ts";
import { type Answer, findUndeclared, writeAnswer } from "./response/response.ts";
import type { SchemaValidator } from "./response/schema-validator.ts";
import { addVary, varyOf } from "./response/vary.ts";
import { type AuthenticationOptions, compileSecurity } from "./security/requirement.ts";
import { compileSignIn } from "./security/sign-in.ts";

/** The options of the stages. `P` is the application's principal, `HandlerContext` what it gives to each handler. */
export interface PipelineOptions<P, HandlerContext extends object> extends AuthenticationOptions<P> {
  readonly handlers: AnyHandlers<P, HandlerContext>;
  readonly schemas: SchemaValidator;
  readonly validate: RequestValidator;
  /** A fresh object for each request, to which the parts of the request are added. */
  readonly createContext: (ctx: Context) => HandlerContext;
  /** Where a browser that is not signed in is sent by an operation that declares 302; gets `?next=`. */
  readonly signInPath: string;
  readonly document: ContractDocument;
  /** Where the problems of a media type have their type; if left out, those of `application/problem+json` in `type`. */
  readonly problemTypeMembers?: ProblemTypeMembers;
  /**
   * The fate of an answer that the contract does not declare: `fail` makes it a 500, `log` lets it pass; `sample` does so, too, and checks
   * only that share of the answers, above 0 and up to 1.
   */
  readonly responseValidation: "fail" | "log" | { readonly sample: number };
  /**
   * The fate of an error that an operation does not declare: `refuse` makes it a 500, and the start refuses an operation without an error
   * that the runtime can send; `send` sends it.
   */
  readonly undeclaredErrors?: "refuse" | "send" | undefined;
  /** What keeps answers for operations that declare `Idempotency-Key`. */
  readonly idempotency?: IdempotencyOptions<P, HandlerContext>;
  /** Told of each such answer. */
  readonly onUndeclared: (operationId: string, reason: string) => void;
}

/**
 * The stages of a request, in order. Authentication comes before a byte of the content is read. The stages of `declared/` are there for
 * operations that declare them, and cost others nothing.
 *
 * @param acceptQuery the value of `Accept-Query` for the path of the operation; undefined when it takes no QUERY
 */
export function compilePipeline<P, HandlerContext extends object>(
  operation: Operation,
  runtime: PipelineOptions<P, HandlerContext>,
  acceptQuery?: string,
): Middleware {
  const vary = varyOf(operation, runtime.schemes).join(", ");
  const declaredErrors = declaredErrorsOf(operation, runtime);
  const authenticate = compileSecurity(operation, runtime);
  const sendToSignIn = compileSignIn(operation, runtime.signInPath);
  const requireAcceptable = compileAcceptable(operation);
  const requirePrecondition = compilePrecondition(operation);
  const parseContent = compileContent(operation);
  const requireValid = compileValidation(operation, runtime.validate, runtime.cookiePrefix);
  // The audit at the start has found a handler for each operation.
  const declaredHandler = runtime.handlers[operation.operationId] as AnyHandlers<P, HandlerContext>[string];
  const handle = compileIdempotency(operation, declaredHandler, runtime, (answer) => {
    // An answer is checked before it is kept for its key: one that is not declared becomes a 500, and its writes are rolled back. With
    // responseValidation "log" it is sent all the same, so it is kept, and checked only on its way out.
    if (runtime.responseValidation === "fail") requireDeclared(operation, answer, runtime);
  });
  const completeAnswer = compileAnswerFields(operation, acceptQuery);
  const lastingFields = endingFields(operation);
  // The share of answers that are checked.
  const share = typeof runtime.responseValidation === "string" ? 1 : runtime.responseValidation.sample;

  const pipeline = async (ctx: Context) => {
    narrowErrors(ctx, declaredErrors);
    if (vary !== "") addVary(ctx, vary);
    let principals: readonly P[];
    try {
      principals = await authenticate(ctx);
    } catch (error) {
      return sendToSignIn(ctx, error);
    }
    requireAcceptable(ctx);
    requirePrecondition(ctx);
    const content = await parseContent(ctx);
    const parts = await requireValid(ctx, content);
    let answer = await handle(toRequest(ctx, runtime.createContext(ctx), principals, parts));
    if (completeAnswer !== undefined) answer = completeAnswer(ctx, answer);
    if (share === 1 || Math.random() < share) requireDeclared(operation, answer, runtime);
    writeAnswer(ctx, operation, answer);
  };
  return lastingFields === undefined ? pipeline : withLastingFields(pipeline, lastingFields);
}

/** The request of a handler: the context, extended in place. A copy would evaluate its getters. */
function toRequest<P, HandlerContext extends object>(
  ctx: Context,
  context: HandlerContext,
  principals: readonly P[],
  parts: object,
): ServedRequest<P, HandlerContext> {
  return Object.assign(context, parts, {
    principal: principals[0] ?? null,
    principals,
    accepts: (...mediaTypes: readonly string[]) => preferredMediaType(ctx, mediaTypes),
    acceptsEncoding: (...codings: readonly string[]) => preferredCoding(ctx, codings),
  }) as object as ServedRequest<P, HandlerContext>;
}

/** Tells of an answer that the contract does not declare, and makes it a 500 unless it is let through. */
function requireDeclared<P, HandlerContext extends object>(
  operation: Operation,
  answer: Answer,
  { schemas, onUndeclared, responseValidation }: PipelineOptions<P, HandlerContext>,
): void {
  const undeclared = findUndeclared(schemas, operation, answer);
  if (undeclared === undefined) return;
  onUndeclared(operation.operationId, undeclared);
  if (responseValidation === "fail") throw new HttpProblem(500);
}
