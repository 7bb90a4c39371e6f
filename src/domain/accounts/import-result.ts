import type { SkipReason } from "./foreign-account.ts";

/** An account that was not imported, and the reason. */
export interface SkippedAccount {
  readonly email: string;
  readonly reason: SkipReason;
}

/** A role that was not imported, and the normalised address of the account that held it. */
export interface SkippedRole {
  readonly email: string;
  readonly role: string;
}

/** A user name that was not imported, as the other program spells it, and the normalised address of its account. */
export interface SkippedUsername {
  readonly email: string;
  readonly username: string;
}

/** A column or table of the other program that holds more about imported accounts, and the number of these accounts. */
export interface Dropped {
  readonly name: string;
  readonly users: number;
}

/** The outcome of an import. */
export interface ImportResult {
  /** The number of accounts that were imported. */
  readonly imported: number;
  /**
   * The addresses of imported accounts whose hash is damaged or of an unknown scheme. They have no password here and need
   * a new one.
   */
  readonly withoutPassword: readonly string[];
  /** The number of imported accounts whose password is right only with the other program's salt. */
  readonly needSalt: number;
  readonly skipped: readonly SkippedAccount[];
  /** Roles whose names are not one line of at most 50 characters. */
  readonly skippedRoles: readonly SkippedRole[];
  /** User names that cannot be ones here, or that another account has. Their accounts sign in by the address. */
  readonly skippedUsernames: readonly SkippedUsername[];
  /** What was left out of imported accounts, such as their other names and dates. */
  readonly dropped: readonly Dropped[];
}
