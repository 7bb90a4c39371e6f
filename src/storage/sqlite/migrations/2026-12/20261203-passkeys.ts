import { Migration } from "@mikro-orm/migrations";

/** Passkeys, the user handles of their owners, and challenges that wait for an answer. */
export class Passkeys extends Migration {
  override up(): void {
    this.addSql(
      "create table `passkey` (`id` text not null primary key, `user_id` integer not null, `credential_id` text not null, " +
        "`public_key` text not null, `algorithm` integer not null, `counter` integer not null, `name` text not null, " +
        "`usage` text not null, `transports` text not null default '', `aaguid` text not null, " +
        "`backup_eligible` integer not null, `backed_up` integer not null, `discoverable` integer null, " +
        "`created_at` datetime not null, `last_used_at` datetime null, " +
        "constraint `passkey_user_id_foreign` foreign key (`user_id`) references `user` (`id`) on delete cascade)",
    );
    this.addSql("create index `passkey_user_id_index` on `passkey` (`user_id`)");
    this.addSql("create unique index `passkey_credential_id_unique` on `passkey` (`credential_id`)");
    this.addSql("create unique index `passkey_user_id_name_unique` on `passkey` (`user_id`, `name`)");
    this.addSql(
      "create table `passkey_owner` (`user_id` integer not null primary key, `handle` text not null, " +
        "constraint `passkey_owner_user_id_foreign` foreign key (`user_id`) references `user` (`id`) on delete cascade)",
    );
    this.addSql("create unique index `passkey_owner_handle_unique` on `passkey_owner` (`handle`)");
    this.addSql(
      "create table `passkey_challenge` (`id` text not null primary key, `purpose` text not null, `user_id` integer null, " +
        "`bound_to` text null, `digest` text not null, `name` text null, `usage` text null, " +
        "`automatic` integer not null default false, `remember` integer not null default false, `expires_at` datetime not null, " +
        "constraint `passkey_challenge_user_id_foreign` foreign key (`user_id`) references `user` (`id`) on delete cascade)",
    );
    this.addSql("create index `passkey_challenge_user_id_index` on `passkey_challenge` (`user_id`)");
    this.addSql("create index `passkey_challenge_expires_at_index` on `passkey_challenge` (`expires_at`)");
  }

  override down(): void {
    for (const table of ["passkey_challenge", "passkey_owner", "passkey"]) this.addSql(`drop table \`${table}\``);
  }
}
