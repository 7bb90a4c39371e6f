import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { brotliDecompressSync, gunzipSync } from "node:zlib";

/** An answer as it arrives over the wire; `fetch` would undo the content coding. */
export async function fetchRaw(url: string, headers: Record<string, string> = {}, method = "GET") {
  const [response] = (await once(get(url, { headers, method }), "response")) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, content: await buffer(response) };
}

/** The decoder of each content coding. */
export const DECODE: Readonly<Record<string, (content: Buffer) => Buffer>> = {
  br: (content) => brotliDecompressSync(content),
  gzip: (content) => gunzipSync(content),
  identity: (content) => content,
};
