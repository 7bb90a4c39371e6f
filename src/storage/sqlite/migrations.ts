import type { MigrationObject } from "@mikro-orm/core";
import { MIGRATION_TABLE } from "../orm.ts";
import type { Run } from "./backend.ts";
import { DatabaseUnavailable } from "./errors.ts";
import { FirstTables } from "./migrations/2026-11/20261123-first-tables.ts";
import { ScopesAndEvents } from "./migrations/2026-11/20261124-scopes-and-events.ts";
import { AttemptCounts } from "./migrations/2026-11/20261125-attempt-counts.ts";
import { EventDetails } from "./migrations/2026-11/20261126-event-details.ts";
import { TokenParents } from "./migrations/2026-11/20261127-token-parents.ts";
import { PersistentSessions } from "./migrations/2026-11/20261128-persistent-sessions.ts";
import { ExpiryIndexes } from "./migrations/2026-11/20261129-expiry-indexes.ts";
import { IdempotencyKeys } from "./migrations/2026-11/20261130-idempotency-keys.ts";
import { Mail } from "./migrations/2026-12/20261201-mail.ts";
import { SecondFactor } from "./migrations/2026-12/20261202-second-factor.ts";
import { Passkeys } from "./migrations/2026-12/20261203-passkeys.ts";
import { FailedSignIns } from "./migrations/2026-12/20261204-failed-sign-ins.ts";
import { PrincipalChanges } from "./migrations/2026-12/20261205-principal-changes.ts";
import { SigningKeys } from "./migrations/2026-12/20261206-signing-keys.ts";
import { PersonalTokens } from "./migrations/2026-12/20261207-personal-tokens.ts";
import { RefreshTokens } from "./migrations/2026-12/20261208-refresh-tokens.ts";
import { Usernames } from "./migrations/2026-12/20261209-usernames.ts";

/**
 * All migrations, oldest first. The list is written by hand; the folder is not searched. A database remembers the migrations by name,
 * so a name never changes after its release.
 */
export const migrations: MigrationObject[] = [
  { name: "20261123-first-tables", class: FirstTables },
  { name: "20261124-scopes-and-events", class: ScopesAndEvents },
  { name: "20261125-attempt-counts", class: AttemptCounts },
  { name: "20261126-event-details", class: EventDetails },
  { name: "20261127-token-parents", class: TokenParents },
  { name: "20261128-persistent-sessions", class: PersistentSessions },
  { name: "20261129-expiry-indexes", class: ExpiryIndexes },
  { name: "20261130-idempotency-keys", class: IdempotencyKeys },
  { name: "20261201-mail", class: Mail },
  { name: "20261202-second-factor", class: SecondFactor },
  { name: "20261203-passkeys", class: Passkeys },
  { name: "20261204-failed-sign-ins", class: FailedSignIns },
  { name: "20261205-principal-changes", class: PrincipalChanges },
  { name: "20261206-signing-keys", class: SigningKeys },
  { name: "20261207-personal-tokens", class: PersonalTokens },
  { name: "20261208-refresh-tokens", class: RefreshTokens },
  { name: "20261209-usernames", class: Usernames },
];

/**
 * The number of migrations that have been applied to a database.
 *
 * @param path of the database, for the messages
 * @throws {DatabaseUnavailable} when the database is another program's, or has a migration that this version does not know
 */
export async function countAppliedMigrations(run: Run, path: string): Promise<number> {
  const tables = await run(
    "select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\'",
  );
  if (tables.length === 0) return 0;
  if (!tables.some(({ name }) => name === MIGRATION_TABLE)) {
    throw new DatabaseUnavailable(`database ${path} belongs to another program; choose another DATABASE_URL`);
  }
  const applied = await run(`select name from "${MIGRATION_TABLE}"`);
  if (!applied.every(({ name }) => migrations.some((migration) => migration.name === name))) {
    throw new DatabaseUnavailable(
      `database ${path} was made by a newer version of Kudos; start that version, or restore a copy`,
    );
  }
  return applied.length;
}
