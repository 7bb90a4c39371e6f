import type { operations } from "../../generated/openapi.ts";
import type { principals } from "../../generated/principals.ts";

/** The operationIds of the contract. */
export type OperationId = keyof operations & keyof principals;

/** The declared keys of a headers object: openapi-typescript lets any name in by an index signature. */
type Declared<T> = { [Name in keyof T as string extends Name ? never : Name]: T[Name] };

type HasRequired<T> = Partial<T> extends T ? false : true;

type IsUnion<T, U = T> = (T extends unknown ? ([U] extends [T] ? never : true) : never) extends never ? false : true;

/** Headers: a property that must be there exactly where the contract declares one of them `required`. */
type Headers<R> = R extends { headers: infer H }
  ? HasRequired<Declared<H>> extends true
    ? { readonly headers: Declared<H> }
    : { readonly headers?: Declared<H> }
  : unknown;

/** Bytes are text in a content coding, so they may be sent where the contract declares a `Content-Encoding`. */
type Coded<R> = R extends { headers: infer H }
  ? "Content-Encoding" extends keyof Declared<H>
    ? Uint8Array
    : never
  : never;

/** Content: the media type need not be said where there is but one. */
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

/** What a handler may answer: one declared combination of status, media type, headers and body, and nothing else. */
export type ResponseOf<Id extends OperationId> = {
  [Status in keyof operations[Id]["responses"]]: { readonly status: Status } & Headers<
    operations[Id]["responses"][Status]
  > &
    ResponseBody<operations[Id]["responses"][Status]>;
}[keyof operations[Id]["responses"]];

type BodyOf<Id extends OperationId> = operations[Id] extends { requestBody: { content: infer C } }
  ? C[keyof C]
  : operations[Id] extends { requestBody?: { content: infer C } }
    ? C[keyof C] | undefined
    : undefined;

type Parameters<Id extends OperationId, Where extends "query" | "path" | "header" | "cookie"> =
  NonNullable<operations[Id]["parameters"][Where]> extends never
    ? Record<never, never>
    : NonNullable<operations[Id]["parameters"][Where]>;

/**
 * Who sent the request: there where `security` demands a credential, null where `{}` is allowed, else no such property.
 * `principals` has one for each credential that counted; they all stand for the same user.
 */
type PrincipalPart<Id extends OperationId, P> = principals[Id] extends "required"
  ? { readonly principal: P; readonly principals: readonly [P, ...P[]] }
  : principals[Id] extends "optional"
    ? { readonly principal: P | null; readonly principals: readonly P[] }
    : unknown;

/** A request as the contract describes it: parsed, valid, and of whom. */
export type RequestOf<Id extends OperationId, P> = PrincipalPart<Id, P> & {
  readonly query: Parameters<Id, "query">;
  readonly path: Parameters<Id, "path">;
  /** Declared header parameters, names in lower case. */
  readonly header: {
    readonly [Name in keyof Parameters<Id, "header"> as Lowercase<Name & string>]: Parameters<Id, "header">[Name];
  };
  readonly cookie: Parameters<Id, "cookie">;
  readonly body: BodyOf<Id>;
  /** The one of these media types that the client likes best (RFC 9110 §12.5.1); undefined when it wants none. */
  accepts<M extends string>(...mediaTypes: readonly M[]): M | undefined;
  /** The one of these content codings, best first, that the client likes best (RFC 9110 §12.5.3); undefined when it wants none. */
  acceptsEncoding<C extends string>(...codings: readonly C[]): C | undefined;
};

/**
 * Implements an operation. `P` is the application's principal; `Scope` is what the application gives to each request
 * (its unit of work, its clock …).
 */
export type Handler<Id extends OperationId, P, Scope> = (
  request: RequestOf<Id, P> & Scope,
) => Promise<ResponseOf<Id>> | ResponseOf<Id>;

/** One handler for each operation of the contract: that a value has this type is the proof that all are implemented. */
export type Handlers<P, Scope> = { readonly [Id in OperationId]: Handler<Id, P, Scope> };
