import { openSync, readSync } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { type Run, WHOLE_WHEN_CLOSED } from "../sqlite/backend.ts";
import { DatabaseUnavailable } from "../sqlite/errors.ts";

/**
 * The state of the log (`-wal`) beside a database file that nobody has opened yet. "missing": the file was in use when it was copied,
 * or its log was deleted, so that what was in the log is lost. "foreign": the file has no log, as a copy has, and a log lies beside
 * it all the same, of what was there before. "left": a process that was killed left it, or another one is at work. Null: all is well.
 */
export type LogState = "missing" | "foreign" | "left" | null;

/** The parts of a SQLite file's header that are read: its read version, its `user_version` (SQLite file format §1.3). */
const HEADER = { bytes: 100, readVersion: 19, userVersion: 60 };
/** The read version of a file in write-ahead mode. */
const WRITE_AHEAD_LOG = 2;

/** Looks at a database file and its log, before the file is opened. */
export async function inspectLog(path: string): Promise<LogState> {
  const log = await stat(`${path}-wal`).catch(() => null);
  if (log?.size === 0) return null;
  const header = readHeader(path);
  const hasLog = header?.[HEADER.readVersion] === WRITE_AHEAD_LOG;
  // SQLite reads a log in either case. It changes the mode in the file before it makes a log, and after it has deleted one.
  if (log !== null) return hasLog ? "left" : "foreign";
  // Files of versions before this one were closed in write-ahead mode.
  return hasLog && header.readInt32BE(HEADER.userVersion) === WHOLE_WHEN_CLOSED ? "missing" : null;
}

/** The header of a file; null when it is too short for one. */
function readHeader(path: string): Buffer | null {
  // The file stays open: to close it would end the locks that SQLite holds on it in this process (POSIX fcntl).
  const file = openSync(path, "r");
  const header = Buffer.alloc(HEADER.bytes);
  return readSync(file, header, 0, HEADER.bytes, 0) === HEADER.bytes ? header : null;
}

/**
 * Reads a whole database with the log that was left beside it, and refuses it when the two do not fit together.
 *
 * @throws {DatabaseUnavailable}
 */
export async function requireFittingLog(run: Run, path: string): Promise<void> {
  // Another process may commit between the two readings.
  for (let tries = 1; !(await hasSizeOfLog(run, path)); tries += 1) {
    if (tries === SIZE_TRIES) throw foreignLog(path);
    await sleep(20);
  }
  const [found] = await run("pragma integrity_check(1)");
  if (found?.integrity_check !== "ok") throw foreignLog(path);
}

const SIZE_TRIES = 5;

/**
 * Whether the first page of a database tells a size that a commit in its log has told, too. SQLite goes by the page alone: it takes a copy
 * beside the log of a larger database for whole, and for as small as it is.
 */
async function hasSizeOfLog(run: Run, path: string): Promise<boolean> {
  const sizes = await sizesInLog(`${path}-wal`);
  const [told] = await run("pragma page_count");
  return sizes.size === 0 || sizes.has(Number(told?.page_count));
}

/** The parts of a log (SQLite file format §4.1, §4.2): its header and that of each frame, with the salts that tell valid frames. */
const LOG = { header: 32, pageSize: 8, salts: 16, frame: 24, size: 4, frameSalts: 8, saltBytes: 8 };

/** The sizes of the database, in pages, that the commits in a log tell. */
async function sizesInLog(path: string): Promise<Set<number>> {
  const sizes = new Set<number>();
  const handle = await open(path, "r").catch(() => null);
  if (handle === null) return sizes;
  try {
    const header = await readAt(handle, 0, LOG.header);
    const salts = header.subarray(LOG.salts, LOG.salts + LOG.saltBytes);
    const step = LOG.frame + (header.length < LOG.header ? 0 : header.readUInt32BE(LOG.pageSize));
    for (let at = LOG.header; ; at += step) {
      const frame = await readAt(handle, at, LOG.frame);
      if (
        frame.length < LOG.frame ||
        frame.compare(salts, 0, salts.length, LOG.frameSalts, LOG.frameSalts + LOG.saltBytes) !== 0
      ) {
        return sizes;
      }
      const size = frame.readUInt32BE(LOG.size);
      if (size > 0) sizes.add(size);
    }
  } finally {
    await handle.close();
  }
}

async function readAt(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, at);
  return buffer.subarray(0, bytesRead);
}

/** The error of a database beside which lies a log that is not its own. */
export function foreignLog(path: string): DatabaseUnavailable {
  return new DatabaseUnavailable(
    `database ${path} does not fit the log ${path}-wal beside it, which is of another copy; delete ${path}-wal and ${path}-shm, and ` +
      "put the copy of the database back once more",
  );
}
