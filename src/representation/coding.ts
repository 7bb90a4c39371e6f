import { promisify } from "node:util";
import { brotliCompress, constants, gunzip, gzip } from "node:zlib";
import { entityTag } from "./entity-tag.ts";

/** The content codings (RFC 9110 §8.4.1) that this server sends, the one with the smallest result first. */
export const CODINGS = ["br", "gzip", "identity"] as const;

/**
 * One content in each coding: each is a representation with a strong entity tag of its own (RFC 9110 §8.8.3.3), made when a client first
 * asks for it.
 */
export type Coded = Readonly<Record<(typeof CODINGS)[number], () => Promise<Representation>>>;

export interface Representation {
  /** The same bytes for all requests: it is by them that a content is known which was checked before. */
  readonly content: Uint8Array;
  readonly entityTag: string;
}

/** `Accept-Encoding` refuses every content coding of this server, and the identity too (RFC 9110 §12.5.3). */
export class CodingNotAcceptable extends Error {
  override readonly name = "CodingNotAcceptable";
  override readonly message = "Nothing that Accept-Encoding allows is there; without any content coding it is.";
}

const compressBrotli = promisify(brotliCompress);
const compressGzip = promisify(gzip);
const decompressGzip = promisify(gunzip);

/** Compresses in a thread of libuv. `quality` is that of Brotli, 0 to 11; gzip takes 9 for all above. */
export function encode(content: string | Uint8Array, coding: "br" | "gzip", quality: number): Promise<Uint8Array> {
  const bytes = Buffer.from(content);
  if (coding === "gzip") return compressGzip(bytes, { level: Math.min(quality, constants.Z_BEST_COMPRESSION) });
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length, [constants.BROTLI_PARAM_QUALITY]: quality };
  return compressBrotli(bytes, { params });
}

/** The quality for texts that are kept: a tenth larger than with 9, in a fifth of the time. */
const QUALITY_KEPT = 5;

/** A text in each coding. Each is made once, at its first request. */
export function inEachCoding(text: () => string | Promise<string>): Coded {
  return {
    identity: kept(async () => tagged(Buffer.from(await text()))),
    br: kept(async () => tagged(await encode(await text(), "br", QUALITY_KEPT))),
    gzip: kept(async () => tagged(await encode(await text(), "gzip", QUALITY_KEPT))),
  };
}

/** A content that is there in both codings. The identity is made of it once, for the few clients that want it. */
export function coded(br: Uint8Array, gzipped: Uint8Array): Coded {
  return {
    identity: kept(async () => tagged(await decompressGzip(gzipped))),
    br: kept(async () => tagged(br)),
    gzip: kept(async () => tagged(gzipped)),
  };
}

function tagged(content: Uint8Array): Representation {
  return { content, entityTag: entityTag(content) };
}

/** Makes a thing once, with the first call; anew after a call that failed. */
function kept<Thing>(make: () => Promise<Thing>): () => Promise<Thing> {
  let made: Promise<Thing> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
