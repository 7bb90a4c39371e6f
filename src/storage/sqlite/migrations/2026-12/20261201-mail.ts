import { Migration } from "@mikro-orm/migrations";

/** Messages that wait to be sent, the secrets that they tell, and the time at which the address of a user was confirmed. */
export class Mail extends Migration {
  override up(): void {
    this.addSql(
      "create table `outgoing_message` (`id` text not null primary key, `channel` text not null, `content` text not null, " +
        "`created_at` datetime not null, `due_at` datetime not null, `expires_at` datetime not null, " +
        "`attempts` integer not null default 0)",
    );
    this.addSql(
      "create table `mailed_secret` (`id` integer not null primary key autoincrement, `purpose` text not null, " +
        "`user_id` integer null, `account_digest` text not null, `link_digest` text not null, `code_digest` text not null, `browser_digest` text null, " +
        "`digest` text not null, `data` text null, `created_at` datetime not null, `expires_at` datetime not null, " +
        "`tries` integer not null default 0, `foreign_tries` integer not null default 0, " +
        "constraint `mailed_secret_user_id_foreign` foreign key (`user_id`) references `user` (`id`) on delete cascade)",
    );
    this.addSql("create index `outgoing_message_due_at_index` on `outgoing_message` (`due_at`)");
    this.addSql("create index `outgoing_message_expires_at_index` on `outgoing_message` (`expires_at`)");
    for (const column of ["user_id", "account_digest", "browser_digest", "expires_at"]) {
      this.addSql(`create index \`mailed_secret_${column}_index\` on \`mailed_secret\` (\`${column}\`)`);
    }
    this.addSql("create unique index `mailed_secret_link_digest_unique` on `mailed_secret` (`link_digest`)");
    this.addSql("alter table `user` add column `confirmed_at` datetime null");
  }

  override down(): void {
    this.addSql("alter table `user` drop column `confirmed_at`");
    this.addSql("drop table `mailed_secret`");
    this.addSql("drop table `outgoing_message`");
  }
}
