import { constants, existsSync } from "node:fs";
import { access, mkdir, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { DatabaseUnavailable } from "./errors.ts";

/** Where the database is unless told otherwise. */
export const DEFAULT_DATABASE_URL = "sqlite:./data/kudos.sqlite";

/** A database that lives and dies with the process. */
export const IN_MEMORY = ":memory:";

/**
 * The absolute path in a URL like `sqlite:./data/kudos.sqlite`, or `:memory:`.
 *
 * @throws {DatabaseUnavailable} when the URL is of another scheme, or names no file
 */
export function parseDatabaseUrl(url: string): string {
  const path = /^sqlite:(?:\/\/(?=\/))?(?<path>[^\0?#]+)$/.exec(url)?.groups?.path;
  if (path === IN_MEMORY) return IN_MEMORY;
  // Two slashes would begin the name of a host; white space at an end is cut off by SQLite's binding, which would then open
  // another file than the one that is looked at here.
  if (path === undefined || path.startsWith("//") || path !== path.trim()) {
    // Without what a URL of another scheme may carry: a password.
    const shown = /^sqlite:/.test(url) ? JSON.stringify(url) : `${/^[\w+.-]*/.exec(url)?.[0]}:…`;
    throw new DatabaseUnavailable(
      `DATABASE_URL ${shown} is not understood; write sqlite:./path/to/file or sqlite::memory:`,
    );
  }
  return resolve(path);
}

/**
 * Looks at the place of a database file before anything is opened, and makes the folder of the default one.
 *
 * @returns whether the file is there
 * @throws {DatabaseUnavailable} when no database can be there
 */
export async function inspectLocation(url: string, path: string): Promise<boolean> {
  const folder = dirname(path);
  try {
    // Only this folder is the program's own idea; any other is a slip in somebody's settings.
    if (url === DEFAULT_DATABASE_URL) await mkdir(folder, { recursive: true });
    const file = existsSync(path) ? await stat(path) : null;
    if (file !== null && !file.isFile()) {
      throw new DatabaseUnavailable(`database ${path} is not a file; choose another DATABASE_URL`);
    }
    if (file !== null) return true;
    if (!(await stat(folder)).isDirectory()) {
      throw new DatabaseUnavailable(`database ${path}: ${folder} is not a folder; choose another DATABASE_URL`);
    }
    await access(folder, constants.W_OK);
    return false;
  } catch (error) {
    if (error instanceof DatabaseUnavailable) throw error;
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    const reason = missing ? "does not exist; make it" : "cannot be written to; give this user the right to";
    throw new DatabaseUnavailable(`database ${path}: the folder ${folder} ${reason}, or choose another DATABASE_URL`, {
      cause: error,
    });
  }
}
