import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { entityTag } from "./entity-tag.ts";

/** The content codings (RFC 9110 §8.4.1) that this server sends, the one with the smallest result first. */
export const CODINGS = ["br", "gzip", "identity"] as const;

/** One content in each coding: each is a representation with a strong entity tag of its own (RFC 9110 §8.8.3.3). */
export interface Coded<Content = string> {
  readonly identity: Representation<Content>;
  readonly br: Representation<Uint8Array>;
  readonly gzip: Representation<Uint8Array>;
}

interface Representation<Content> {
  readonly content: Content;
  readonly entityTag: string;
}

/** `Accept-Encoding` refuses every content coding of this server, and the identity too (RFC 9110 §12.5.3). */
export class CodingNotAcceptable extends Error {
  override readonly name = "CodingNotAcceptable";
  override readonly message = "Nothing that Accept-Encoding allows is there; without any content coding it is.";
}

const compressBrotli = promisify(brotliCompress);
const compressGzip = promisify(gzip);

/** Compresses in a thread of libuv. `quality` is that of Brotli, 0 to 11; gzip takes 9 for all above. */
export function encode(content: string | Uint8Array, coding: "br" | "gzip", quality: number): Promise<Uint8Array> {
  const bytes = Buffer.from(content);
  if (coding === "gzip") return compressGzip(bytes, { level: Math.min(quality, constants.Z_BEST_COMPRESSION) });
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length, [constants.BROTLI_PARAM_QUALITY]: quality };
  return compressBrotli(bytes, { params });
}

/** The quality for texts that are compressed at a start: nearly as small as 11, in a tenth of the time. */
const QUALITY_ONCE = 9;

/** A text in each coding, compressed once for all requests. */
export async function inEachCoding(text: string): Promise<Coded> {
  const [br, gzipped] = await Promise.all([encode(text, "br", QUALITY_ONCE), encode(text, "gzip", QUALITY_ONCE)]);
  return tagged(text, br, gzipped);
}

/** Does the same for a value that is sent as JSON; `identity` keeps the value itself. */
export async function jsonInEachCoding<Value>(value: Value): Promise<Coded<Value>> {
  const coded = await inEachCoding(JSON.stringify(value));
  return { ...coded, identity: { ...coded.identity, content: value } };
}

/** Gives each representation its entity tag. */
export function tagged(identity: string, br: Uint8Array, gzipped: Uint8Array): Coded {
  return {
    identity: { content: identity, entityTag: entityTag(identity) },
    br: { content: br, entityTag: entityTag(br) },
    gzip: { content: gzipped, entityTag: entityTag(gzipped) },
  };
}
