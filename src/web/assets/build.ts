import { randomUUID } from "node:crypto";
import { copyFile, mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { stripVTControlCharacters } from "node:util";
import { encode } from "../../representation/coding.ts";
import { BUILDS, sourcesDigest } from "./built-assets.ts";
import { type Bundle, bundle } from "./bundle.ts";

/** The age from which another build is deleted: longer than any build takes, and any start that reads one. */
const ABANDONED_MS = 600_000;

/** The size above which files are compressed less: the last percent would add seconds to a first start. */
const LARGE_BYTES = 256 * 1024;
const LARGE_QUALITY = 9;
const BEST_QUALITY = 11;

/** Writes the files of a build, each also compressed: once here, instead of for each request. */
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

/** Copies the compressed files of an earlier build: the same name is the same content, and compressing takes seconds. */
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

/** Builds into a folder of its own and renames it at the end: processes that build at once never see half a build. */
async function main(): Promise<void> {
  const digest = sourcesDigest();
  await mkdir(BUILDS, { recursive: true });
  const present = await readdir(BUILDS);
  const unfinished = new URL(`unfinished-${randomUUID()}/`, BUILDS);
  try {
    const complete = present
      .filter((name) => !name.startsWith("unfinished-"))
      .map((name) => new URL(`${name}/`, BUILDS));
    await write(unfinished, await bundle(), complete);
    await rename(unfinished, new URL(digest, BUILDS)).catch((error: NodeJS.ErrnoException) => {
      // Another process has finished the same build: the same sources make the same files.
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
    // The reason comes last because a start of the server quotes the last line (built-assets.ts).
    console.error((error as Error).stack, `\n${reason}`);
    // The threads of a failed build may never end by themselves.
    process.exit(1);
  }
}
