import type { ExecutionContext } from "ava";
import Koa, { type Context, type Middleware } from "koa";
import {
  type Answer,
  type Authenticator,
  type ContractDocument,
  compileContract,
  errorDoor,
  type IdempotencyOptions,
  parseDocument,
  serveContract,
} from "../../../src/contract/index.ts";
import { listen } from "../../../src/http/server.ts";

/** A document of a test: the parts that it is about; the rest is filled in. */
export interface SmallContract {
  readonly paths: Readonly<Record<string, unknown>>;
  readonly schemas?: Readonly<Record<string, unknown>>;
  readonly securitySchemes?: Readonly<Record<string, unknown>>;
  /** Members that are added to the document's own. */
  readonly root?: Readonly<Record<string, unknown>>;
}

export interface OperationParts {
  readonly parameters?: readonly unknown[];
  readonly requestBody?: unknown;
  readonly security?: readonly unknown[];
  /** On top of those that the runtime needs; undefined takes one away. */
  readonly responses?: Readonly<Record<string, unknown>>;
  readonly [member: string]: unknown;
}

/** The authentication context that the small app knows. */
export const TWO_FACTOR = "urn:small:acr:two-factor";

/** The principal of these tests. */
export interface Somebody {
  readonly name: string;
  /** The scopes of the credential; none if left out. */
  readonly scopes?: readonly string[];
  /** When its owner last gave the password; long ago if left out. */
  readonly authenticatedAt?: Date;
  /** When it proved two factors. */
  readonly factorAt?: Date;
}

export type SmallHandler = (request: Readonly<Record<string, unknown>>) => Answer | Promise<Answer>;

export const PROBLEM = { description: "A problem.", content: { "application/problem+json": { schema: {} } } };
export const ANYTHING = { description: "Done.", content: { "application/json": { schema: {} } } };

/** An operation with the responses that the runtime needs, and the parts that the test adds. */
export function operation(operationId: string, { responses, security = [], ...parts }: OperationParts = {}) {
  const errors = [
    400,
    406,
    500,
    ...(parts.requestBody === undefined ? [] : [413, 415]),
    ...(security.length === 0 ? [] : [401, 403]),
  ];
  const declared = { "200": ANYTHING, ...Object.fromEntries(errors.map((status) => [status, PROBLEM])), ...responses };
  return { operationId, security, ...parts, responses: declared };
}

/** Content of one or more media types. */
export function content(schema: unknown, members: object = { required: true }, mediaTypes = ["application/json"]) {
  return {
    "x-max-bytes": 1_000,
    content: Object.fromEntries(mediaTypes.map((mediaType) => [mediaType, { schema }])),
    ...members,
  };
}

export function smallDocument({ paths, schemas, securitySchemes, root }: SmallContract): ContractDocument {
  const components = { ...(schemas && { schemas }), ...(securitySchemes && { securitySchemes }) };
  const document = { openapi: "3.1.0", info: { title: "Small", version: "1" }, paths, components, ...root };
  return parseDocument(JSON.stringify(document));
}

export interface SmallAppOptions extends SmallContract {
  readonly handlers: Readonly<Record<string, SmallHandler>>;
  readonly authenticators?: Readonly<Record<string, Authenticator<Somebody>>>;
  readonly responseValidation?: "fail" | "log";
  readonly now?: () => Date;
  readonly cookiePrefix?: (ctx: Context) => string;
  readonly titles?: Readonly<Record<number, string>>;
  readonly idempotency?: IdempotencyOptions<Somebody, object>;
  readonly trustedOrigins?: ReadonlySet<string>;
  /** A stage before the error door. */
  readonly before?: Middleware;
}

/** The scopes that a small contract can name. */
export const SCOPES = ["read", "write"];

/** An app of one test, and the faults that it has reported. */
export interface SmallApp {
  readonly url: string;
  readonly faults: readonly unknown[];
  readonly undeclared: readonly string[];
  /** What the start has warned of. */
  readonly warnings: readonly string[];
  request(path: string, init?: RequestInit): Promise<Response>;
}

/** Serves a small contract until the test ends. */
export async function serveSmall(t: ExecutionContext, options: SmallAppOptions): Promise<SmallApp> {
  const faults: unknown[] = [];
  const undeclared: string[] = [];
  const warnings: string[] = [];
  const app = new Koa();
  if (options.before) app.use(options.before);
  app.use(
    errorDoor({
      toProblem: () => undefined,
      representations: { "application/problem+json": (problem) => JSON.stringify(problem) },
      mediaTypes: ["application/problem+json"],
      instanceOf: () => "urn:uuid:00000000-0000-4000-8000-000000000000",
      ...(options.titles && { titles: options.titles }),
      onFault: (error) => void faults.push(error),
    }),
  );
  app.use(
    serveContract<Somebody, object>({
      contract: await compileContract(smallDocument(options)),
      handlers: options.handlers as never,
      authenticators: options.authenticators ?? {},
      realm: "small",
      sameIdentity: (one, other) => one.name === other.name,
      cookiePrefix: options.cookiePrefix ?? (() => ""),
      scopes: new Set(SCOPES),
      authorize: ({ scopes = [] }, wanted) => wanted.every((scope) => scopes.includes(scope)),
      authenticatedAt: (somebody) => somebody.authenticatedAt ?? new Date(0),
      authenticationContexts: new Map([[TWO_FACTOR, ({ factorAt }) => factorAt ?? null]]),
      now: options.now ?? (() => new Date()),
      createContext: () => ({}),
      problemMediaTypes: new Set(["application/problem+json"]),
      trustedOrigins: options.trustedOrigins ?? new Set(),
      signInPath: "/login",
      responseValidation: options.responseValidation ?? "fail",
      onUndeclared: (operationId, reason) => void undeclared.push(`${operationId}: ${reason}`),
      onWarning: (sentence) => void warnings.push(sentence),
      ...(options.idempotency && { idempotency: options.idempotency }),
    }),
  );
  const server = await listen(app.callback(), {
    host: "127.0.0.1",
    port: 0,
    patience: { headers: 2_000, request: 4_000, idle: 5_000, arriving: 0, finishing: 2_000 },
  });
  t.teardown(() => server.stop());
  return {
    url: server.url,
    faults,
    undeclared,
    warnings,
    request: (path, init) => fetch(new URL(path, server.url), { redirect: "manual", ...init }),
  };
}

/** The body of an answer. */
export async function json(response: Response) {
  return JSON.parse(await response.text());
}
