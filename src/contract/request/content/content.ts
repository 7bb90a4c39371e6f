import type { Context } from "koa";
import type { Operation } from "../../document/operation.ts";
import { loadLate } from "../../load-late.ts";
import { trimOws } from "../../security/cookies.ts";
import { isInRange } from "../json.ts";
import { storeContent } from "./file.ts";
import { parseForm } from "./form.ts";
import { inflated } from "./inflated.ts";
import { type ContentKind, kindOf } from "./kind.ts";
import { compileMultipart, MULTIPART } from "./multipart.ts";
import { decode, invalidContent, refuse, tooLarge, unsupported } from "./refusal.ts";
import { compileTypedForm } from "./typed-form.ts";

/** The content of a request: its declared media type and the parsed value; both undefined without content. */
export interface ParsedContent {
  readonly mediaType: string | undefined;
  readonly body: unknown;
}

/** Reads and parses the content of a request as the operation declares. Throws 400, 413 and 415 problems. */
export type ParseContent = (ctx: Context) => Promise<ParsedContent>;

const NO_CONTENT: ParsedContent = { mediaType: undefined, body: undefined };

/** Compiles the parser of an operation: it takes the declared media types and the declared size, and nothing else. */
export function compileContent(operation: Operation): ParseContent {
  const { requestContent } = operation;
  // Content that the contract does not declare is not read: it has no meaning (RFC 9110 §9.3.1).
  if (!requestContent) return async () => NO_CONTENT;
  const mediaTypes = [...requestContent.mediaTypes.keys()];
  const kinds = new Map(mediaTypes.map((mediaType) => [mediaType, kindOf(mediaType, requestContent)]));
  const takesJson = [...kinds.values()].includes("json");
  const form = requestContent.forms.get("application/x-www-form-urlencoded");
  const toTyped = form && compileTypedForm(form);
  const parts = requestContent.forms.get(MULTIPART);
  const readMultipart = parts && compileMultipart(requestContent, parts);
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
    const kind = kinds.get(mediaType);
    if (readMultipart && kind === "multipart") return { mediaType, body: await readMultipart(ctx) };
    if (kind === "file") return { mediaType, body: await storeContent(ctx, mediaType, requestContent.maxBytes) };
    parse ??= await parser(kinds, requestContent.maxBytes);
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
    if (kind === "text") return { mediaType, body: text };
    if (kind === "urlencoded") {
      const fields = readForm(text);
      // curl calls all that it sends a form. Read as one, JSON would be the name of a field, and come back in the error.
      if (takesJson && Object.keys(fields).some((name) => /^\s*[[{]/.test(name))) throw unsupported(mediaTypes);
      return { mediaType, body: toTyped ? toTyped(fields) : fields };
    }
    // The package has parsed the same bytes and refused `__proto__` in them: only text beyond ASCII is parsed again.
    const value: unknown = text === rawBody ? body : JSON.parse(text);
    if (!isInRange(text, value)) throw invalidContent("The content has a number that is too large.");
    return { mediaType, body: value };
  };
}

/** The parser. Its package comes with the first content, since it also loads one for uploads: 12 MB and 60 ms of a start. */
async function parser(kinds: ReadonlyMap<string, ContentKind | undefined>, maxBytes: number) {
  const { koaBody } = await loadLate<typeof import("koa-body")>("koa-body");
  const ofKind = (kind: ContentKind) => [...kinds].filter(([, each]) => each === kind).map(([mediaType]) => mediaType);
  const [jsonTypes, urlencodedTypes, textTypes] = [ofKind("json"), ofKind("urlencoded"), ofKind("text")];
  return koaBody({
    // An empty list of types would match all of them.
    json: jsonTypes.length > 0,
    jsonTypes,
    jsonLimit: maxBytes,
    jsonStrict: false,
    urlencoded: urlencodedTypes.length > 0,
    urlencodedTypes,
    formLimit: maxBytes,
    text: textTypes.length > 0,
    textTypes,
    textLimit: maxBytes,
    multipart: false,
    patchNode: false,
    // One character for each byte: read as UTF-8, malformed bytes would silently become U+FFFD.
    encoding: "binary",
    includeUnparsed: true,
    parsedMethods: ["POST" as never],
    onError: (error) => refuse(error, maxBytes),
  }) as unknown as (ctx: Context, next: () => Promise<void>) => Promise<void>;
}

/** The form as {@link parseForm} reads it; the package's own parser would strip brackets off names. Throws 400. */
function readForm(text: string): Record<string, unknown> {
  const form = parseForm(text);
  if (!form) throw invalidContent("The content cannot be parsed.");
  return form;
}

function isUtf8(charset: string): boolean {
  return charset === "" || /^"?(utf-?8|us-ascii)"?$/i.test(charset);
}
