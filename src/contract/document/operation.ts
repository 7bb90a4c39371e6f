import type { Shape } from "../schema/shape.ts";
import type { Located, Node } from "./document.ts";

/** One parameter of an operation (OpenAPI 3.1 §4.8.12), `$ref` resolved. */
export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly node: Node;
  readonly pointer: string;
  /** The schema of its value, as it stands there: beside `content`, or in it. */
  readonly schema: Located | undefined;
  readonly shape: Shape;
  /** The JSON types that its schema allows; empty when the schema does not say. */
  readonly types: readonly string[];
  /** The media type of its text, where `content` describes it; undefined where `schema` and a style do. */
  readonly mediaType: string | undefined;
  /** Is it one text, or a list of them in the query, each of which has a type of its own, so that any validator can read it? */
  readonly isPlain: boolean;
}

/** One declared response: the content and the headers that it may have. */
export interface DeclaredResponse {
  readonly status: number;
  /** Media type → JSON pointer of its schema (undefined: none given). */
  readonly mediaTypes: ReadonlyMap<string, string | undefined>;
  /** Names as written. */
  readonly headers: ReadonlyMap<string, DeclaredHeader>;
}

/** A header of a response. */
export interface DeclaredHeader {
  readonly required: boolean;
  /** JSON pointer of its schema (undefined: none given). */
  readonly schema: string | undefined;
  /** Whether it is a list or an object, written in the style `simple`; undefined for one text. */
  readonly parts?: { readonly explode: boolean } | undefined;
}

/** How the members of a form are written (OpenAPI 3.1 §4.8.15). */
export interface FormDescription {
  readonly shape: Shape;
  /** The Encoding Object of each member that has one. */
  readonly encoding: ReadonlyMap<string, Node>;
  /** Stand all members in one schema, behind references at most? */
  readonly isDirect: boolean;
}

/** The content that an operation takes (`requestBody`). */
export interface RequestContent {
  readonly required: boolean;
  /** Media type → JSON pointer of its schema (undefined: none given). */
  readonly mediaTypes: ReadonlyMap<string, string | undefined>;
  /** The schemas themselves, as they stand there. */
  readonly schemas: ReadonlyMap<string, Located>;
  /** The forms among them, by media type. */
  readonly forms: ReadonlyMap<string, FormDescription>;
  /** The media types whose content is kept as a file. */
  readonly files: ReadonlySet<string>;
  /** The longest body that is read, in bytes, after decompression: `x-max-bytes`, else that of the options; 0 when neither says. */
  readonly maxBytes: number;
}

/** One scheme of `components.securitySchemes`. */
export interface SecurityScheme {
  readonly name: string;
  readonly type: string;
  readonly node: Node;
}

/** One alternative of `security`: the schemes that are all needed, each with the scopes that its credential must hold. */
export type SecurityAlternative = ReadonlyMap<string, readonly string[]>;

/** An operation of the contract, read once at start, so that a request looks nothing up in the document. */
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
  /** One alternative is enough, and an empty one lets every request pass; undefined when the operation declares none. */
  readonly security: readonly SecurityAlternative[] | undefined;
  /** `x-max-authentication-age`: the greatest age of the user's last authentication, in seconds; undefined: any. */
  readonly maxAuthenticationAge: number | undefined;
  /** `x-authentication-context`: how the user must have authenticated, by the name of a context; undefined: in any way. */
  readonly authenticationContext: string | undefined;
  /** The query parameters that hold credentials of its `security`; they are none of `parameters`. */
  readonly queryCredentials: readonly string[];
  readonly allowsUnknownQuery: boolean;
  /** `x-trusts-json-without-origin`: JSON that no page can have sent needs no other proof that it comes from none of another site. */
  readonly trustsJsonWithoutOrigin: boolean;
}

/** The schemes that an operation names, each once. */
export function schemesOf({ security = [] }: Pick<Operation, "security">): string[] {
  return [...new Set(security.flatMap((alternative) => [...alternative.keys()]))];
}

/** Does every request of this operation need a credential? */
export function isSecured({ security = [] }: Operation): boolean {
  return security.length > 0 && security.every((alternative) => alternative.size > 0);
}
