import { Migration } from "@mikro-orm/migrations";

/** The detail of an event, such as the name of a role, and an index that finds the kinds of password hashes in use. */
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
