import { randomUUID } from "node:crypto";
import { copyFile, mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { stripVTControlCharacters } from "node:util";
import { encode } from "../../representation/coding.ts";
import { BUILDS, sourcesDigest } from "./built-assets.ts";
import { type Bundle, bundle } from "./bundle.ts";

/** Longer than any build takes, or any start that reads one. */
const ABANDONED_MS = 600_000;

/** Of a file that is larger, the last percent of compression would take seconds of a first start. */
const LARGE_BYTES = 256 * 1024;
const LARGE_QUALITY = 9;
const BEST_QUALITY = 11;

/** Writes the files of a build, each also compressed: that is done once, and never for a request. */
async function write(folder: URL, { names, files }: Bundle, earlier: readonly URL[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  await Promise.all([...files].map(([name, content]) => writeFile(new URL(name, folder), content)));
  for (const [name, content] of files) {
    if (await takeOver(name, earlier, folder)) continue;
    const quality = content.length > LARGE_BYTES ? LARGE_QUALITY : BEST_QUALITY;
    const [brotli, gzipped] = await Promise.all([encode(content, "br", quality), encode(content, "gzip", quality)]);
    await writeFile(new URL(`${name}.br`, folder), brotli);
    await writeFile(new URL(`${name}.gz`, folder), gzipped);
  }
  await writeFile(new URL("manifest.json", folder), JSON.stringify({ names, files: [...files.keys()] }));
}

/** Takes compressed files from an earlier build: the same name is the same content, and Swagger UI alone costs seconds. */
async function takeOver(name: string, earlier: readonly URL[], folder: URL): Promise<boolean> {
  for (const other of earlier) {
    const copies = [".br", ".gz"].map((end) =>
      copyFile(new URL(`${name}${end}`, other), new URL(`${name}${end}`, folder)),
    );
    const results = await Promise.allSettled(copies);
    if (results.every(({ status }) => status === "fulfilled")) return true;
  }
  return false;
}

/** Builds into a folder beside and renames it: several processes may do so at once, and nobody sees half a build. */
async function main(): Promise<void> {
  const digest = await sourcesDigest();
  await mkdir(BUILDS, { recursive: true });
  const present = await readdir(BUILDS);
  const unfinished = new URL(`unfinished-${randomUUID()}/`, BUILDS);
  try {
    const complete = present
      .filter((name) => !name.startsWith("unfinished-"))
      .map((name) => new URL(`${name}/`, BUILDS));
    await write(unfinished, await bundle(), complete);
    await rename(unfinished, new URL(digest, BUILDS)).catch((error: NodeJS.ErrnoException) => {
      // Another process was faster: the same sources make the same files.
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  for (const name of present.filter((other) => other !== digest)) {
    const old = new URL(name, BUILDS);
    const { mtimeMs } = await stat(old).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
    if (mtimeMs < Date.now() - ABANDONED_MS) await rm(old, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    const lines = stripVTControlCharacters((error as Error).message).split("\n");
    const reason = lines
      .map((line) => line.trim())
      .filter((line) => line !== "")
      .slice(0, 3)
      .join(" ");
    // The last line is what a start quotes.
    console.error((error as Error).stack, `\n${reason}`);
    // A build that failed may leave threads that wait for ever.
    process.exit(1);
  }
}
