import type { ErrorStatus } from "./problem.ts";
import type { ReceivedContent } from "./request/content/uploads.ts";
import type { Negotiation } from "./response/negotiation.ts";
import type { Answer } from "./response/response.ts";
import type { ToldBy } from "./response/told-members.ts";

/*
 * The types of handlers. They take as parameters the interfaces that `generate.ts` writes for a contract: `Operations` is
 * `operations` of openapi-typescript, `Principals` is `principals`. Both have a member for each operationId.
 */

/** The operationIds of a contract. */
export type OperationId<Operations, Principals> = keyof Operations & keyof Principals;

/** One operation, as openapi-typescript describes it. */
interface OperationTypes {
  readonly parameters: { readonly [Where in "query" | "path" | "header" | "cookie"]?: unknown };
  readonly requestBody?: unknown;
  readonly responses: unknown;
}

/** Whether the `security` of an operation gives it a principal: always, when a credential was sent, or never. */
type Presence = "required" | "optional" | "none";

/** The declared members of a headers object, without the index signature by which openapi-typescript allows any name. */
type Declared<T> = { [Name in keyof T as string extends Name ? never : Name]: T[Name] };

type HasRequired<T> = Partial<T> extends T ? false : true;

type IsUnion<T, U = T> = (T extends unknown ? ([U] extends [T] ? never : true) : never) extends never ? false : true;

/** The headers of an answer: mandatory exactly where the contract declares one of them `required`. */
type Headers<R> = R extends { headers: infer H }
  ? ToldBy<Declared<H>> &
      (HasRequired<Declared<H>> extends true ? { readonly headers: Declared<H> } : { readonly headers?: Declared<H> })
  : unknown;

/** Bytes, where the contract declares a `Content-Encoding`: they are text in a content coding. */
type Coded<R> = R extends { headers: infer H }
  ? "Content-Encoding" extends keyof Declared<H>
    ? Uint8Array
    : never
  : never;

/** The content of an answer; its media type may be left out where only one is declared. */
type Content<C, Bytes> = {
  [M in keyof C]: (IsUnion<keyof C> extends true ? { readonly mediaType: M } : { readonly mediaType?: M }) & {
    readonly body: C[M] | Bytes;
  };
}[keyof C];

type ResponseBody<R> = R extends { content: infer C }
  ? [C] extends [undefined]
    ? { readonly body?: undefined; readonly mediaType?: undefined }
    : Content<C, Coded<R>>
  : { readonly body?: undefined; readonly mediaType?: undefined };

/** A status of an answer; the keys `default`, `4XX` and `5XX` stand for errors that are not declared one by one. */
type StatusOf<Key> = Key extends number ? Key : ErrorStatus;

/** The answer of a handler: one declared combination of status, media type, headers and body, and nothing else. */
export type ResponseOf<Operation extends OperationTypes> = {
  [Status in keyof Operation["responses"]]: { readonly status: StatusOf<Status> } & Headers<
    Operation["responses"][Status]
  > &
    ResponseBody<Operation["responses"][Status]>;
}[keyof Operation["responses"]];

type BodyOf<Operation> = Operation extends { requestBody: { content: infer C } }
  ? ReceivedContent<C>
  : Operation extends { requestBody?: { content: infer C } }
    ? ReceivedContent<C> | undefined
    : undefined;

type Parameters<Operation extends OperationTypes, Where extends "query" | "path" | "header" | "cookie"> =
  NonNullable<Operation["parameters"][Where]> extends never
    ? Record<never, never>
    : NonNullable<Operation["parameters"][Where]>;

/**
 * The sender of the request: there where `security` demands a credential, null where `{}` is allowed, else no such property.
 * `principals` has one for each credential that counted; they all stand for the same user.
 */
type PrincipalPart<Needed extends Presence, P> = Needed extends "required"
  ? { readonly principal: P; readonly principals: readonly [P, ...P[]] }
  : Needed extends "optional"
    ? { readonly principal: P | null; readonly principals: readonly P[] }
    : unknown;

/** A request as the contract describes it: parsed, valid, and with its principal. */
export type RequestOf<Operation extends OperationTypes, Needed extends Presence, P> = PrincipalPart<Needed, P> &
  Negotiation & {
    readonly query: Parameters<Operation, "query">;
    readonly path: Parameters<Operation, "path">;
    /** Declared header parameters, names in lower case. */
    readonly header: {
      readonly [Name in keyof Parameters<Operation, "header"> as Lowercase<Name & string>]: Parameters<
        Operation,
        "header"
      >[Name];
    };
    readonly cookie: Parameters<Operation, "cookie">;
    readonly body: BodyOf<Operation>;
  };

/**
 * The implementation of an operation. `P` is the application's principal; `HandlerContext` is what the application gives to
 * each request besides: its unit of work, its clock …
 */
export type Handler<Operation extends OperationTypes, Needed extends Presence, P, HandlerContext> = (
  request: RequestOf<Operation, Needed, P> & HandlerContext,
) => Promise<ResponseOf<Operation>> | ResponseOf<Operation>;

/** One handler for each operation of a contract: that a value has this type is the proof that all are implemented. */
export type Handlers<
  Operations extends { readonly [Id in keyof Operations]: OperationTypes },
  Principals extends { readonly [Id in keyof Principals]: Presence },
  P = unknown,
  HandlerContext = object,
> = {
  readonly [Id in OperationId<Operations, Principals>]: Handler<Operations[Id], Principals[Id], P, HandlerContext>;
};

/**
 * The request that the runtime gives to any handler. Its parts are `never`, which fits every declared type: that they match
 * the declaration of the operation is checked at run time.
 */
export type ServedRequest<P, HandlerContext> = HandlerContext &
  Negotiation & {
    readonly principal: P;
    readonly principals: readonly [P, ...P[]];
    readonly query: never;
    readonly path: never;
    readonly header: never;
    readonly cookie: never;
    readonly body: never;
  };

/** The handlers of any contract, by operationId: {@link Handlers} of its generated types are such. */
export type AnyHandlers<P, HandlerContext> = Readonly<
  Record<string, (request: ServedRequest<P, HandlerContext>) => Promise<Answer> | Answer>
>;
