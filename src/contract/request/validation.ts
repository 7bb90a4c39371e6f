import type { Context } from "koa";
import { LRUCache } from "lru-cache";
import type { Operation } from "../document/operation.ts";
import type { ParsedContent } from "./content/content.ts";
import type { RequestValidator } from "./express-request.ts";
import { compileParameters } from "./parameters/read.ts";
import { invalidRequest, type Violation } from "./violation.ts";

/** The parts of a valid request, coerced to the types of their schemas, with defaults filled in. */
export interface ValidParts {
  readonly query: object;
  readonly path: object;
  readonly header: object;
  readonly cookie: object;
  readonly body: unknown;
}

/** The number of addresses per operation whose parameters are kept, and the longest that is. */
const MOST_KEPT = 200;
const LONGEST_KEPT = 500;

/**
 * Holds parameters and content to what the operation declares. Throws one 400 that lists all violations.
 *
 * The parts of a request without content follow from its address and its header parameters alone. Those that were valid are kept by
 * these texts, frozen, since the validator takes 10 µs, a fifth of such a request.
 */
export function compileValidation(
  operation: Operation,
  validate: RequestValidator,
  cookiePrefix: (ctx: Context) => string,
): (ctx: Context, content: ParsedContent) => Promise<ValidParts> {
  const readParameters = compileParameters(operation, cookiePrefix);
  const nothingDeclared = operation.parameters.length === 0 && operation.requestContent === undefined;
  const keyOf = compileKey(operation);
  const kept = new LRUCache<string, ValidParts>({ max: MOST_KEPT });

  const read = async (ctx: Context, { mediaType, body }: ParsedContent): Promise<ValidParts> => {
    const { query, params, headers, cookies, envelope, violations } = readParameters(ctx, ctx.params);
    if (violations.length > 0) throw invalidRequest(violations);
    if (envelope && body !== undefined) envelope.content = body;
    if (!nothingDeclared) {
      const sent = { query, params, headers, cookies, mediaType, body, envelope };
      const found = await validate(operation, sent).catch(toTooDeep);
      if (found.length > 0) throw invalidRequest(found);
    }
    if (envelope) {
      Object.assign(query, envelope.query);
      Object.assign(params, envelope.path);
      Object.assign(headers, envelope.header);
      Object.assign(cookies, envelope.cookie);
    }
    return { query, path: params, header: headers, cookie: cookies, body };
  };
  return async (ctx, content) => {
    const key = keyOf(ctx);
    if (key === undefined) return read(ctx, content);
    let parts = kept.get(key);
    if (parts === undefined) {
      parts = await read(ctx, content);
      freeze(parts);
      kept.set(key, parts);
    }
    return parts;
  };
}

/** The violation of content whose nesting is deeper than the stack, where its schema refers to itself. Throws all other errors. */
function toTooDeep(error: unknown): readonly Violation[] {
  // Any other error of this kind is a fault of the server.
  if (!(error instanceof RangeError && /call stack/.test(error.message))) throw error;
  return [{ in: "body", pointer: "", detail: "is nested too deeply" }];
}

/** Freezes parts that several requests get, and all in them. */
function freeze(part: object): void {
  for (const value of Object.values(part)) if (typeof value === "object" && value !== null) freeze(value);
  Object.freeze(part);
}

/** The texts that the parts of a request follow from; undefined when they are long, or when there are other ones. */
function compileKey(operation: Operation): (ctx: Context) => string | undefined {
  const declared = (where: string) => operation.parameters.filter((parameter) => parameter.in === where);
  const headers = declared("header").map(({ name }) => name.toLowerCase());
  if (operation.requestContent !== undefined || declared("cookie").length > 0) return () => undefined;
  return ({ path, querystring, req }) => {
    let key = `${path}?${querystring}`;
    // No text of a header has a line break. One that is there, if only empty, is another request than one that is not.
    for (const name of headers) {
      const text = req.headers[name];
      key += text === undefined ? "\n" : `\n=${text}`;
    }
    return key.length > LONGEST_KEPT ? undefined : key;
  };
}
