import type { operations } from "../../../generated/openapi.ts";
import type { principals } from "../../../generated/principals.ts";
import type {
  AnyHandlers,
  Handler,
  Handlers,
  OperationId,
  RequestOf,
  ResponseOf,
} from "../../../src/contract/handler.ts";

/*
 * The answers and tables that must not compile. The proofs are made by `tsc`, which is part of `npm test`: an
 * `@ts-expect-error` is an error itself where nothing is wrong.
 */

interface Somebody {
  readonly name: string;
}

type Ids = OperationId<operations, principals>;
type HandlerOf<Id extends Ids> = Handler<operations[Id], principals[Id], Somebody, Record<never, never>>;
type HandlersOf = Handlers<operations, principals, Somebody, Record<never, never>>;
type RequestFor<Id extends Ids> = RequestOf<operations[Id], principals[Id], Somebody>;
type PrincipalOf<Id extends Ids> = RequestFor<Id> extends { readonly principal: infer P } ? P : "none";

/** Does not compile unless both are the same type. */
function same<One, Other>(..._proof: [One] extends [Other] ? ([Other] extends [One] ? [] : [never]) : [never]): void {}

const MESSAGE = { msg: "Hello World" };
const TIME = "2026-01-31T12:00:00.000Z";
const LIKE = { id: 7, user_id: 42, article_id: 1, created_at: TIME };
const ARTICLE = { id: 1, title: "", author: "", created_at: TIME, like_count: 0, liked_by_me: false };

/** Handlers that compile. Each of those further down differs from one of these by one thing. */
export const declared = {
  getTest: (() => ({ status: 200, body: MESSAGE })) satisfies HandlerOf<"getTest">,
  promised: (async () => ({ status: 200, body: MESSAGE })) satisfies HandlerOf<"getTest">,
  withMediaType: (() => ({ status: 200, mediaType: "application/json", body: MESSAGE })) satisfies HandlerOf<"getTest">,
  empty: (() => ({ status: 204 })) satisfies HandlerOf<"unlikeArticle">,
  withHeaders: (() => ({ status: 201, headers: { Location: "/" }, body: LIKE })) satisfies HandlerOf<"likeArticle">,
  withTag: (() => ({ status: 200, headers: { ETag: '"1"' }, body: ARTICLE })) satisfies HandlerOf<"getArticle">,
  ofOneType: (() => ({
    status: 200,
    mediaType: "text/css",
    headers: { ETag: '"1"' },
    body: "",
  })) satisfies HandlerOf<"getAsset">,
};

export const undeclared = {
  // @ts-expect-error a status that the operation does not declare
  status: (() => ({ status: 202, body: MESSAGE })) satisfies HandlerOf<"getTest">,
  // @ts-expect-error a body without a property that is required
  missingProperty: (() => ({ status: 200, body: {} })) satisfies HandlerOf<"getTest">,
  // @ts-expect-error a property of another type
  otherType: (() => ({ status: 200, body: { msg: 1 } })) satisfies HandlerOf<"getTest">,
  // @ts-expect-error a date where the wire has a string
  date: (() => ({ status: 200, body: { ...LIKE, created_at: new Date() } })) satisfies HandlerOf<"getArticleLike">,
  // @ts-expect-error the body of one status with another status
  bodyOfAnother: (() => ({ status: 404, body: MESSAGE })) satisfies HandlerOf<"getArticleLike">,
  // @ts-expect-error no body where one is declared
  noBody: (() => ({ status: 200 })) satisfies HandlerOf<"getTest">,
  // @ts-expect-error a body where none is declared
  body: (() => ({ status: 204, body: MESSAGE })) satisfies HandlerOf<"unlikeArticle">,
  // @ts-expect-error no headers where one of them is required
  noHeaders: (() => ({ status: 201, body: LIKE })) satisfies HandlerOf<"likeArticle">,
  // @ts-expect-error headers without the one that is required
  missingHeader: (() => ({ status: 201, headers: {}, body: LIKE })) satisfies HandlerOf<"likeArticle">,
  // @ts-expect-error one of several media types has to be said
  noMediaType: (() => ({ status: 200, headers: { ETag: '"1"' }, body: "" })) satisfies HandlerOf<"getAsset">,
  // @ts-expect-error a media type that is not declared
  mediaType: (() => ({ status: 200, mediaType: "text/html", body: MESSAGE })) satisfies HandlerOf<"getTest">,
  // @ts-expect-error an operation that the contract does not have
  operation: (() => ({ status: 200 })) satisfies HandlerOf<"dropTables">,
};

