/*
 * The package export `kudos/contract`: all that serves an API of one's own from its OpenAPI document. `serveDocument` is all of it in one
 * call, with a default for each option; README.md beside this file has an example. For full control load and compile the document, and put
 * the error door before the contract in a Koa app, as src/app.ts does.
 */

export { idempotencyInMemory, type MemoryBounds } from "./declared/idempotency-in-memory.ts";
export type { Claim, ClaimedKey, IdempotencyOptions, IdempotencyStore } from "./declared/idempotency-store.ts";
export type { PageQuery, Pages } from "./declared/page-links.ts";
export { type Allowance, rateLimitFields } from "./declared/rate-limit.ts";
export { type CompiledContract, compileContract } from "./document/compile.ts";
export { type ContractDocument, ContractFault } from "./document/document.ts";
export { loadDocument, parseDocument } from "./document/parse.ts";
export {
  type ErrorDoorOptions,
  errorDoor,
  type LeavingProblem,
  type Representation,
} from "./error-door.ts";
export type { AnyHandlers, Handler, Handlers, OperationId, RequestOf, ResponseOf } from "./handler.ts";
export { HttpProblem, type Problem, type ProblemError, type ProblemOptions } from "./problem.ts";
export type { UploadedFile } from "./request/content/uploads.ts";
export type { Answer } from "./response/response.ts";
export type { Authenticator, Authenticators, Presented } from "./security/authenticator.ts";
export { type ContractOptions, serveContract } from "./serve.ts";
export { type DocumentOptions, serveDocument } from "./serve-document.ts";
