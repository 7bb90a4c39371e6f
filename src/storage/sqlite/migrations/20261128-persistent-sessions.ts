import { Migration } from "@mikro-orm/migrations";

/** Whether a session's cookie outlives the browser: what was not asked, as of those before, it is not. */
export class PersistentSessions extends Migration {
  override up(): void {
    this.addSql("alter table `session` add column `persistent` integer not null default false");
  }

  override down(): void {
    this.addSql("alter table `session` drop column `persistent`");
  }
}
