import { Migration } from "@mikro-orm/migrations";

/** Whether a session's cookie outlives the browser; the cookies of the sessions so far do not. */
export class PersistentSessions extends Migration {
  override up(): void {
    this.addSql("alter table `session` add column `persistent` integer not null default false");
  }

  override down(): void {
    this.addSql("alter table `session` drop column `persistent`");
  }
}
