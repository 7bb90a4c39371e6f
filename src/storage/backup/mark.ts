import Database from "better-sqlite3";
import type { Run } from "../sqlite/backend.ts";

/**
 * The `application_id` (https://sqlite.org/pragma.html#pragma_application_id) of a backup that has not been put to use: "kbak". Whatever
 * brings it into use, a command or a plain copy, ends the access that it would bring back.
 */
const UNUSED_BACKUP = 0x6b62616b;

/** Whether a database is a backup that has not been put to use. */
export async function isUnusedBackup(run: Run): Promise<boolean> {
  const [found] = await run("pragma application_id");
  return found?.application_id === UNUSED_BACKUP;
}

/** Marks a copy as a backup that has not been put to use, or not. */
export function markBackup(file: string, unused: boolean): void {
  const database = new Database(file, { fileMustExist: true });
  try {
    database.pragma(`application_id = ${unused ? UNUSED_BACKUP : 0}`);
  } finally {
    database.close();
  }
}
