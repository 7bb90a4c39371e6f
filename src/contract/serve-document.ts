import { randomUUID } from "node:crypto";
import { pathToFileURL } from "node:url";
import { isDeepStrictEqual } from "node:util";
import type { Middleware } from "koa";
import { loadCheckedDocument } from "./document/checked.ts";
import { compileContract } from "./document/compile.ts";
import type { ContractDocument } from "./document/document.ts";
import { loadDocument } from "./document/parse.ts";
import { type ErrorDoorOptions, errorDoor, type LeavingProblem } from "./error-door.ts";
import type { AnyHandlers } from "./handler.ts";
import { HttpProblem } from "./problem.ts";
import type { Authenticators } from "./security/authenticator.ts";
import { type ContractOptions, serveContract } from "./serve.ts";

/** A file: a path from the working folder, or a URL such as `new URL("openapi.yaml", import.meta.url)`. */
type File = string | URL;

/** The options of the stages that have a default here; see {@link serveDocument}. */
type Defaulted<P, HandlerContext extends object> = Partial<
  Omit<ContractOptions<P, HandlerContext>, "contract" | "handlers" | "problemMediaTypes">
>;

/** What serves a document. Only the document and its handlers are needed; src/contract/README.md has a table of the others. */
export interface DocumentOptions<P, HandlerContext extends object>
  extends Defaulted<P, HandlerContext>,
    Partial<ErrorDoorOptions> {
  /** The OpenAPI document, in YAML or JSON, or the parsed one. */
  readonly document: File | ContractDocument;
  /** The file `contract.json` that `kudos generate` writes: a document that it has found no fault in starts in a tenth of the time. */
  readonly checked?: File;
  readonly handlers: AnyHandlers<P, HandlerContext>;
  readonly authenticators?: Authenticators<P>;
  /** The longest content of a request, in bytes, where an operation has no `x-max-bytes`; 1 MiB if left out. */
  readonly maxContentBytes?: number;
}

const MOST_CONTENT = 1_048_576;

/**
 * Serves an OpenAPI document whole: the error door, the contract behind it, and 404 for a path that neither the document nor any later
 * stage of the app knows. Throws {@link ContractFault} with all that cannot be served, and errors of the file system.
 */
export async function serveDocument<P = unknown, HandlerContext extends object = object>(
  options: DocumentOptions<P, HandlerContext>,
): Promise<Middleware> {
  const { undeclaredErrors = "send", maxContentBytes = MOST_CONTENT } = options;
  const allowances = { maxContentBytes, errorRanges: undeclaredErrors === "send" };
  const contract = await compileContract(await documentOf(options), allowances);
  const representations = options.representations ?? { [PROBLEM_JSON]: asJson, "application/json": asJson };
  const named = contract.operations.flatMap(({ security = [] }) => security.flatMap((each) => [...each.values()]));
  const door = errorDoor({
    toProblem: () => undefined,
    mediaTypes: [Object.keys(representations)[0] ?? PROBLEM_JSON],
    instanceOf: () => `urn:uuid:${randomUUID()}`,
    // Koa's own way: an app without a listener of its own prints it.
    onFault: (error, ctx) => void ctx.app.emit("error", error, ctx),
    ...options,
    representations,
  });
  const serve = serveContract<P, HandlerContext>({
    authenticators: {},
    realm: "api",
    sameIdentity: isDeepStrictEqual,
    cookiePrefix: () => "",
    scopes: new Set(named.flat()),
    authorize: holdsScopes,
    authenticatedAt: timeOfAuthentication,
    now: () => new Date(),
    createContext: () => ({}) as HandlerContext,
    trustedOrigins: new Set(),
    signInPath: "/login",
    responseValidation: "fail",
    onUndeclared: (operationId, reason) => process.emitWarning(`${operationId}: ${reason}`, "UndeclaredAnswer"),
    ...options,
    undeclaredErrors,
    contract,
    problemMediaTypes: new Set(Object.keys(representations)),
  });
  return (ctx, next) =>
    door(ctx, async () => {
      await serve(ctx, next);
      if (ctx.status !== 404 || ctx.body != null || ctx.matched !== undefined) return;
      throw new HttpProblem(404, { detail: "There is nothing at this address." });
    });
}

const PROBLEM_JSON = "application/problem+json";
const asJson = (problem: LeavingProblem) => JSON.stringify(problem);

async function documentOf({
  document,
  checked,
}: Pick<DocumentOptions<never, object>, "document" | "checked">): Promise<ContractDocument> {
  if (typeof document !== "string" && !(document instanceof URL)) return document;
  const file = toUrl(document);
  return checked === undefined ? loadDocument(file) : loadCheckedDocument(file, toUrl(checked));
}

function toUrl(file: File): URL {
  return typeof file === "string" ? pathToFileURL(file) : file;
}

/** The scopes of a principal that says in `scopes`, a list or a set, what it may do; another one may do nothing that needs a scope. */
function holdsScopes(principal: unknown, wanted: readonly string[]): boolean {
  const { scopes } = principal as { readonly scopes?: unknown };
  const held = new Set<unknown>(Array.isArray(scopes) || scopes instanceof Set ? scopes : []);
  return wanted.every((scope) => held.has(scope));
}

/** The time in `authenticatedAt` of a principal; one that has none has authenticated too long ago for any limit. */
function timeOfAuthentication(principal: unknown): Date {
  const { authenticatedAt } = principal as { readonly authenticatedAt?: unknown };
  return authenticatedAt instanceof Date ? authenticatedAt : new Date(0);
}
