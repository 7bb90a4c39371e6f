import { Migration } from "@mikro-orm/migrations";

/** The keys that sign JWTs, and the role of systems that look tokens up. */
export class SigningKeys extends Migration {
  override up(): void {
    this.addSql(
      `create table "signing_key" ("id" varchar(43) not null, "number" int not null, "created_at" timestamptz(3) not null,
        "signs_from" timestamptz(3) not null, "expires_at" timestamptz(3) null, "public_key" varchar(255) not null, "private_key" varchar(500) not null,
        primary key ("id"))`,
    );
    this.addSql('alter table "signing_key" add constraint "signing_key_number_unique" unique ("number")');
    this.addSql('create index "signing_key_expires_at_index" on "signing_key" ("expires_at")');
    // The operator may have made a role of that name.
    this.addSql(
      `insert into "role" ("name", "permissions") values ('resource-server', 'tokens:introspect')
        on conflict ("name") do update set "permissions" = 'tokens:introspect'`,
    );
  }

  override down(): void {
    // A role that users hold stays, and permits nothing: its scope is unknown to the version before.
    this.addSql(`update "role" set "permissions" = '' where "name" = 'resource-server'`);
    this.addSql(
      `delete from "role" where "name" = 'resource-server' and "id" not in (select "role_id" from "user_role")`,
    );
    this.addSql('drop table "signing_key"');
  }
}
