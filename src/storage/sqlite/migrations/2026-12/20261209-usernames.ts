import { Migration } from "@mikro-orm/migrations";

/** The user names of accounts that came with one from another system. */
export class Usernames extends Migration {
  override up(): void {
    this.addSql("alter table `user` add column `username` text null");
    this.addSql("create unique index `user_username_unique` on `user` (`username`)");
  }

  override down(): void {
    this.addSql("drop index `user_username_unique`");
    this.addSql("alter table `user` drop column `username`");
  }
}
