import { constants, existsSync } from "node:fs";
import { access, mkdir, open, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { DatabaseUnavailable } from "./errors.ts";

/** The database of a program without a `DATABASE_URL`. */
export const DEFAULT_DATABASE_URL = "sqlite:./data/kudos.sqlite";

/** The path of a database that lives in memory and ends with the process. */
export const IN_MEMORY = ":memory:";

/**
 * The absolute path in a URL like `sqlite:./data/kudos.sqlite`, or `:memory:`.
 *
 * @throws {DatabaseUnavailable} when the URL is of another scheme, or names no file
 */
export function parseDatabaseUrl(url: string): string {
  const path = /^sqlite:(?:\/\/(?=\/))?(?<path>[^\0?#]+)$/.exec(url)?.groups?.path;
  if (path === IN_MEMORY) return IN_MEMORY;
  // Two slashes would begin the name of a host. better-sqlite3 trims white space, and would open another file than the one that is
  // checked here.
  if (path === undefined || path.startsWith("//") || path !== path.trim()) {
    // Of a URL of another scheme only the scheme is shown: the rest may hold a password.
    const shown = /^sqlite:/.test(url) ? JSON.stringify(url) : `${/^[\w+.-]*/.exec(url)?.[0]}:…`;
    throw new DatabaseUnavailable(
      `DATABASE_URL ${shown} is not understood; write sqlite:./path/to/file or sqlite::memory:`,
    );
  }
  return resolve(path);
}

/**
 * Checks the place of a database file before the file is opened, and makes the folder of the default one.
 *
 * @returns whether the file exists
 * @throws {DatabaseUnavailable} when it is no file, or its folder is missing or cannot be written to
 */
export async function inspectLocation(url: string, path: string): Promise<boolean> {
  const folder = dirname(path);
  try {
    // The folder of the default only: a missing folder in a setting is probably a typing error.
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

/** Makes an empty database file that only its owner can read; SQLite would let all users read it. Its logs get the same mode. */
export async function makePrivateFile(path: string): Promise<void> {
  await (await open(path, "a", 0o600)).close();
}
