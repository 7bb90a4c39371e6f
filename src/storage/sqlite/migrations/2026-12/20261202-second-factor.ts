import { Migration } from "@mikro-orm/migrations";

const OWNER =
  "`user_id` integer not null, constraint `TABLE_user_id_foreign` foreign key (`user_id`) references `user` (`id`) on delete cascade";

/** Second factors, recovery codes, sign-ins that wait for a second factor, and how the owner of a credential has authenticated. */
export class SecondFactor extends Migration {
  override up(): void {
    for (const table of ["access_token", "session"]) {
      this.addSql(`alter table \`${table}\` add column \`amr\` text not null default 'pwd'`);
      this.addSql(`alter table \`${table}\` add column \`factor_at\` datetime null`);
    }
    this.addSql("alter table `role` add column `requires_factor` integer not null default false");
    this.addSql(
      "create table `second_factor` (`id` integer not null primary key autoincrement, `method` text not null, `secret` text null, " +
        "`phone` text null, `last_step` integer not null default 0, `created_at` datetime not null, " +
        `${OWNER.replace("TABLE", "second_factor")})`,
    );
    this.addSql("create unique index `second_factor_user_id_unique` on `second_factor` (`user_id`)");
    this.addSql(
      "create table `factor_setup` (`id` text not null primary key, `generation` integer not null, `digest` text not null, " +
        "`key_id` text not null, `method` text not null, `secret` text null, `phone` text null, " +
        "`credential` text not null, `tries` integer not null default 0, `expires_at` datetime not null, " +
        `${OWNER.replace("TABLE", "factor_setup")})`,
    );
    this.addSql("create unique index `factor_setup_user_id_unique` on `factor_setup` (`user_id`)");
    this.addSql("create index `factor_setup_expires_at_index` on `factor_setup` (`expires_at`)");
    this.addSql(
      "create table `recovery_code` (`id` integer not null primary key autoincrement, `digest` text not null, " +
        `${OWNER.replace("TABLE", "recovery_code")})`,
    );
    this.addSql("create index `recovery_code_user_id_index` on `recovery_code` (`user_id`)");
    this.addSql(
      "create table `pending_sign_in` (`id` text not null primary key, `generation` integer not null, `digest` text not null, " +
        "`key_id` text not null, `created_at` datetime not null, `expires_at` datetime not null, `methods` text not null, " +
        "`wanted` text not null, `step` text not null, `tries` integer not null default 0, " +
        `${OWNER.replace("TABLE", "pending_sign_in")})`,
    );
    this.addSql("create index `pending_sign_in_user_id_index` on `pending_sign_in` (`user_id`)");
    this.addSql("create index `pending_sign_in_expires_at_index` on `pending_sign_in` (`expires_at`)");
  }

  override down(): void {
    for (const table of ["pending_sign_in", "recovery_code", "factor_setup", "second_factor"]) {
      this.addSql(`drop table \`${table}\``);
    }
    this.addSql("alter table `role` drop column `requires_factor`");
    for (const table of ["access_token", "session"]) {
      for (const column of ["amr", "factor_at"]) this.addSql(`alter table \`${table}\` drop column \`${column}\``);
    }
  }
}
