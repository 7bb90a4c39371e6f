/** The database cannot be used. The message is one line for the operator: which path, and what to do. */
export class DatabaseUnavailable extends Error {
  override readonly name = "DatabaseUnavailable";
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

/** Whether an error says that another connection holds a lock at the moment; the same work may succeed later. */
export function isBusy(error: unknown): boolean {
  return codeOf(error).startsWith("SQLITE_BUSY");
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
