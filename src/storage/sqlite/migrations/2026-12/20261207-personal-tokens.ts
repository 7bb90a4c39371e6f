import { Migration } from "@mikro-orm/migrations";

/** The kinds of tokens. */
export class PersonalTokens extends Migration {
  override up(): void {
    this.addSql("alter table `access_token` add column `kind` text not null default 'access'");
  }

  override down(): void {
    // Their digests cover the kind: without it they are good for nothing.
    this.addSql("delete from `access_token` where `kind` = 'personal'");
    this.addSql("alter table `access_token` drop column `kind`");
  }
}
