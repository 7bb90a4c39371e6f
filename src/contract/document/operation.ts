import type { Node } from "./document.ts";

/** One parameter of an operation (OpenAPI 3.1 §4.8.12), `$ref` resolved. */
export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly node: Node;
  readonly pointer: string;
  /** The JSON types that its schema allows; empty when the schema does not say. */
  readonly types: readonly string[];
  /** The same of the elements of a list. */
  readonly itemTypes: readonly string[];
}

/** One declared response: what it may carry. */
export interface DeclaredResponse {
  readonly status: number;
  /** Media type → JSON pointer of its schema (undefined: none given). */
  readonly mediaTypes: ReadonlyMap<string, string | undefined>;
  /** Header name as written → whether it is required and where its schema is. */
  readonly headers: ReadonlyMap<string, { readonly required: boolean; readonly schema: string | undefined }>;
}

/** The content that an operation takes. */
export interface RequestContent {
  readonly required: boolean;
  /** Media type → JSON pointer of its schema (undefined: none given). */
  readonly mediaTypes: ReadonlyMap<string, string | undefined>;
  /** `x-max-bytes`: the longest body that is read, in bytes, after decompression. */
  readonly maxBytes: number;
}

/** One scheme of `components.securitySchemes`, with where its credential stands in a request. */
export interface SecurityScheme {
  readonly name: string;
  readonly type: string;
  readonly node: Node;
}

/** One alternative of `security`: the schemes that are all needed, each with the scopes that its credential must hold. */
export type SecurityAlternative = ReadonlyMap<string, readonly string[]>;

/** An operation of the contract, compiled once at start: everything that a request needs to know, no look-up left. */
export interface Operation {
  readonly operationId: string;
  /** Upper case, as on the wire. */
  readonly method: string;
  /** The path template of the contract: `/api/articles/{article_id}`. */
  readonly path: string;
  readonly pointer: string;
  readonly node: Node;
  readonly parameters: readonly Parameter[];
  readonly requestContent: RequestContent | undefined;
  readonly responses: ReadonlyMap<number, DeclaredResponse>;
  /** Any alternative will do, an empty one lets everybody pass; undefined when the operation does not say. */
  readonly security: readonly SecurityAlternative[] | undefined;
  /** `x-max-authentication-age`: how long ago, in seconds, the user may have proved who they are; undefined: ever. */
  readonly maxAuthenticationAge: number | undefined;
  readonly allowsUnknownQuery: boolean;
}

/** The schemes that an operation names, each once. */
export function schemesOf({ security = [] }: Operation): string[] {
  return [...new Set(security.flatMap((alternative) => [...alternative.keys()]))];
}

/** Does no request pass without a credential? */
export function isSecured({ security = [] }: Operation): boolean {
  return security.length > 0 && security.every((alternative) => alternative.size > 0);
}
