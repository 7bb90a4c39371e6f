/** The database cannot be used. The message is one line for the operator: which path, and what to do. */
export class DatabaseUnavailable extends Error {
  override readonly name = "DatabaseUnavailable";
  /** The ORM puts errors of a database into classes of its own, which keep their codes. */
  readonly code = "DATABASE_UNAVAILABLE";
}

const REASONS: readonly (readonly [RegExp, string])[] = [
  [/^SQLITE_(BUSY|LOCKED)/, "is locked by another process; stop that process and start again"],
  [/^(SQLITE_READONLY|EROFS)/, "cannot be written to; give this user the right to write the file and its folder"],
  [
    /^(SQLITE_(CANTOPEN|PERM|AUTH)|EACCES|EPERM|ENOENT)/,
    "cannot be opened; give this user the right to read and write the file and its folder",
  ],
  [/^SQLITE_NOTADB/, "is not a SQLite database; choose another"],
  [/^SQLITE_CORRUPT/, "is damaged; restore it from a copy"],
  [/^(SQLITE_FULL|ENOSPC)/, "cannot grow; free some room on the disk"],
  [/^SQLITE_IOERR/, "cannot be read or written; look at the disk"],
];

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

/**
 * The meaning of an error of SQLite, by its primary result code (https://sqlite.org/rescode.html). "busy": another connection holds a
 * lock, and the same work may succeed shortly. "unavailable": the disk, its rights or the file fail, and the same work may succeed once
 * an operator has mended that. "fault": this program asked for what cannot be done.
 */
const MEANINGS: Readonly<Record<string, "busy" | "unavailable" | "fault">> = {
  SQLITE_BUSY: "busy",
  SQLITE_LOCKED: "busy",
  SQLITE_PROTOCOL: "busy",
  SQLITE_AUTH: "unavailable",
  SQLITE_CANTOPEN: "unavailable",
  SQLITE_CORRUPT: "unavailable",
  SQLITE_FULL: "unavailable",
  SQLITE_IOERR: "unavailable",
  SQLITE_NOLFS: "unavailable",
  SQLITE_NOMEM: "unavailable",
  SQLITE_NOTADB: "unavailable",
  SQLITE_PERM: "unavailable",
  SQLITE_READONLY: "unavailable",
  SQLITE_ABORT: "fault",
  SQLITE_CONSTRAINT: "fault",
  SQLITE_EMPTY: "fault",
  SQLITE_ERROR: "fault",
  SQLITE_FORMAT: "fault",
  SQLITE_INTERNAL: "fault",
  SQLITE_INTERRUPT: "fault",
  SQLITE_MISMATCH: "fault",
  SQLITE_MISUSE: "fault",
  SQLITE_NOTFOUND: "fault",
  SQLITE_RANGE: "fault",
  SQLITE_SCHEMA: "fault",
  SQLITE_TOOBIG: "fault",
};

/** The meaning of an error by {@link MEANINGS}; an extended code, such as SQLITE_IOERR_WRITE, begins with its primary one. */
function meaningOf(error: unknown): (typeof MEANINGS)[string] {
  return MEANINGS[/^SQLITE_[A-Z]+/.exec(codeOf(error))?.[0] ?? ""] ?? "fault";
}

/** Whether an error says that another connection holds a lock at the moment; the same work may succeed shortly. */
export function isBusy(error: unknown): boolean {
  return meaningOf(error) === "busy";
}

/** Whether an error says that the database cannot be used until its disk, its rights or its files are mended. */
export function isUnavailable(error: unknown): boolean {
  return codeOf(error) === "DATABASE_UNAVAILABLE" || meaningOf(error) === "unavailable";
}

/**
 * Turns an error of SQLite or of the file system into a {@link DatabaseUnavailable} that says what to do; other errors are returned
 * as they are.
 *
 * @param named the setting or operand that holds the path
 */
export function explainDatabaseError(error: unknown, path: string, named: "DATABASE_URL" | "FILE"): unknown {
  const reason = REASONS.find(([code]) => code.test(codeOf(error)))?.[1];
  if (reason === undefined) return error;
  return new DatabaseUnavailable(`database ${path} ${reason.replace(/choose another$/, `$& ${named}`)}`, {
    cause: error,
  });
}
