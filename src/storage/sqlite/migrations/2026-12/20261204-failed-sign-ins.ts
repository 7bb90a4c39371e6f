import { Migration } from "@mikro-orm/migrations";

/** The failures in a row at each account, from unknown places. */
export class FailedSignIns extends Migration {
  override up(): void {
    this.addSql(
      "create table `failed_sign_ins` (`user_id` integer not null primary key, `failures` integer not null default 0, " +
        "`blocked_at` datetime null, `fell_at` datetime null, " +
        "constraint `failed_sign_ins_user_id_foreign` foreign key (`user_id`) references `user` (`id`) on delete cascade)",
    );
  }

  override down(): void {
    this.addSql("drop table `failed_sign_ins`");
  }
}
