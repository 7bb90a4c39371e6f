import { Migration } from "@mikro-orm/migrations";

/** Accounts, articles, likes, tokens and sessions. */
export class FirstTables extends Migration {
  override up(): void {
    this.addSql("create table `role` (`id` integer not null primary key autoincrement, `name` text not null)");
    this.addSql("create unique index `role_name_unique` on `role` (`name`)");

    this.addSql(
      "create table `user` (`id` integer not null primary key autoincrement, `email` text not null, " +
        "`password_hash` text null, `active` integer not null default true, `generation` integer not null default 0, " +
        "`created_at` datetime not null)",
    );
    this.addSql("create unique index `user_email_unique` on `user` (`email`)");

    this.addSql(
      "create table `user_role` (`user_id` integer not null, `role_id` integer not null, " +
        "primary key (`user_id`, `role_id`), " +
        "constraint `user_role_user_id_foreign` foreign key (`user_id`) references `user` (`id`) " +
        "on update cascade on delete cascade, " +
        "constraint `user_role_role_id_foreign` foreign key (`role_id`) references `role` (`id`) " +
        "on update cascade on delete cascade)",
    );
    this.addSql("create index `user_role_user_id_index` on `user_role` (`user_id`)");
    this.addSql("create index `user_role_role_id_index` on `user_role` (`role_id`)");

    this.addSql(
      "create table `article` (`id` integer not null primary key autoincrement, `title` text not null, " +
        "`author` text not null, `created_at` datetime not null, `like_count` integer not null default 0, " +
        "constraint `article_like_count_check` check (like_count >= 0))",
    );

    this.addSql(
      "create table `article_like` (`id` integer not null primary key autoincrement, `user_id` integer not null, " +
        "`article_id` integer not null, `created_at` datetime not null, " +
        "constraint `article_like_user_id_foreign` foreign key (`user_id`) references `user` (`id`) on delete cascade, " +
        "constraint `article_like_article_id_foreign` foreign key (`article_id`) references `article` (`id`) " +
        "on delete cascade)",
    );
    this.addSql("create index `article_like_article_id_id_index` on `article_like` (`article_id`, `id`)");
    this.addSql(
      "create unique index `article_like_user_id_article_id_unique` on `article_like` (`user_id`, `article_id`)",
    );

    this.addSql(
      "create table `access_token` (`id` text not null primary key, `user_id` integer not null, " +
        "`generation` integer not null, `digest` text not null, `key_id` text not null, `created_at` datetime not null, " +
        "`expires_at` datetime not null, `name` text not null, " +
        "constraint `access_token_user_id_foreign` foreign key (`user_id`) references `user` (`id`) on delete cascade)",
    );
    this.addSql("create index `access_token_user_id_index` on `access_token` (`user_id`)");

    this.addSql(
      "create table `session` (`id` text not null primary key, `user_id` integer not null, " +
        "`generation` integer not null, `digest` text not null, `key_id` text not null, `created_at` datetime not null, " +
        "`expires_at` datetime not null, " +
        "constraint `session_user_id_foreign` foreign key (`user_id`) references `user` (`id`) on delete cascade)",
    );
    this.addSql("create index `session_user_id_index` on `session` (`user_id`)");
  }

  override down(): void {
    for (const table of ["session", "access_token", "article_like", "article", "user_role", "user", "role"]) {
      this.addSql(`drop table \`${table}\``);
    }
  }
}
