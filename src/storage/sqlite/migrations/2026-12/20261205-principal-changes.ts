import { Migration } from "@mikro-orm/migrations";

/** The log of changes of principals. */
export class PrincipalChanges extends Migration {
  override up(): void {
    this.addSql(
      "create table `principal_change` (`id` integer not null primary key autoincrement, `at` datetime not null, " +
        "`user_id` integer null, `credential` text null, `ends` integer not null)",
    );
  }

  override down(): void {
    this.addSql("drop table `principal_change`");
  }
}
