import { link, open, rm } from "node:fs/promises";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { createFile, syncFolder } from "../keys/atomic-file.ts";
import { DatabaseUnavailable, explainDatabaseError } from "../sqlite/errors.ts";
import { markBackup } from "./mark.ts";

/**
 * Writes a copy of a database, which may be in use, as of one moment: what is only in its log is in the copy, too. Writers do not
 * wait. The copy is one file that only its owner can read, with its key file beside it, and is there whole or not at all.
 *
 * @param path of the database
 * @param file of the copy; it must not exist, and neither must its key file, `<file>.key`
 * @param keys the text of the key file; null for none
 * @throws {DatabaseUnavailable}
 */
export async function backUpDatabase(path: string, file: string, keys: string | null): Promise<void> {
  const unfinished = `${file}.unfinished`;
  try {
    await (await open(unfinished, "w", 0o600)).close();
    copyDatabase(path, unfinished);
    markBackup(unfinished, true);
    await syncFile(unfinished);
    if (keys !== null) await createFile(`${file}.key`, keys);
    await link(unfinished, file);
    await syncFolder(dirname(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw explainDatabaseError(error, file, "FILE");
    throw new DatabaseUnavailable(`${file} or ${file}.key is there already; choose another FILE`, { cause: error });
  } finally {
    await rm(unfinished, { force: true });
  }
}

/** Copies by SQLite itself, in one read transaction, and reads the copy through. */
export function copyDatabase(path: string, file: string): void {
  const database = new Database(path, { fileMustExist: true });
  try {
    database.prepare("vacuum into ?").run(file);
  } finally {
    database.close();
  }
  const copied = new Database(file, { readonly: true });
  try {
    const result = copied.pragma("integrity_check(1)", { simple: true });
    if (result !== "ok") throw new DatabaseUnavailable(`database ${path} is damaged (${result}); no copy was made`);
  } finally {
    copied.close();
  }
}

/** Waits until the content of a file is on the disk. */
export async function syncFile(path: string): Promise<void> {
  const handle = await open(path, "r");
  await handle.sync().finally(() => handle.close());
}
