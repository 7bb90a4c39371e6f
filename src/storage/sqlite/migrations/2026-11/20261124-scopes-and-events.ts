import { Migration } from "@mikro-orm/migrations";

const CREDENTIAL =
  "`id` text not null primary key, `user_id` integer not null, `generation` integer not null, `digest` text not null, " +
  "`key_id` text not null, `created_at` datetime not null, `expires_at` datetime not null, `name` text not null";
const USAGE = "`authenticated_at` datetime not null, `last_used_at` datetime null, `renewal` text null";
const KEPT = "`id`, `user_id`, `generation`, `digest`, `key_id`, `created_at`, `expires_at`";

/** The scopes of tokens, the last use of credentials, versions of articles, permissions of roles, and the audit trail. */
export class ScopesAndEvents extends Migration {
  override up(): void {
    this.addSql("alter table `article` add column `version` integer not null default 1");
    this.addSql("alter table `role` add column `permissions` text not null default ''");
    // The operator may have made a role of that name.
    this.addSql(
      "insert into `role` (`name`, `permissions`) values ('author', 'articles:write') " +
        "on conflict (`name`) do update set `permissions` = 'articles:write'",
    );

    // The tables are made anew, because SQLite cannot add a required column without a default.
    this.#remake("access_token", `${CREDENTIAL}, ${USAGE}, \`scopes\` text null`, {
      columns: `${KEPT}, \`name\`, \`authenticated_at\``,
      values: `${KEPT}, \`name\`, \`created_at\``,
    });
    this.#remake("session", `${CREDENTIAL}, ${USAGE}`, {
      columns: `${KEPT}, \`name\`, \`authenticated_at\``,
      values: `${KEPT}, '', \`created_at\``,
    });

    this.addSql(
      "create table `event` (`id` integer not null primary key autoincrement, `at` datetime not null, " +
        "`kind` text not null, `user_id` integer null, `actor` text not null, `address` text null, " +
        "`credential` text null)",
    );
    this.addSql("create index `event_user_id_id_index` on `event` (`user_id`, `id`)");
  }

  override down(): void {
    this.addSql("drop table `event`");
    // The tokens with scopes are deleted: without the column they would be allowed everything.
    this.addSql("delete from `access_token` where `scopes` is not null");
    this.#remake("access_token", CREDENTIAL, { columns: `${KEPT}, \`name\``, values: `${KEPT}, \`name\`` });
    this.#remake("session", CREDENTIAL.slice(0, CREDENTIAL.lastIndexOf(",")), { columns: KEPT, values: KEPT });
    this.addSql("alter table `role` drop column `permissions`");
    this.addSql("alter table `article` drop column `version`");
  }

  #remake(table: string, definition: string, { columns, values }: { columns: string; values: string }): void {
    this.addSql(
      `create table \`${table}_new\` (${definition}, ` +
        `constraint \`${table}_user_id_foreign\` foreign key (\`user_id\`) references \`user\` (\`id\`) on delete cascade)`,
    );
    this.addSql(`insert into \`${table}_new\` (${columns}) select ${values} from \`${table}\``);
    this.addSql(`drop table \`${table}\``);
    this.addSql(`alter table \`${table}_new\` rename to \`${table}\``);
    this.addSql(`create index \`${table}_user_id_index\` on \`${table}\` (\`user_id\`)`);
  }
}
