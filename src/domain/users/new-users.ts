import type { EntityManager } from "@mikro-orm/core";
import { insertRows } from "../query.ts";

/** The fields of a user that an import stores. */
export interface NewUser {
  readonly email: string;
  readonly hash: string | null;
  readonly active: boolean;
  /** The time at which the user proved to read the mails to the address; null when left out. */
  readonly confirmedAt?: Date | null;
  /** The normalised user name, which no other account has; null when left out. */
  readonly username?: string | null;
}

/** Stores users, but for those whose address has an account; the addresses and ids of those stored. */
export async function insertUsers(
  tx: EntityManager,
  users: readonly NewUser[],
  createdAt: Date,
): Promise<{ email: string; id: number }[]> {
  return insertRows<{ id: number; email: string }>(
    tx,
    {
      into: '"user" (email, password_hash, active, confirmed_at, username, created_at)',
      ending: "on conflict (email) do nothing returning id, email",
    },
    users.map(({ email, hash, active, confirmedAt = null, username = null }) => [
      ...[email, hash, active, confirmedAt],
      ...[username, createdAt],
    ]),
  );
}
