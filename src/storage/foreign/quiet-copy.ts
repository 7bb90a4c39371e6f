import { copyFile, mkdtemp, open, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The offset of the read version in the header of a SQLite file, and its value for a write-ahead log (SQLite file format §1.3). */
const READ_VERSION = 19;
const WRITE_AHEAD_LOG = 2;

/**
 * A copy of a SQLite file in write-ahead mode that no process has open, in a folder that only this user can read; disposing of it
 * deletes the folder. Opening such a file makes two other files beside it, even to read it, and this user may not have the right to.
 *
 * @param path of a file that can be read
 * @returns null when the file is in another mode or in use: it can then be read in its own place
 */
export async function quietCopy(path: string): Promise<(AsyncDisposable & { readonly path: string }) | null> {
  if (!(await isWriteAhead(path)) || (await isInUse(path))) return null;
  const folder = await mkdtemp(join(tmpdir(), "kudos-"));
  const dispose = () => rm(folder, { recursive: true, force: true });
  try {
    const copy = join(folder, "copy.sqlite");
    await copyFile(path, copy);
    // A process that has opened the file meanwhile may have changed it during the copy.
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