declare const handlers: HandlersOf;

export function tables(): HandlersOf[] {
  const { getTest, ...others } = handlers;
  return [
    handlers,
    // @ts-expect-error a handler is missing
    others,
    // @ts-expect-error a handler has no operation
    { ...others, getTest, dropTables: getTest },
    // @ts-expect-error a handler of another operation
    { ...others, getTest: handlers.likeArticle },
  ];
}

export function principalTypes(): void {
  same<PrincipalOf<"getTest">, Somebody>();
  same<PrincipalOf<"getMe">, Somebody>();
  same<PrincipalOf<"deleteArticleLike">, Somebody>();
  same<PrincipalOf<"listArticles">, Somebody | null>();
  same<PrincipalOf<"logout">, Somebody | null>();
  same<PrincipalOf<"login">, "none">();
  same<PrincipalOf<"listArticleLikes">, "none">();
  // @ts-expect-error it is there where it is demanded
  same<PrincipalOf<"getTest">, Somebody | null>();
  // @ts-expect-error it may be missing where `{}` is allowed
  same<PrincipalOf<"listArticles">, Somebody>();
}

export function requests(request: RequestFor<"getArticle">, list: RequestFor<"listArticles">): void {
  same<typeof request.path.article_id, number>();
  same<typeof request.body, undefined>();
  same<typeof list.query.limit, number | undefined>();
  same<RequestFor<"createArticleLike">["body"]["article_id"], number>();
  // @ts-expect-error a parameter that the operation does not declare
  void request.path.like_id;
  // @ts-expect-error a query where the operation has none
  void request.query.limit;
  // @ts-expect-error Koa's context is not part of a request
  void request.ctx;
  // @ts-expect-error a principal that may be null has no name
  void request.principal.name;
}

/** An answer is one declared combination, not a mixture of several. */
export function combinations(): ResponseOf<operations["createArticleLike"]>[] {
  return [
    { status: 200, headers: { Location: "/" }, body: LIKE },
    // @ts-expect-error a success's body with an error's status
    { status: 404, headers: { Location: "/" }, body: LIKE },
    // A function's own literal is compared without a look at surplus properties: there it is the run time that refuses.
    // @ts-expect-error a header that is not declared
    { status: 201, headers: { Location: "/", "X-A": "a" }, body: LIKE },
  ];
}

/** The runtime takes the handlers whose principal and context it is given, and no others. */
export function served(
  others: Handlers<operations, principals, { readonly rank: number }, Record<never, never>>,
  needy: Handlers<operations, principals, Somebody, { readonly clock: Date }>,
): AnyHandlers<Somebody, Record<never, never>>[] {
  return [
    handlers,
    // @ts-expect-error handlers for another kind of principal
    others,
    // @ts-expect-error handlers that need more than the runtime gives them
    needy,
  ];
}

declare const token: ResponseOf<operations["createToken"]> & { readonly status: 201 };
declare const articles: ResponseOf<operations["listArticles"]> & { readonly status: 200 };
const ALLOWANCES = [{ policy: "token", limit: 9, windowSeconds: 60, remaining: 8, resetSeconds: 59 }];

/** The members from which the runtime makes header fields stand where the contract declares these fields. */
export const told = {
  allowances: (() => ({ ...token, allowances: ALLOWANCES })) satisfies HandlerOf<"createToken">,
  pages: (() => ({ ...articles, pages: { next: { cursor: "a" } } })) satisfies HandlerOf<"listArticles">,
  // @ts-expect-error allowances where the answer declares no RateLimit
  noAllowances: { status: 200, body: MESSAGE, allowances: ALLOWANCES } satisfies ResponseOf<operations["getTest"]>,
  // @ts-expect-error pages where the answer declares no Link
  noPages: { status: 200, body: MESSAGE, pages: {} } satisfies ResponseOf<operations["getTest"]>,
};
