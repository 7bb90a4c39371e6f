import { Migration } from "@mikro-orm/migrations";

/** The answers of requests with an `Idempotency-Key`. */
export class IdempotencyKeys extends Migration {
  override up(): void {
    this.addSql(
      "create table `idempotency_key` (`id` integer not null primary key autoincrement, `key` text not null, " +
        "`fingerprint` text not null, `owner` text not null, `claimed_at` datetime not null, `expires_at` datetime not null, " +
        "`answer` text null)",
    );
    this.addSql("create unique index `idempotency_key_key_unique` on `idempotency_key` (`key`)");
    this.addSql("create index `idempotency_key_expires_at_index` on `idempotency_key` (`expires_at`)");
  }

  override down(): void {
    this.addSql("drop table `idempotency_key`");
  }
}
