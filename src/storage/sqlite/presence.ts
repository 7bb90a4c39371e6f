import { statSync } from "node:fs";
import { DatabaseUnavailable } from "./errors.ts";

/** The endings of the files of a database in write-ahead mode: the database, its log, and the index of the log in shared memory. */
const ENDINGS = ["", "-wal", "-shm"] as const;

/**
 * The presence of a database's files at their path. SQLite goes on with files that have been deleted or replaced, because it has them
 * open: what is written then is lost when the process ends, or damages the file that has taken the place.
 */
export class Presence {
  readonly #path: string;
  readonly #files: string;

  /** Notes which files are at the path now. A connection has to have read from them, since the first read makes the log. */
  constructor(path: string) {
    this.#path = path;
    this.#files = identify(path);
  }

  /**
   * Asks the file system, in some 5 µs.
   *
   * @throws {DatabaseUnavailable} when one of the files is another one than at first, or not there
   */
  require(): void {
    if (identify(this.#path) === this.#files) return;
    throw new DatabaseUnavailable(
      `database ${this.#path} or its log has been deleted or replaced; stop, put back a copy, and start again`,
    );
  }
}

/** The numbers of the three files, which no other file has while they are open. */
function identify(path: string): string {
  try {
    return ENDINGS.map((ending) => statSync(path + ending))
      .map(({ dev, ino }) => `${dev}:${ino}`)
      .join(" ");
  } catch {
    return "missing";
  }
}
