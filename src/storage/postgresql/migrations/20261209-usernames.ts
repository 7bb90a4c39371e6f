import { Migration } from "@mikro-orm/migrations";

/** The user names of accounts that came with one from another system. */
export class Usernames extends Migration {
  override up(): void {
    this.addSql('alter table "user" add column "username" varchar(64) null');
    this.addSql('alter table "user" add constraint "user_username_unique" unique ("username")');
  }

  override down(): void {
    this.addSql('alter table "user" drop column "username"');
  }
}
