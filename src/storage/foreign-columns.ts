import type { ForeignFactor } from "../domain/accounts/foreign-factor.ts";

/** A row of another program's table of users. */
type Row = Readonly<Record<string, unknown>>;

/**
 * The columns that an import reads, and Flask-Security's id of a user's sessions: sessions and tokens are not taken over. Old
 * models lack the id.
 */
const READ = ["id", "email", "password", "active", "confirmed_at", "fs_uniquifier"];

/**
 * The columns of Flask-Security's second factors: `tf_…`, recovery codes, and the names before version 3.3. Secrets for
 * signing in without a password (`us_…`) guard nothing, and a telephone number alone neither.
 */
const SECOND_FACTOR = /^(?:(?!us_).*totp|tf_|two_factor_|mf_)(?!.*phone_number$)/;

/** Texts that stand for nothing in a column of a list or of JSON. */
const EMPTY = new Set<unknown>([null, undefined, "", "[]", "{}", "null"]);

/** Whether a user has set up a second factor, or begun to. */
export function hasSecondFactor(user: Row): boolean {
  return Object.entries(user).some(([name, value]) => SECOND_FACTOR.test(name) && !EMPTY.has(value));
}

/** The authenticator of a user for whom it is the second factor; undefined for a user with none, or another kind. */
export function authenticatorOf(user: Row): ForeignFactor | undefined {
  const { tf_primary_method: method, tf_totp_secret: totp, mf_recovery_codes: codes } = user;
  if (method !== "authenticator" || typeof totp !== "string") return undefined;
  return { totp, recoveryCodes: typeof codes === "string" ? codes : null };
}

/** The time that a column of SQLAlchemy's type DateTime holds, which Flask-Security fills by UTC; null for none and for anything else. */
export function timeIn(value: unknown): Date | null {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?$/.test(value)) return null;
  const time = new Date(`${value.replace(" ", "T")}Z`);
  return Number.isNaN(time.getTime()) ? null : time;
}

/** The names of the columns that hold more about a user than an import takes over, each as `user.<name>`. */
export function otherColumns(user: Row): string[] {
  return Object.entries(user)
    .filter(([name, value]) => !READ.includes(name) && !EMPTY.has(value))
    .map(([name]) => `user.${name}`);
}
