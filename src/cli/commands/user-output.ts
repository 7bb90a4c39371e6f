import type { UserView } from "../../domain/users/user-repository.ts";

/** A user in the output for scripts. */
export interface UserOutput {
  readonly id: number;
  readonly email: string;
  /** Null for a user without user name. */
  readonly username: string | null;
  readonly active: boolean;
  /** The names of the roles, sorted. */
  readonly roles: readonly string[];
  readonly created_at: string;
}

/** Writes a user for scripts. */
export function userOutput({ id, email, username, active, roles, createdAt }: UserView): UserOutput {
  return { id, email, username, active, roles: roles.toSorted(), created_at: createdAt.toISOString() };
}

/** What the operator of imported users has to know. */
export const SALT_HINT = `Their old passwords are right while the server runs with FLASK_SECURITY_PASSWORD_SALT, that system's SECURITY_PASSWORD_SALT.
Restart a running server.`;
