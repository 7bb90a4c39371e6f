import { Migration } from "@mikro-orm/migrations";

/** Families of refresh tokens, and the family that a token is of; deleting it deletes the token. */
export class RefreshTokens extends Migration {
  override up(): void {
    this.addSql(
      "create table `refresh_family` (`id` text not null primary key, `user_id` integer not null, `generation` integer not null, " +
        "`digest` text not null, `key_id` text not null, `created_at` datetime not null, `expires_at` datetime not null, " +
        "`name` text not null, `authenticated_at` datetime not null, `last_used_at` datetime null, `renewal` text null, " +
        "`amr` text not null default 'pwd', `factor_at` datetime null, `scopes` text null, `previous_digest` text null, " +
        "`previous_key_id` text null, `forgiven` integer not null default false, " +
        "constraint `refresh_family_user_id_foreign` foreign key (`user_id`) references `user` (`id`) on delete cascade)",
    );
    for (const column of ["user_id", "expires_at"]) {
      this.addSql(`create index \`refresh_family_${column}_index\` on \`refresh_family\` (\`${column}\`)`);
    }
    this.addSql(
      "alter table `access_token` add column `family_id` text null " +
        "constraint `access_token_family_id_foreign` references `refresh_family` (`id`) on delete cascade",
    );
    this.addSql("create index `access_token_family_id_index` on `access_token` (`family_id`)");
  }

  override down(): void {
    this.addSql("drop index `access_token_family_id_index`");
    this.addSql("alter table `access_token` drop column `family_id`");
    this.addSql("drop table `refresh_family`");
  }
}
