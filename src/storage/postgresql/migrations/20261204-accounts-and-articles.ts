import { Migration } from "@mikro-orm/migrations";

/** Accounts, roles, articles, likes, tokens, sessions, events, counts of attempts, and answers of requests with a key. Texts that are sorted
 * or compared are so by their bytes. */
export class AccountsAndArticles extends Migration {
  override up(): void {
    this.addSql(
      `create table "article" (
        "id" serial primary key, "title" varchar(200) not null, "author" varchar(100) not null, "created_at" timestamptz(3) not null,
        "like_count" int not null default 0, "version" int not null default 1)`,
    );
    this.addSql('alter table "article" add constraint "article_like_count_check" check (like_count >= 0)');
    this.addSql(
      `create table "attempt_count" (
        "key" text not null, "points" int not null default 0, "expire" bigint null, primary key ("key"))`,
    );
    this.addSql('create index "attempt_count_expire_index" on "attempt_count" ("expire")');
    this.addSql(
      `create table "event" (
        "id" serial primary key, "at" timestamptz(3) not null, "kind" varchar(30) not null, "user_id" int null,
        "actor" varchar(30) not null, "address" varchar(45) null, "credential" varchar(30) null, "detail" varchar(50) null)`,
    );
    this.addSql('create index "event_user_id_id_index" on "event" ("user_id", "id")');
    this.addSql(
      `create table "idempotency_key" (
        "id" serial primary key, "key" varchar(43) not null, "fingerprint" varchar(43) not null, "owner" varchar(36) not null,
        "claimed_at" timestamptz(3) not null, "expires_at" timestamptz(3) not null, "answer" text null)`,
    );
    this.addSql('alter table "idempotency_key" add constraint "idempotency_key_key_unique" unique ("key")');
    this.addSql('create index "idempotency_key_expires_at_index" on "idempotency_key" ("expires_at")');
    this.addSql(
      `create table "role" (
        "id" serial primary key, "name" varchar(50) collate "C" not null, "permissions" varchar(255) not null default '',
        "requires_factor" boolean not null default false)`,
    );
    this.addSql('alter table "role" add constraint "role_name_unique" unique ("name")');
    this.addSql(
      `create table "user" (
        "id" serial primary key, "email" varchar(254) not null, "password_hash" varchar(255) collate "C" null,
        "active" boolean not null default true, "generation" int not null default 0, "created_at" timestamptz(3) not null,
        "confirmed_at" timestamptz(3) null)`,
    );
    this.addSql('alter table "user" add constraint "user_email_unique" unique ("email")');
    this.addSql('create index "user_password_hash_index" on "user" ("password_hash")');
    this.addSql(
      `create table "session" (
        "id" varchar(22) not null, "user_id" int not null, "generation" int not null, "digest" varchar(43) not null,
        "key_id" varchar(8) not null, "created_at" timestamptz(3) not null, "expires_at" timestamptz(3) not null,
        "name" varchar(100) not null, "authenticated_at" timestamptz(3) not null, "last_used_at" timestamptz(3) null,
        "renewal" varchar(75) null, "amr" varchar(100) not null default 'pwd', "factor_at" timestamptz(3) null,
        "persistent" boolean not null default false, primary key ("id"))`,
    );
    this.addSql('create index "session_user_id_index" on "session" ("user_id")');
    this.addSql('create index "session_expires_at_index" on "session" ("expires_at")');
    this.addSql(
      `create table "article_like" (
        "id" serial primary key, "user_id" int not null, "article_id" int not null, "created_at" timestamptz(3) not null)`,
    );
    this.addSql('create index "article_like_article_id_id_index" on "article_like" ("article_id", "id")');
    this.addSql(
      'alter table "article_like" add constraint "article_like_user_id_article_id_unique" unique ("user_id", "article_id")',
    );
    this.addSql(
      `create table "access_token" (
        "id" varchar(22) not null, "user_id" int not null, "generation" int not null, "digest" varchar(43) not null,
        "key_id" varchar(8) not null, "created_at" timestamptz(3) not null, "expires_at" timestamptz(3) not null,
        "name" varchar(100) not null, "authenticated_at" timestamptz(3) not null, "last_used_at" timestamptz(3) null,
        "renewal" varchar(75) null, "amr" varchar(100) not null default 'pwd', "factor_at" timestamptz(3) null,
        "scopes" varchar(255) null, "parent_token_id" varchar(22) null, "parent_session_id" varchar(22) null, primary key ("id"))`,
    );
    this.addSql('create index "access_token_user_id_index" on "access_token" ("user_id")');
    this.addSql('create index "access_token_expires_at_index" on "access_token" ("expires_at")');
    this.addSql('create index "access_token_parent_token_id_index" on "access_token" ("parent_token_id")');
    this.addSql('create index "access_token_parent_session_id_index" on "access_token" ("parent_session_id")');
    this.addSql(
      `create table "user_role" (
        "user_id" int not null, "role_id" int not null, primary key ("user_id", "role_id"))`,
    );
    this.addSql(
      'alter table "session" add constraint "session_user_id_foreign" foreign key ("user_id") references "user" ("id") on delete cascade',
    );
    this.addSql(
      'alter table "article_like" add constraint "article_like_user_id_foreign" foreign key ("user_id") references "user" ("id") on delete cascade',
    );
    this.addSql(
      'alter table "article_like" add constraint "article_like_article_id_foreign" foreign key ("article_id") references "article" ("id") on delete cascade',
    );
    this.addSql(
      'alter table "access_token" add constraint "access_token_user_id_foreign" foreign key ("user_id") references "user" ("id") on delete cascade',
    );
    this.addSql(
      'alter table "access_token" add constraint "access_token_parent_token_id_foreign" foreign key ("parent_token_id") references "access_token" ("id") on delete cascade',
    );
    this.addSql(
      'alter table "access_token" add constraint "access_token_parent_session_id_foreign" foreign key ("parent_session_id") references "session" ("id") on delete cascade',
    );
    this.addSql(
      'alter table "user_role" add constraint "user_role_user_id_foreign" foreign key ("user_id") references "user" ("id") on update cascade on delete cascade',
    );
    this.addSql(
      'alter table "user_role" add constraint "user_role_role_id_foreign" foreign key ("role_id") references "role" ("id") on update cascade on delete cascade',
    );
    this.addSql(`insert into "role" ("name", "permissions") values ('author', 'articles:write')`);
  }

  override down(): void {
    this.addSql(
      'drop table "user_role", "access_token", "article_like", "session", "user", "role", "idempotency_key", "event", "attempt_count", "article"',
    );
  }
}
