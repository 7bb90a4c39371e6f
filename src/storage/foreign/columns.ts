import type { ForeignFactor } from "../../domain/accounts/foreign-factor.ts";
import type { ForeignRow } from "./database.ts";

/**
 * The columns that an import reads, and Flask-Security's id of a user's sessions: sessions and tokens are not taken over. Old
 * models lack the id.
 */
const READ = ["id", "email", "password", "active", "confirmed_at", "username", "fs_uniquifier"];

/**
 * The columns of Flask-Security's second factors: `tf_…`, recovery codes, and the names before version 3.3. Secrets for
 * signing in without a password (`us_…`) guard nothing, and a telephone number alone neither.
 */
const SECOND_FACTOR = /^(?:(?!us_).*totp|tf_|two_factor_|mf_)(?!.*phone_number$)/;

/** Texts that stand for nothing in a column of a list or of JSON. */
const EMPTY = new Set<unknown>([null, undefined, "", "[]", "{}", "null"]);

/** Whether a user has set up a second factor, or begun to. */
export function hasSecondFactor(user: ForeignRow): boolean {
  return Object.entries(user).some(([name, value]) => SECOND_FACTOR.test(name) && !EMPTY.has(value));
}

/** The authenticator of a user for whom it is the second factor; undefined for a user with none, or another kind. */
export function authenticatorOf(user: ForeignRow): ForeignFactor | undefined {
  const { tf_primary_method: method, tf_totp_secret: totp, mf_recovery_codes: codes } = user;
  if (method !== "authenticator" || typeof totp !== "string") return undefined;
  return { totp, recoveryCodes: typeof codes === "string" ? codes : null };
}

/** The names of the columns that hold more about a user than an import takes over, each as `user.<name>`. */
export function otherColumns(user: ForeignRow): string[] {
  return Object.entries(user)
    .filter(([name, value]) => !READ.includes(name) && !EMPTY.has(value))
    .map(([name]) => `user.${name}`);
}

/** SQLAlchemy writes a time into SQLite as a date and a time of day, without a zone; Flask-Security's are in UTC. */
const TIME = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)$/;

/** The time that a column holds; null for any other value. */
export function timeOf(value: unknown): Date | null {
  const [, day, time] = TIME.exec(String(value)) ?? [];
  const at = new Date(`${day}T${time}Z`);
  return Number.isNaN(at.getTime()) ? null : at;
}
