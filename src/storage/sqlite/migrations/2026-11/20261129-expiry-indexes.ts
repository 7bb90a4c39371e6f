import { Migration } from "@mikro-orm/migrations";

const TABLES = ["access_token", "session"] as const;

/** Finds the expired tokens and sessions, which are deleted a few at a time, without reading the others. */
export class ExpiryIndexes extends Migration {
  override up(): void {
    for (const table of TABLES)
      this.addSql(`create index \`${table}_expires_at_index\` on \`${table}\` (\`expires_at\`)`);
  }

  override down(): void {
    for (const table of TABLES) this.addSql(`drop index \`${table}_expires_at_index\``);
  }
}
