import type { Context, Middleware } from "koa";
import type { Operation } from "./document/operation.ts";
import type { Handlers } from "./handler.ts";
import { HttpProblem, type ProblemError } from "./problem.ts";
import { compileContent, type ParsedContent } from "./request/content.ts";
import { compileParameters } from "./request/parameters.ts";
import { compilePrecondition } from "./request/precondition.ts";
import type { RequestValidator } from "./request/validator.ts";
import type { Violation } from "./request/violation.ts";
import { isCoded, preferredCoding } from "./response/content-coding.ts";
import { type Answer, compileAcceptable, findUndeclared, isNegotiated, writeAnswer } from "./response/response.ts";
import type { SchemaValidator } from "./response/schema-validator.ts";
import { credentialFields } from "./security/credential-reader.ts";
import { type AuthenticationOptions, compileSecurity } from "./security/requirement.ts";
import { comesFromSameOrigin, involvesCookies } from "./security/same-origin.ts";

/** What the stages of a request need. `P` is the application's principal, `Scope` what it adds to each request. */
export interface PipelineOptions<P, Scope extends object> extends AuthenticationOptions<P> {
  readonly handlers: Handlers<P, Scope>;
  readonly schemas: SchemaValidator;
  readonly validate: RequestValidator;
  /** A fresh object for each request: what its handler gets besides the request itself. */
  readonly createScope: (ctx: Context) => Scope;
  /** Other origins whose pages may use the cookie. */
  readonly trustedOrigins: ReadonlySet<string>;
  /** Where a browser that is not signed in is sent by an operation that declares 302; gets `?next=`. */
  readonly signInPath: string;
  /** An answer that the contract does not declare: `fail` makes it a 500, `log` lets it pass. Both tell `onUndeclared`. */
  readonly responseValidation: "fail" | "log";
  readonly onUndeclared: (operationId: string, reason: string) => void;
}

/** The stages of a request, in order. Authentication comes before a byte of the content is read. */
export function compilePipeline<P, Scope extends object>(
  operation: Operation,
  runtime: PipelineOptions<P, Scope>,
): Middleware {
  const guarded = involvesCookies(operation, runtime.schemes);
  const authenticate = compileSecurity(operation, runtime);
  const vary = [
    ...credentialFields(operation, runtime.schemes),
    ...(isNegotiated(operation) ? ["Accept"] : []),
    ...(isCoded(operation) ? ["Accept-Encoding"] : []),
  ];
  const requireAcceptable = compileAcceptable(operation);
  const requirePrecondition = compilePrecondition(operation);
  const parseContent = compileContent(operation);
  const requireValid = compileValidation(operation, runtime.validate);
  const handle = runtime.handlers[operation.operationId as keyof typeof runtime.handlers] as (
    request: object,
  ) => Promise<Answer> | Answer;

  return async (ctx: Context) => {
    ctx.state.errorMediaTypes = (status: number) => operation.responses.get(status)?.mediaTypes.keys().toArray();
    if (vary.length > 0) ctx.vary(vary);
    const sameOrigin = guarded && comesFromSameOrigin(ctx, runtime.trustedOrigins);
    let principals: readonly P[];
    try {
      principals = await authenticate(ctx, sameOrigin);
    } catch (error) {
      if (sendToSignIn(ctx, operation, error, runtime.signInPath)) return;
      throw error;
    }
    requireAcceptable(ctx);
    requirePrecondition(ctx);
    const content = await parseContent(ctx);
    const parts = await requireValid(ctx, content);
    const accepts = (...mediaTypes: readonly string[]) => ctx.accepts([...mediaTypes]) || undefined;
    const answer = await handle(
      Object.assign(runtime.createScope(ctx), {
        principal: principals[0] ?? null,
        principals,
        ...parts,
        accepts,
        acceptsEncoding: (...codings: readonly string[]) => preferredCoding(ctx, codings),
      }),
    );
    const undeclared = findUndeclared(runtime.schemas, operation, answer);
    if (undeclared) {
      runtime.onUndeclared(operation.operationId, undeclared);
      if (runtime.responseValidation === "fail") throw new HttpProblem(500);
    }
    writeAnswer(ctx, operation, answer);
  };
}

/** Holds parameters and content to the contract. Answers them parsed, coerced and defaulted; throws one 400 with all faults. */
function compileValidation(operation: Operation, validate: RequestValidator) {
  const readParameters = compileParameters(operation);
  const nothingDeclared = operation.parameters.length === 0 && operation.requestContent === undefined;

  return async (ctx: Context, { mediaType, body }: ParsedContent) => {
    const { query, params, headers, cookies, violations } = readParameters(ctx, ctx.params);
    if (violations.length > 0) throw invalid(violations);
    if (!nothingDeclared) {
      const found = await validate(operation, { query, params, headers, cookies, mediaType, body });
      if (found.length > 0) throw invalid(found);
    }
    return { query, path: params, header: headers, cookie: cookies, body };
  };
}

const MOST_ERRORS = 20;
/** A name that the client chose is told back only as one short line. */
const TELLABLE = /^[^\p{C}\p{Zl}\p{Zp}]{0,100}$/u;

function invalid(violations: readonly Violation[]): HttpProblem {
  const errors = violations.slice(0, MOST_ERRORS).map((violation): ProblemError => {
    const { detail } = violation;
    if ("pointer" in violation) return { pointer: TELLABLE.test(violation.pointer) ? violation.pointer : "", detail };
    const tellable = violation.name !== "" && TELLABLE.test(violation.name);
    return tellable ? { parameter: violation.name, detail } : { detail: `A parameter ${detail}.` };
  });
  return new HttpProblem(400, { detail: "The request does not match the contract.", errors });
}

/** A longer way back is left out: an address has to stay short enough to be sent. */
const LONGEST_WAY_BACK = 2_048;

/** A browser that opens a page without being signed in is sent to sign in, where the operation declares that. */
function sendToSignIn(ctx: Context, operation: Operation, error: unknown, signInPath: string): boolean {
  const refused = error instanceof HttpProblem && error.problem.status === 401 && operation.responses.has(302);
  if (!refused || ctx.accepts("application/json", "text/html") !== "text/html") return false;
  const next = encodeURIComponent(ctx.url);
  const Location = next.length > LONGEST_WAY_BACK ? signInPath : `${signInPath}?next=${next}`;
  writeAnswer(ctx, operation, { status: 302, headers: { Location } });
  return true;
}
