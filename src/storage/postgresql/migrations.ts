import type { MigrationObject } from "@mikro-orm/core";
import { MIGRATION_TABLE } from "../orm.ts";
import { DatabaseUnavailable } from "../sqlite/errors.ts";
import { AccountsAndArticles } from "./migrations/20261204-accounts-and-articles.ts";
import { MailFactorsAndChanges } from "./migrations/20261205-mail-factors-and-changes.ts";
import { SigningKeys } from "./migrations/20261206-signing-keys.ts";
import { PersonalTokens } from "./migrations/20261207-personal-tokens.ts";
import { RefreshTokens } from "./migrations/20261208-refresh-tokens.ts";
import { Usernames } from "./migrations/20261209-usernames.ts";

/**
 * All migrations, oldest first, as those of SQLite: from 20261206 on each has its twin there, of the same name. The first ones make what
 * SQLite came to by several.
 */
export const migrations: MigrationObject[] = [
  { name: "20261204-accounts-and-articles", class: AccountsAndArticles },
  { name: "20261205-mail-factors-and-changes", class: MailFactorsAndChanges },
  { name: "20261206-signing-keys", class: SigningKeys },
  { name: "20261207-personal-tokens", class: PersonalTokens },
  { name: "20261208-refresh-tokens", class: RefreshTokens },
  { name: "20261209-usernames", class: Usernames },
];

/**
 * The number of migrations that have been applied to a database.
 *
 * @param name of the database, for the messages
 * @throws {DatabaseUnavailable} when the database is another program's, or has a migration that this version does not know
 */
export async function countAppliedMigrations(
  run: (sql: string) => Promise<Record<string, unknown>[]>,
  name: string,
): Promise<number> {
  const tables = await run("select tablename as name from pg_tables where schemaname = current_schema()");
  if (tables.length === 0) return 0;
  if (!tables.some((table) => table.name === MIGRATION_TABLE)) {
    throw new DatabaseUnavailable(`database ${name} belongs to another program; choose another DATABASE_URL`);
  }
  const applied = await run(`select name from "${MIGRATION_TABLE}"`);
  if (!applied.every((row) => migrations.some((migration) => migration.name === row.name))) {
    throw new DatabaseUnavailable(
      `database ${name} was made by a newer version of Kudos; start that version, or restore a copy`,
    );
  }
  return applied.length;
}
