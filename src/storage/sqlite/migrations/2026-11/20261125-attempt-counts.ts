import { Migration } from "@mikro-orm/migrations";

/** The counts of attempts; `expire` is in milliseconds since 1970. */
export class AttemptCounts extends Migration {
  override up(): void {
    this.addSql(
      "create table `attempt_count` (`key` text not null primary key, `points` integer not null default 0, " +
        "`expire` integer null) without rowid",
    );
    this.addSql("create index `attempt_count_expire_index` on `attempt_count` (`expire`)");
  }

  override down(): void {
    this.addSql("drop table `attempt_count`");
  }
}
