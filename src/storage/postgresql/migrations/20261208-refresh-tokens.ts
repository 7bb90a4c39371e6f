import { Migration } from "@mikro-orm/migrations";

/** Families of refresh tokens, and the family that a token is of; deleting it deletes the token. */
export class RefreshTokens extends Migration {
  override up(): void {
    this.addSql(
      `create table "refresh_family" ("id" varchar(22) not null, "user_id" int not null, "generation" int not null,
        "digest" varchar(43) not null, "key_id" varchar(8) not null, "created_at" timestamptz(3) not null,
        "expires_at" timestamptz(3) not null, "name" varchar(100) not null, "authenticated_at" timestamptz(3) not null,
        "last_used_at" timestamptz(3) null, "renewal" varchar(75) null, "amr" varchar(100) not null default 'pwd',
        "factor_at" timestamptz(3) null, "scopes" varchar(255) null, "previous_digest" varchar(43) null,
        "previous_key_id" varchar(8) null, "forgiven" boolean not null default false, primary key ("id"),
        constraint "refresh_family_user_id_foreign" foreign key ("user_id") references "user" ("id") on delete cascade)`,
    );
    for (const column of ["user_id", "expires_at"]) {
      this.addSql(`create index "refresh_family_${column}_index" on "refresh_family" ("${column}")`);
    }
    this.addSql(
      `alter table "access_token" add column "family_id" varchar(22) null
        constraint "access_token_family_id_foreign" references "refresh_family" ("id") on delete cascade`,
    );
    this.addSql('create index "access_token_family_id_index" on "access_token" ("family_id")');
  }

  override down(): void {
    this.addSql('alter table "access_token" drop column "family_id"');
    this.addSql('drop table "refresh_family"');
  }
}
