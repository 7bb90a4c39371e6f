import { pipeline } from "node:stream/promises";
import type { Context } from "koa";
import { boundedContent } from "./bounded.ts";
import { refuse } from "./refusal.ts";
import { createUploads, type UploadedFile } from "./uploads.ts";

/** Keeps the whole content of a request as a file. Throws a 413 problem. */
export async function storeContent(ctx: Context, mediaType: string, maxBytes: number): Promise<UploadedFile> {
  const uploads = await createUploads(ctx);
  const bounded = boundedContent(ctx, maxBytes);
  const { path, stream } = uploads.create();
  let size = 0;
  bounded.stream.on("data", (chunk: Buffer) => {
    size += chunk.length;
  });
  try {
    await pipeline(bounded.stream, stream);
  } catch (error) {
    refuse(error as Error, maxBytes);
  } finally {
    bounded.end();
  }
  return { path, size, mediaType, name: undefined };
}
