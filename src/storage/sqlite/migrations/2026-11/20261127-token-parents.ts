import { Migration } from "@mikro-orm/migrations";

/** The token or session that a token was made with; deleting it deletes the token. */
export class TokenParents extends Migration {
  override up(): void {
    for (const [column, table] of [
      ["parent_token_id", "access_token"],
      ["parent_session_id", "session"],
    ] as const) {
      this.addSql(
        `alter table \`access_token\` add column \`${column}\` text null ` +
          `constraint \`access_token_${column}_foreign\` references \`${table}\` (\`id\`) on delete cascade`,
      );
      this.addSql(`create index \`access_token_${column}_index\` on \`access_token\` (\`${column}\`)`);
    }
  }

  override down(): void {
    for (const column of ["parent_token_id", "parent_session_id"]) {
      this.addSql(`drop index \`access_token_${column}_index\``);
      this.addSql(`alter table \`access_token\` drop column \`${column}\``);
    }
  }
}
