import { join } from "node:path";
import type { ExecutionContext } from "ava";
import { readFlaskSecurityUsers } from "../../../src/storage/foreign/flask-security.ts";
import { DatabaseUnavailable } from "../../../src/storage/sqlite/errors.ts";
import {
  changeDatabase,
  type ForeignUser,
  foreignDatabase,
  foreignStatements,
} from "../../support/foreign-database.ts";
import { mySqlDatabase, mySqlTest, runMySql } from "../../support/mysql.ts";
import { postgreSqlDatabase, postgreSqlTest, runPostgreSql } from "../../support/postgresql.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const SERVERS = [
  {
    kind: "postgresql",
    driver: "psycopg2",
    declare: postgreSqlTest,
    make: (t: ExecutionContext) => postgreSqlDatabase(t, { migrated: false }),
    run: async (url: string, sql: string) => void (await runPostgreSql(url, sql)),
  },
  { kind: "mysql", driver: "pymysql", declare: mySqlTest, make: mySqlDatabase, run: runMySql },
] as const;

const USERS: readonly ForeignUser[] = [
  ["Ada@Example.org", "$2b$05$abcdefghijklmnopqrstuv", 1, 1, 2],
  ["zoe@example.org", "it's $argon2id$ü😀", 0, 3],
  ["null@example.org", null, null],
  ["ada@example.org", "", 1],
  [null, null, 1],
  ["codes@example.org", null, 1],
  ["key@example.org", null, 1],
];

/** A file with all that an import looks at: second factors, passkeys, times with and without a fraction, lists, JSON, and empty texts. */
async function richFile(t: ExecutionContext): Promise<string> {
  const path = join(await temporaryFolder(t), "app.db");
  foreignDatabase(path, USERS);
  changeDatabase(
    path,
    `alter table user add tf_primary_method varchar(64); alter table user add tf_totp_secret varchar(255);
    alter table user add mf_recovery_codes text; alter table user add last_login_at datetime; alter table user add login_count integer;
    update user set confirmed_at = '2026-01-02 03:04:05.678901', username = 'ada' where id = 1;
    update user set confirmed_at = '2026-01-02 03:04:05', last_login_at = '2026-02-01 00:00:00', login_count = 0 where id = 2;
    update user set tf_primary_method = 'authenticator', tf_totp_secret = '{"enckey": "ü"}', mf_recovery_codes = 'a,b' where id = 3;
    update user set tf_primary_method = '', mf_recovery_codes = '[]' where id = 4;
    update user set mf_recovery_codes = 'x' where id = 6;
    create table web_authn (id integer, user_id integer, credential_id blob, "usage" varchar(64));
    insert into web_authn values (1, 7, 'a', 'secondary'), (2, 1, 'b', 'first');
    insert into web_authn values (3, 1, 'c', 'first');`,
  );
  return path;
}

for (const { kind, driver, declare, make, run } of SERVERS) {
  declare(`users of Flask-Security on ${kind} are read as those of a file are`, async (t) => {
    const path = await richFile(t);
    const url = await make(t);
    await run(url, foreignStatements(path, kind));
    const accounts = await readFlaskSecurityUsers(path);
    t.is(accounts.length, USERS.length);
    t.deepEqual(
      accounts.map(({ secondFactor, active }) => [secondFactor, active]),
      [
        [false, true],
        [false, false],
        [true, false],
        [false, true],
        [false, true],
        [true, true],
        [true, true],
      ],
    );
    t.deepEqual(await readFlaskSecurityUsers(url), accounts);
    t.deepEqual(await readFlaskSecurityUsers(url.replace(":", `+${driver}:`)), accounts, "SQLALCHEMY_DATABASE_URI");
    // A time with a zone, of an application that asks for one.
    if (kind === "postgresql") {
      await run(url, "alter table \"user\" alter confirmed_at type timestamptz using confirmed_at at time zone 'UTC'");
      t.deepEqual(await readFlaskSecurityUsers(url), accounts);
    }
  });

  declare(
    `a database on ${kind} that is not one of Flask-Security, or not there, is refused with one line`,
    async (t) => {
      const url = await make(t);
      const refused = async (from: string, reason: RegExp): Promise<void> => {
        const { message } =
          (await t.throwsAsync(readFlaskSecurityUsers(from), { instanceOf: DatabaseUnavailable })) ?? {};
        t.regex(message ?? "", reason);
        t.notRegex(message ?? "", /hunter2|\n|DATABASE_URL/);
      };
      await refused(
        url,
        new RegExp(`^database ${kind}://[^@]*/kudos_test_\\w+ is not one of Flask-Security: there is no user\\.id$`),
      );
      await run(
        url,
        'create table "user" (id integer, email varchar(255), password varchar(255), active boolean); create table role (id integer)',
      );
      await refused(url, /there is no role\.name$/);
      await refused(`${url}_missing`, /does not exist; choose another FILE$/);
      const secret = new URL(url);
      secret.username = "nobody";
      secret.password = "hunter2";
      secret.port = "1";
      await refused(secret.href, /does not answer \(ECONNREFUSED\); start it, or /);
      secret.pathname = "/";
      await refused(secret.href, /is not understood; write /);
    },
  );
}

mySqlTest("a user whom MariaDB or MySQL does not know is refused, and one that may only read suffices", async (t) => {
  const own = await mySqlDatabase(t);
  const name = `kudos_${process.pid}`;
  const url = new URL(own);
  const { pathname } = url;
  await runMySql(
    own,
    `create user ${name} identified by 'correct horse'; grant select on ${pathname.slice(1)}.* to ${name}`,
  );
  t.teardown(() => runMySql(own, `drop user ${name}`));
  // Either the server has no TLS, or its own certificate, which nobody vouches for.
  await t.throwsAsync(readFlaskSecurityUsers(`${own}?ssl-mode=VERIFY_IDENTITY`), { message: /does not answer \(/ });
  url.username = name;
  await t.throwsAsync(readFlaskSecurityUsers(url.href), { message: /refuses the user or the password of FILE$/ });
  url.password = "correct horse";
  await t.throwsAsync(readFlaskSecurityUsers(url.href), { message: /there is no user\.id$/ });
});
