import type { Context } from "koa";
import type { Operation } from "../document/operation.ts";
import { loadLate } from "../load-late.ts";
import { HttpProblem } from "../problem.ts";
import { trimOws } from "../security/cookies.ts";
import { parseForm } from "./form.ts";
import { inflated } from "./inflated.ts";

/** The content of a request: its declared media type and the parsed value; both undefined without content. */
export interface ParsedContent {
  readonly mediaType: string | undefined;
  readonly body: unknown;
}

/** Reads and parses the content of a request as the operation declares. Throws 400, 413 and 415 problems. */
export type ParseContent = (ctx: Context) => Promise<ParsedContent>;

const NO_CONTENT: ParsedContent = { mediaType: undefined, body: undefined };

/** Can a body of this media type be parsed here? */
export function isParsable(mediaType: string): boolean {
  return kindOf(mediaType) !== undefined;
}

function kindOf(mediaType: string): "json" | "urlencoded" | undefined {
  if (mediaType === "application/json" || mediaType.endsWith("+json")) return "json";
  return mediaType === "application/x-www-form-urlencoded" ? "urlencoded" : undefined;
}

/** Compiles the parser of an operation: it takes the declared media types and the declared size, and nothing else. */
export function compileContent(operation: Operation): ParseContent {
  const { requestContent } = operation;
  // Content that the contract does not declare is not read: it has no meaning (RFC 9110 §9.3.1).
  if (!requestContent) return async () => NO_CONTENT;
  const mediaTypes = [...requestContent.mediaTypes.keys()];
  const takesJson = mediaTypes.some((mediaType) => kindOf(mediaType) === "json");
  let parse: ((ctx: Context, next: () => Promise<void>) => Promise<void>) | undefined;

  const withoutContent = (): ParsedContent => {
    if (requestContent.required) throw invalidContent("The request has no content; this operation needs some.");
    return NO_CONTENT;
  };

  return async (ctx) => {
    // Media types are compared without case and without a space before `;` (RFC 9110 §8.3.1).
    const sent = trimOws(ctx.request.type).toLowerCase();
    const mediaType = mediaTypes.find((declared) => declared === sent);
    const length = ctx.get("Content-Length");
    if (Number(length) === 0 && ctx.get("Transfer-Encoding") === "") return withoutContent();
    if (mediaType === undefined || !isUtf8(ctx.request.charset)) throw unsupported(mediaTypes);
    if (Number(length) > requestContent.maxBytes) throw tooLarge(requestContent.maxBytes);
    if (ctx.req.httpVersion !== "1.0" && ctx.get("Expect").toLowerCase() === "100-continue") ctx.res.writeContinue();
    parse ??= await parser(mediaTypes, requestContent.maxBytes, operation.method);
    const decoded = inflated(ctx);
    try {
      await parse(decoded.ctx, async () => {});
    } finally {
      decoded.end();
    }
    const { body, rawBody } = ctx.request as unknown as { body: unknown; rawBody: string };
    // Content announced by chunks may be empty; the parsers make `""` or `{}` of that.
    if (rawBody === "") return withoutContent();
    const text = decode(rawBody);
    if (kindOf(mediaType) === "urlencoded") {
      const form = readForm(text);
      // curl calls all that it sends a form. Read as one, JSON would be the name of a field, and come back in the error.
      if (takesJson && Object.keys(form).some((name) => /^\s*[[{]/.test(name))) throw unsupported(mediaTypes);
      return { mediaType, body: form };
    }
    // The package has parsed the same bytes and refused `__proto__` in them: only text beyond ASCII is parsed again.
    return { mediaType, body: text === rawBody ? body : JSON.parse(text) };
  };
}

/** The parser. Its package comes with the first content, since it also loads one for uploads: 12 MB and 60 ms of a start. */
async function parser(mediaTypes: readonly string[], maxBytes: number, method: string) {
  const { koaBody } = await loadLate<typeof import("koa-body")>("koa-body");
  const ofKind = (kind: string) => mediaTypes.filter((mediaType) => kindOf(mediaType) === kind);
  const [jsonTypes, urlencodedTypes] = [ofKind("json"), ofKind("urlencoded")];
  return koaBody({
    // An empty list of types would match all of them.
    json: jsonTypes.length > 0,
    jsonTypes,
    jsonLimit: maxBytes,
    jsonStrict: false,
    urlencoded: urlencodedTypes.length > 0,
    urlencodedTypes,
    formLimit: maxBytes,
    text: false,
    multipart: false,
    patchNode: false,
    // One character for each byte: read as UTF-8, malformed bytes would silently become U+FFFD.
    encoding: "binary",
    includeUnparsed: true,
    parsedMethods: [method as never],
    onError: (error) => refuse(error, maxBytes),
  }) as unknown as (ctx: Context, next: () => Promise<void>) => Promise<void>;
}

/**
 * The decoder keeps a byte order mark: it is no part of JSON (RFC 8259 §8.1), and in a form it is a character like any
 * other.
 */
const UTF_8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text of bytes that were read one by one. Throws 400 when they are not UTF-8 (RFC 3629). */
function decode(bytes: string): string {
  try {
    return UTF_8.decode(Buffer.from(bytes, "latin1"));
  } catch {
    throw invalidContent("The content is not UTF-8.");
  }
}

/** The form as {@link parseForm} reads it; the package's own parser would strip brackets off names. Throws 400. */
function readForm(text: string): Record<string, unknown> {
  const form = parseForm(text);
  if (!form) throw invalidContent("The content cannot be parsed.");
  return form;
}

function refuse(error: Error & { status?: number; type?: string }, maxBytes: number): never {
  if (error.status === 413 || error.type === "entity.too.large") throw tooLarge(maxBytes);
  if (error.status === 415) throw new HttpProblem(415, { detail: "The content coding is not supported." });
  // The package's message is dropped: it quotes the client's bytes, passwords included, which would end up in the log.
  throw invalidContent("The content cannot be parsed.");
}

function invalidContent(detail: string): HttpProblem {
  return new HttpProblem(400, { reason: "invalid-request", detail, errors: [{ pointer: "", detail }] });
}

function unsupported(mediaTypes: readonly string[]): HttpProblem {
  return new HttpProblem(415, {
    detail: `The content must be ${mediaTypes.join(" or ")}, in UTF-8.`,
    headers: { Accept: mediaTypes.join(", ") },
  });
}

function tooLarge(maxBytes: number): HttpProblem {
  // The rest of the content is not read, so the connection ends with the answer.
  return new HttpProblem(413, {
    detail: `The content is longer than ${maxBytes} bytes.`,
    headers: { Connection: "close" },
  });
}

function isUtf8(charset: string): boolean {
  return charset === "" || /^"?(utf-?8|us-ascii)"?$/i.test(charset);
}
