import { Migration } from "@mikro-orm/migrations";

/** What an event is about besides its account, and an index by which the kinds of hashes in use are found. */
export class EventDetails extends Migration {
  override up(): void {
    this.addSql("alter table `event` add column `detail` text null");
    this.addSql("create index `user_password_hash_index` on `user` (`password_hash`)");
  }

  override down(): void {
    this.addSql("drop index `user_password_hash_index`");
    this.addSql("alter table `event` drop column `detail`");
  }
}
