import { existsSync } from "node:fs";
import { link, open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { replaceFile, syncFolder } from "../keys/atomic-file.ts";
import { SecretKeyUnavailable } from "../keys/key-file.ts";
import { openDatabase } from "../open-database.ts";
import { DatabaseUnavailable, explainDatabaseError, isBusy } from "../sqlite/errors.ts";
import { copyDatabase, syncFile } from "./backup.ts";
import { markBackup } from "./mark.ts";

/** What is to be restored, and where. */
export interface Restoration {
  /** The backup. Its key file is `<file>.key`, if it is there. */
  readonly file: string;
  /** The path of the database. */
  readonly path: string;
  /** The path of the key file; null where the keys come from a setting. */
  readonly keyPath: string | null;
  /** Whether tokens, sessions and mailed links of the backup go on working. */
  readonly keepAccess: boolean;
  readonly now: Date;
}

/** The paths of what was there before, and has been moved aside; those of nothing are left out. */
export type MovedAside = readonly string[];

/**
 * Puts a backup in the place of a database, whole or not at all: it is copied, read through, brought up to date and stripped of all access
 * beside that place first. What was there is kept beside it. The key file of the backup takes its place, too, unless that has its keys.
 *
 * @returns what was there before
 * @throws {DatabaseUnavailable} also while a process has the database open
 * @throws {SecretKeyUnavailable}
 */
export async function restoreDatabase({ file, path, keyPath, keepAccess, now }: Restoration): Promise<MovedAside> {
  if (!existsSync(file)) throw new DatabaseUnavailable(`there is no ${file}; name a file that kudos backup has made`);
  if (existsSync(path)) await requireUnused(path);
  const keys = keyPath === null ? null : await keysToPlace(`${file}.key`, keyPath);
  const unfinished = `${path}.unfinished`;
  const aside = (name: string) => `${name}.before-${now.toISOString().replaceAll(/[:.]/g, "-")}`;
  const moved: string[] = [];
  try {
    await rm(unfinished, { force: true });
    // The same owner: the server may run as another user than the operator, and must be able to open both files.
    const owner = await stat(existsSync(path) ? path : dirname(path));
    const handle = await open(unfinished, "w", 0o600);
    await handle.chown(owner.uid, owner.gid).finally(() => handle.close());
    copyDatabase(file, unfinished);
    markBackup(unfinished, !keepAccess);
    await prepare(unfinished);
    await syncFile(unfinished);
    for (const log of [`${path}-wal`, `${path}-shm`]) {
      if (existsSync(log)) moved.push(await moveAside(log, aside(log)));
    }
    if (keys !== null && keyPath !== null) {
      if (existsSync(keyPath)) moved.push(await moveAside(keyPath, aside(keyPath)));
      await replaceFile(keyPath, keys, owner);
    }
    if (existsSync(path)) {
      // A second name, and no move: at no moment is there none, for which a start would make a new one.
      await link(path, aside(path));
      moved.push(aside(path));
    }
    await rename(unfinished, path);
    await syncFolder(dirname(path));
    return moved;
  } catch (error) {
    if (!(error instanceof DatabaseUnavailable)) throw explainDatabaseError(error, file, "FILE");
    // What is wrong with the copy is wrong with the file that the operator has named.
    const message = error.message.replaceAll(unfinished, file).replace("another DATABASE_URL", "another FILE");
    throw new DatabaseUnavailable(message, { cause: error });
  } finally {
    for (const ending of ["", "-wal", "-shm", "-journal"]) await rm(unfinished + ending, { force: true });
  }
}

/** Brings a copy up to date, which ends the access of one that is marked. */
async function prepare(path: string): Promise<void> {
  const database = await openDatabase({ url: `sqlite:${path}`, sampleData: false });
  try {
    if (database.fresh) throw new DatabaseUnavailable("the backup is empty; choose another FILE");
    await database.migrate();
  } finally {
    await database.close();
  }
}

async function moveAside(from: string, to: string): Promise<string> {
  await rename(from, to);
  return to;
}

/**
 * Refuses a database that a process has open: the log of a file in use cannot be folded into it. One that is damaged is not in use.
 *
 * @throws {DatabaseUnavailable}
 */
async function requireUnused(path: string): Promise<void> {
  let database: Database.Database | undefined;
  try {
    database = new Database(path, { fileMustExist: true, timeout: 500 });
    database.pragma("journal_mode = delete");
  } catch (error) {
    if (isBusy(error)) {
      throw new DatabaseUnavailable(`database ${path} is in use; stop its servers first`, { cause: error });
    }
  } finally {
    database?.close();
  }
}

/**
 * The text of the key file to put in place; null when the one in place does, because it has the keys of the backup, or is alone.
 *
 * @throws {SecretKeyUnavailable} when there is neither
 */
async function keysToPlace(backupKeys: string, keyPath: string): Promise<string | null> {
  const there = existsSync(keyPath) ? await readFile(keyPath, "utf8") : null;
  if (!existsSync(backupKeys)) {
    if (there !== null) return null;
    throw new SecretKeyUnavailable(
      `there is neither ${backupKeys} nor ${keyPath}; put the key file there, or set SECRET_KEY`,
    );
  }
  const wanted = await readFile(backupKeys, "utf8");
  const has = new Set(there?.split(/[\s,]+/));
  return wanted.split(/[\s,]+/).every((key) => has.has(key)) ? null : wanted;
}
