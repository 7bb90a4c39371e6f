import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { Context } from "koa";
import type { FormDescription, RequestContent } from "../../document/operation.ts";
import { loadLate } from "../../load-late.ts";
import type { Shape } from "../../schema/shape.ts";
import { invalidRequest, type Violation } from "../violation.ts";
import { boundedContent } from "./bounded.ts";
import { isFileMember, MOST_FIELDS, type Part, takes } from "./part.ts";
import { decode, refuse } from "./refusal.ts";
import { compileTypedForm } from "./typed-form.ts";
import { createUploads, type UploadedFile } from "./uploads.ts";

/** A part that has a media type, on the disk. */
interface StoredPart extends Part {
  readonly size: number;
  readonly filepath: string;
}

interface Parsed {
  readonly body: Readonly<Record<string, string | readonly string[]>>;
  readonly files: Readonly<Record<string, StoredPart | readonly StoredPart[]>>;
}

export const MULTIPART = "multipart/form-data";

/**
 * Compiles the reading of `multipart/form-data` (RFC 7578): texts in their types, files on the disk. Files are held to the length, the
 * number and the media types that are declared. Throws 400 and 413 problems.
 */
export function compileMultipart(content: RequestContent, form: FormDescription): (ctx: Context) => Promise<object> {
  const toTyped = compileTypedForm(form) ?? ((texts) => texts);
  return async (ctx) => {
    const uploads = await createUploads(ctx);
    const { koaBody } = await loadLate<typeof import("koa-body")>("koa-body");
    const violations: Violation[] = [];
    const counts = new Map<string, number>();
    const parse = koaBody({
      json: false,
      urlencoded: false,
      text: false,
      multipart: true,
      multipartTypes: [MULTIPART],
      patchNode: false,
      parsedMethods: ["POST" as never],
      onError: (error) => refuse(error, content.maxBytes),
      formidable: {
        // One character for each byte, so that malformed UTF-8 shows.
        encoding: "binary" as never,
        allowEmptyFiles: true,
        minFileSize: 0,
        maxFields: MOST_FIELDS,
        maxFieldsSize: content.maxBytes,
        maxFileSize: content.maxBytes,
        maxTotalFileSize: content.maxBytes,
        filter: (part) => takes(part as Part, form, counts, violations),
        fileWriteStreamHandler: ((file?: object) => {
          const { path, stream } = uploads.create();
          Object.assign(file ?? {}, { filepath: path });
          return stream;
        }) as never,
      },
    }) as unknown as (ctx: Context, next: () => Promise<void>) => Promise<void>;
    const bounded = boundedContent(ctx, content.maxBytes);
    try {
      await parse(bounded.ctx, async () => {});
    } finally {
      bounded.end();
    }
    const value = await assemble(ctx.request as unknown as Parsed, form, toTyped, violations);
    if (violations.length > 0) throw invalidRequest(violations);
    return value;
  };
}

/** The value of the form: its texts, those of parts with a media type among them, and its files. */
async function assemble(
  { body, files }: Parsed,
  { shape }: FormDescription,
  toTyped: (texts: Readonly<Record<string, unknown>>) => object,
  violations: Violation[],
): Promise<object> {
  const texts: Record<string, unknown> = Object.create(null);
  const stored: Record<string, unknown> = {};
  for (const [name, sent] of Object.entries(body))
    texts[decode(name)] = Array.isArray(sent) ? sent.map(decode) : decode(String(sent));
  for (const [name, sent] of Object.entries(files)) {
    const key = decode(name);
    const member = shape.members.get(key);
    const parts = ([sent].flat() as StoredPart[]).toSorted(byArrival);
    if (member && isFileMember(member)) {
      const kept = parts.map(toFile);
      const { minLength, maxLength } = member.isFile ? member : (member.items as Shape);
      for (const { size } of kept) {
        if (size > (maxLength ?? size))
          violations.push({ in: "body", pointer: `/${key}`, detail: `must NOT have more than ${maxLength} bytes` });
        if (size < (minLength ?? 0))
          violations.push({ in: "body", pointer: `/${key}`, detail: `must NOT have fewer than ${minLength} bytes` });
      }
      stored[key] = member.types.includes("array") ? kept : kept[0];
    } else {
      const read = await Promise.all(parts.map(async ({ filepath }) => decode(await readFile(filepath, "latin1"))));
      const all = [texts[key] ?? [], read].flat();
      texts[key] = all.length === 1 ? all[0] : all;
    }
  }
  for (const name of Object.keys(texts)) {
    const member = shape.members.get(name);
    if (member && isFileMember(member))
      violations.push({ in: "body", pointer: `/${name}`, detail: "must be a file, with a media type" });
  }
  return { ...toTyped(texts), ...stored };
}

/** Parts in the order of the request, which their files are numbered in: the parser lists them as their writes end. */
function byArrival(one: StoredPart, other: StoredPart): number {
  return Number(basename(one.filepath)) - Number(basename(other.filepath));
}

function toFile({ filepath, size, mimetype, originalFilename }: StoredPart): UploadedFile {
  const name = originalFilename === null ? undefined : decode(originalFilename);
  return { path: filepath, size, mediaType: decode(mimetype ?? "").toLowerCase(), name };
}
