import { copyFile, mkdtemp, open, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where the header of a SQLite file says by which journal it is read and written: 2 is the write-ahead log (its file format, 1.3). */
const READ_VERSION = 19;
const WRITE_AHEAD_LOG = 2;

/**
 * A copy of a SQLite file in write-ahead mode that nobody has open, in a folder of this user's own; gone when it is disposed of.
 * Even who only reads such a file makes two others beside it, and must have the right to.
 *
 * @param path of a file that can be read
 * @returns null when the file is in another mode or in use: then it is to be read where it is
 */
export async function quietCopy(path: string): Promise<(AsyncDisposable & { readonly path: string }) | null> {
  if (!(await isWriteAhead(path)) || (await isInUse(path))) return null;
  const folder = await mkdtemp(join(tmpdir(), "kudos-"));
  const dispose = () => rm(folder, { recursive: true, force: true });
  try {
    const copy = join(folder, "copy.sqlite");
    await copyFile(path, copy);
    // Somebody who has opened it meanwhile may have written to what was copied.
    if (!(await isInUse(path))) return { path: copy, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
  await dispose();
  return null;
}

async function isWriteAhead(path: string): Promise<boolean> {
  const handle = await open(path, "r");
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(1), 0, 1, READ_VERSION);
    return bytesRead === 1 && buffer[0] === WRITE_AHEAD_LOG;
  } finally {
    await handle.close();
  }
}

async function isInUse(path: string): Promise<boolean> {
  const log = await stat(`${path}-wal`).catch(() => null);
  return log !== null;
}
