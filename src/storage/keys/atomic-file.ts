import { randomUUID } from "node:crypto";
import { link, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Makes a file that only its owner can read. It is there whole or not at all, also after a power cut, and of several processes that
 * make it at once one succeeds.
 *
 * @throws an error of the file system, `EEXIST` when there is one already
 */
export async function createFile(path: string, text: string): Promise<void> {
  await writeAside(path, text, (aside) => link(aside, path));
}

/**
 * Replaces a file by one that only its owner can read: a reader finds the old text or the new one, whole, also after a power cut.
 *
 * @param path of the file itself: a symbolic link would be replaced, and what it leads to would stay
 * @param owner of the new file
 * @throws an error of the file system, when this user may not give a file to that owner too
 */
export async function replaceFile(
  path: string,
  text: string,
  owner: { readonly uid: number; readonly gid: number },
): Promise<void> {
  await writeAside(path, text, (aside) => rename(aside, path), owner);
}

async function writeAside(
  path: string,
  text: string,
  place: (aside: string) => Promise<void>,
  owner?: { readonly uid: number; readonly gid: number },
): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    const handle = await open(aside, "wx", 0o600);
    try {
      if (owner) await handle.chown(owner.uid, owner.gid);
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await place(aside);
    await syncFolder(dirname(path));
  } finally {
    await rm(aside, { force: true });
  }
}

/** Waits until the names in a folder are on the disk; the sync of a file covers its contents only. */
export async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, "r");
  await handle.sync().finally(() => handle.close());
}
