import { Migration } from "@mikro-orm/migrations";

/** Messages and what they tell, second factors, passkeys, failures in a row, and the log of changes of principals. */
export class MailFactorsAndChanges extends Migration {
  override up(): void {
    this.addSql(
      `create table "outgoing_message" (
        "id" varchar(22) not null, "channel" varchar(4) not null, "content" text not null, "created_at" timestamptz(3) not null,
        "due_at" timestamptz(3) not null, "expires_at" timestamptz(3) not null, "attempts" int not null default 0,
        primary key ("id"))`,
    );
    this.addSql('create index "outgoing_message_due_at_index" on "outgoing_message" ("due_at")');
    this.addSql('create index "outgoing_message_expires_at_index" on "outgoing_message" ("expires_at")');
    this.addSql(
      `create table "principal_change" (
        "id" serial primary key, "at" timestamptz(3) not null, "user_id" int null, "credential" varchar(30) null,
        "ends" boolean not null)`,
    );
    this.addSql(
      `create table "second_factor" (
        "id" serial primary key, "method" varchar(20) not null, "secret" text null, "phone" text null,
        "last_step" int not null default 0, "created_at" timestamptz(3) not null, "user_id" int not null)`,
    );
    this.addSql('alter table "second_factor" add constraint "second_factor_user_id_unique" unique ("user_id")');
    this.addSql(
      `create table "recovery_code" (
        "id" serial primary key, "digest" varchar(43) not null, "user_id" int not null)`,
    );
    this.addSql('create index "recovery_code_user_id_index" on "recovery_code" ("user_id")');
    this.addSql(
      `create table "pending_sign_in" (
        "id" varchar(22) not null, "generation" int not null, "digest" varchar(43) not null, "key_id" varchar(8) not null,
        "created_at" timestamptz(3) not null, "expires_at" timestamptz(3) not null, "methods" varchar(100) not null,
        "wanted" text not null, "step" varchar(10) not null, "tries" int not null default 0, "user_id" int not null,
        primary key ("id"))`,
    );
    this.addSql('create index "pending_sign_in_expires_at_index" on "pending_sign_in" ("expires_at")');
    this.addSql('create index "pending_sign_in_user_id_index" on "pending_sign_in" ("user_id")');
    this.addSql(
      `create table "passkey_owner" (
        "user_id" int not null, "handle" varchar(43) not null, primary key ("user_id"))`,
    );
    this.addSql('alter table "passkey_owner" add constraint "passkey_owner_handle_unique" unique ("handle")');
    this.addSql(
      `create table "passkey_challenge" (
        "id" varchar(22) not null, "purpose" varchar(15) not null, "user_id" int null, "bound_to" varchar(40) null,
        "digest" varchar(43) not null, "name" varchar(64) null, "usage" varchar(10) null, "automatic" boolean not null default false,
        "remember" boolean not null default false, "expires_at" timestamptz(3) not null, primary key ("id"))`,
    );
    this.addSql('create index "passkey_challenge_user_id_index" on "passkey_challenge" ("user_id")');
    this.addSql('create index "passkey_challenge_expires_at_index" on "passkey_challenge" ("expires_at")');
    this.addSql(
      `create table "passkey" (
        "id" varchar(22) not null, "user_id" int not null, "credential_id" text not null, "public_key" text not null,
        "algorithm" int not null, "counter" bigint not null, "name" varchar(64) not null, "usage" varchar(10) not null,
        "transports" varchar(255) not null default '', "aaguid" varchar(36) not null, "backup_eligible" boolean not null,
        "backed_up" boolean not null, "discoverable" boolean null, "created_at" timestamptz(3) not null,
        "last_used_at" timestamptz(3) null, primary key ("id"))`,
    );
    this.addSql('create index "passkey_user_id_index" on "passkey" ("user_id")');
    this.addSql('alter table "passkey" add constraint "passkey_credential_id_unique" unique ("credential_id")');
    this.addSql('alter table "passkey" add constraint "passkey_user_id_name_unique" unique ("user_id", "name")');
    this.addSql(
      `create table "mailed_secret" (
        "id" serial primary key, "purpose" varchar(20) not null, "user_id" int null, "account_digest" varchar(43) not null,
        "link_digest" varchar(43) not null, "code_digest" varchar(43) not null, "browser_digest" varchar(43) null,
        "digest" varchar(43) not null, "data" text null, "created_at" timestamptz(3) not null, "expires_at" timestamptz(3) not null,
        "tries" int not null default 0, "foreign_tries" int not null default 0)`,
    );
    this.addSql('create index "mailed_secret_user_id_index" on "mailed_secret" ("user_id")');
    this.addSql('create index "mailed_secret_account_digest_index" on "mailed_secret" ("account_digest")');
    this.addSql('alter table "mailed_secret" add constraint "mailed_secret_link_digest_unique" unique ("link_digest")');
    this.addSql('create index "mailed_secret_browser_digest_index" on "mailed_secret" ("browser_digest")');
    this.addSql('create index "mailed_secret_expires_at_index" on "mailed_secret" ("expires_at")');
    this.addSql(
      `create table "failed_sign_ins" (
        "user_id" int not null, "failures" int not null default 0, "blocked_at" timestamptz(3) null, "fell_at" timestamptz(3) null,
        primary key ("user_id"))`,
    );
    this.addSql(
      `create table "factor_setup" (
        "id" varchar(22) not null, "generation" int not null, "digest" varchar(43) not null, "key_id" varchar(8) not null,
        "method" varchar(20) not null, "secret" text null, "phone" text null, "credential" varchar(40) not null,
        "tries" int not null default 0, "expires_at" timestamptz(3) not null, "user_id" int not null, primary key ("id"))`,
    );
    this.addSql('create index "factor_setup_expires_at_index" on "factor_setup" ("expires_at")');
    this.addSql('alter table "factor_setup" add constraint "factor_setup_user_id_unique" unique ("user_id")');
    this.addSql(
      'alter table "second_factor" add constraint "second_factor_user_id_foreign" foreign key ("user_id") references "user" ("id") on delete cascade',
    );
    this.addSql(
      'alter table "recovery_code" add constraint "recovery_code_user_id_foreign" foreign key ("user_id") references "user" ("id") on delete cascade',
    );
    this.addSql(
      'alter table "pending_sign_in" add constraint "pending_sign_in_user_id_foreign" foreign key ("user_id") references "user" ("id") on delete cascade',
    );
    this.addSql(
      'alter table "passkey_owner" add constraint "passkey_owner_user_id_foreign" foreign key ("user_id") references "user" ("id") on update no action on delete cascade',
    );
    this.addSql(
      'alter table "passkey_challenge" add constraint "passkey_challenge_user_id_foreign" foreign key ("user_id") references "user" ("id") on delete cascade',
    );
    this.addSql(
      'alter table "passkey" add constraint "passkey_user_id_foreign" foreign key ("user_id") references "user" ("id") on delete cascade',
    );
    this.addSql(
      'alter table "mailed_secret" add constraint "mailed_secret_user_id_foreign" foreign key ("user_id") references "user" ("id") on delete cascade',
    );
    this.addSql(
      'alter table "failed_sign_ins" add constraint "failed_sign_ins_user_id_foreign" foreign key ("user_id") references "user" ("id") on update no action on delete cascade',
    );
    this.addSql(
      'alter table "factor_setup" add constraint "factor_setup_user_id_foreign" foreign key ("user_id") references "user" ("id") on delete cascade',
    );
    // The processes that serve: how much each of them has heard of the log of changes.
    this.addSql("create table process (id text primary key, seen int not null)");
    this.addSql(
      "create function kudos_ring() returns trigger language plpgsql as " +
        "$$ begin perform pg_notify('kudos_principal_change', ''); return null; end $$",
    );
    this.addSql(
      "create trigger principal_change_rings after insert on principal_change for each statement execute function kudos_ring()",
    );
  }

  override down(): void {
    this.addSql(
      'drop table "factor_setup", "failed_sign_ins", "mailed_secret", "outgoing_message", "passkey", "passkey_challenge", "passkey_owner", "pending_sign_in", "principal_change", "recovery_code", "second_factor"',
    );
    this.addSql("drop table process");
    this.addSql("drop function kudos_ring()");
  }
}
