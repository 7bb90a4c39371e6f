import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { generateSecretKey } from "../../../src/domain/secrets/secret-keys.ts";
import { Clock, setUpAuthenticator } from "../../support/authenticator.ts";
import { endSharedProcess } from "../../support/command-process.ts";
import { fillEveryTable, tablesOf } from "../../support/every-table.ts";
import { createUser, openShop, type Shop, spawnKudos } from "../../support/kudos.ts";
import { databaseIn } from "../../support/migrated-database.ts";
import { postgreSqlDatabase, postgreSqlTest, runPostgreSql } from "../../support/postgresql.ts";
import { logIn, PASSWORD, post, signIn, signUp, startServer, type TestServer } from "../../support/server.ts";

test.after.always(endSharedProcess);

interface MoveOutput {
  readonly target: string;
  readonly key_file: string;
  readonly tables: readonly { readonly name: string; readonly rows: number; readonly sha256: string }[];
  readonly left: readonly string[];
}

const move = (shop: Shop, url: string, environment: Record<string, string> = {}) =>
  shop.json<MoveOutput>(["migrate", "--to", url], { environment });

/** The place of the key of a database on PostgreSQL for a server that starts in the folder. */
const keyOf = ({ folder }: Shop, url: string): string =>
  join(folder, "data", `${new URL(url).pathname.slice(1)}.postgresql.key`);

/** What a row of either database holds, in words that both share. */
function plain(row: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(row).map(([name, value]) => {
    if (value instanceof Date) return [name, value.getTime()];
    if (typeof value === "boolean") return [name, Number(value)];
    // The client writes numbers of eight bytes as texts.
    return [name, typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value];
  });
  return Object.fromEntries(entries.toSorted());
}

/** All rows of all tables but the migrations'. */
async function rowsOf(tables: readonly string[], run: (sql: string) => Promise<Record<string, unknown>[]>) {
  const found: Record<string, string[]> = {};
  for (const table of tables) {
    const rows = await run(`select * from "${table}"`);
    found[table] = rows.map((row) => JSON.stringify(plain(row))).toSorted();
  }
  return found;
}

const inFile = (shop: Shop) => rowsOf(tablesOf(databaseIn(shop.folder)), async (sql) => shop.sql(sql));
const onServer = (shop: Shop, url: string) =>
  rowsOf(tablesOf(databaseIn(shop.folder)), (sql) => runPostgreSql(url, sql));

postgreSqlTest("migrate --to: every row of every table moves, whichever tables there are", async (t) => {
  const shop = await openShop(t);
  fillEveryTable(databaseIn(shop.folder), [1001, 1002, 1003]);
  const url = await postgreSqlDatabase(t, { migrated: false });
  const { tables, left, target } = await move(shop, url);
  t.deepEqual(left, []);
  t.is(target, url.replace(/\/\/.*@/, "//"));
  const before = await inFile(shop);
  t.deepEqual(
    tables.map(({ name, rows }) => [name, rows]),
    Object.entries(before).map(([name, rows]) => [name, rows.length]),
  );
  for (const { name, rows, sha256 } of tables) {
    t.true(rows >= 3, name);
    t.regex(sha256, /^[0-9a-f]{64}$/);
  }
  t.deepEqual(await onServer(shop, url), before);
  const rules = async (of: string) => [
    await runPostgreSql(
      of,
      "select conrelid::regclass::text as name, pg_get_constraintdef(oid) from pg_constraint order by 1, 2",
    ),
    await runPostgreSql(of, "select indexdef from pg_indexes where schemaname = 'public' order by 1"),
  ];
  t.deepEqual(await rules(url), await rules(await postgreSqlDatabase(t)), "the rules are those of the migrations");
});

postgreSqlTest("migrate --to: an id that was ever given is not given again", async (t) => {
  const shop = await openShop(t);
  shop.sql("insert into user (id, email, created_at) values (5000, 'gone@example.com', 1)");
  shop.sql("delete from user");
  const url = await postgreSqlDatabase(t);
  await move(shop, url);
  const insert = "insert into \"user\" (email, created_at) values ('ada@example.com', now()) returning id";
  t.deepEqual(await runPostgreSql(url, insert), [{ id: 5001 }]);
  const article = "insert into article (title, author, created_at) values ('a', 'b', now()) returning id";
  t.deepEqual(await runPostgreSql(url, article), [{ id: 101 }]);
  const event = "insert into event (at, kind, actor) values (now(), 'a', 'b') returning id";
  t.deepEqual(await runPostgreSql(url, event), [{ id: 1 }]);
});

async function codeOfLogin(server: TestServer, email: string, password: string): Promise<unknown> {
  return JSON.parse(await (await post(server, "/login", { email, password })).text());
}

postgreSqlTest(
  "migrate --to: password, token, session, second factor and like are as good on PostgreSQL",
  async (t) => {
    const shop = await openShop(t);
    const clock = new Clock();
    const environment = { DATABASE_URL: `sqlite:${databaseIn(shop.folder)}` };
    const before = await startServer(t, { environment, now: clock.now });
    const ada = await signUp(before);
    const session = await signIn(before, ada.email);
    const grace = await signUp(before, "grace@example.com");
    await setUpAuthenticator(before, grace, clock);
    t.is((await post(before, "/api/article_likes", { article_id: 7 }, ada.headers)).status, 201);
    const url = await postgreSqlDatabase(t, { migrated: false });
    t.regex(await shop.refused(["migrate", "--to", url]), /is open in another process; stop its servers first$/);
    t.deepEqual(await runPostgreSql(url, "select tablename from pg_tables where schemaname = 'public'"), []);
    await before.stop();

    const { key_file } = await move(shop, url);
    t.is(key_file, keyOf(shop, url));
    t.is(await readFile(key_file, "utf8"), await readFile(`${databaseIn(shop.folder)}.key`, "utf8"));
    t.is((await stat(key_file)).mode & 0o777, 0o600);
    const after = await startServer(t, {
      environment: { DATABASE_URL: url, SECRET_KEY_FILE: key_file },
      now: clock.now,
    });
    t.is((await after.request("/api/test", { headers: ada.headers })).status, 200);
    t.is((await after.request("/api/test_session", { headers: { Cookie: session.cookie } })).status, 200);
    t.is((await post(after, "/api/article_likes", { article_id: 7 }, ada.headers)).status, 200, "the same like");
    t.is((await logIn(after, ada.email)).id, ada.id);
    t.like(await codeOfLogin(after, "grace@example.com", PASSWORD), { response: { tf_required: true } });
    const [events] = await runPostgreSql(
      url,
      "select count(*)::int as registered from event where kind = 'registered'",
    );
    t.deepEqual(events, { registered: 2 });
  },
);

postgreSqlTest("migrate --to: again it does the same, and what is new in the target is never lost", async (t) => {
  const shop = await openShop(t);
  await createUser(shop);
  const url = await postgreSqlDatabase(t);
  const first = await move(shop, url);
  t.deepEqual((await move(shop, url)).tables, first.tables);
  await runPostgreSql(url, "delete from article where id > 50");
  t.deepEqual((await move(shop, url)).tables, first.tables, "half of it was there");
  await runPostgreSql(url, "insert into article (title, author, created_at) values ('New', 'Ada', now())");
  const line = await shop.refused(["migrate", "--to", url]);
  t.regex(
    line,
    /holds data of its own \(table article, row with id 101 is not that of the source\); choose an empty one/,
  );
  t.deepEqual(await runPostgreSql(url, "select count(*)::int from article"), [{ count: 101 }]);
});

postgreSqlTest("migrate --to: the data of others are refused, and so is their key", async (t) => {
  const shop = await openShop(t);
  await createUser(shop);
  const other = await openShop(t);
  await createUser(other, "grace@example.com");
  const url = await postgreSqlDatabase(t);
  await move(other, url);
  const theirs = await onServer(other, url);
  t.regex(await shop.refused(["migrate", "--to", url]), /holds data of its own \(table event, row with id 1 /);
  t.deepEqual(await onServer(other, url), theirs);

  const strange = await postgreSqlDatabase(t, { migrated: false });
  await runPostgreSql(strange, "create table invoice (id int)");
  t.regex(await shop.refused(["migrate", "--to", strange]), /belongs to another program/);

  const fresh = await postgreSqlDatabase(t);
  const key = `${generateSecretKey()}\n`;
  await mkdir(join(shop.folder, "data"));
  await writeFile(keyOf(shop, fresh), key);
  t.regex(await shop.refused(["migrate", "--to", fresh]), /^the key file .* has other keys than .*; move it away/);
  t.is(await readFile(keyOf(shop, fresh), "utf8"), key);
  t.deepEqual(await runPostgreSql(fresh, 'select * from "user"'), []);
  const own = { SECRET_KEY_FILE: join(shop.folder, "kudos.sqlite.key") };
  t.is((await move(shop, fresh, own)).key_file, own.SECRET_KEY_FILE);
  t.is(await readFile(keyOf(shop, fresh), "utf8"), key);
});

postgreSqlTest("migrate --to: a server on the target, and a target of another version, are refused", async (t) => {
  const shop = await openShop(t);
  const url = await postgreSqlDatabase(t);
  const server = await startServer(t, { environment: { DATABASE_URL: url, SECRET_KEY: generateSecretKey() } });
  t.regex(
    await shop.refused(["migrate", "--to", url]),
    /is in use by another process of Kudos; stop its servers first$/,
  );
  await server.stop();
  await runPostgreSql(url, "delete from migration where name = (select max(name) from migration)");
  t.regex(await shop.refused(["migrate", "--to", url]), /is not up to date; run kudos migrate with it as DATABASE_URL/);
  await runPostgreSql(url, "insert into migration (name) values ('20991231-later')");
  t.regex(await shop.refused(["migrate", "--to", url]), /was made by a newer version/);
});

postgreSqlTest("migrate --to: a value that PostgreSQL cannot hold is named, and nothing is moved", async (t) => {
  const shop = await openShop(t);
  const url = await postgreSqlDatabase(t);
  for (const [set, reason] of [
    ["title = 'a' || char(0)", /^table article, row with id 7: title has the character NUL, .*Nothing was moved$/],
    ["title = cast(x'61eda080' as text)", /row with id 7: title has a lone surrogate/],
    ["title = x'61'", /row with id 7: title is no text/],
    ["author = printf('%0101d', 0)", /row with id 7: author is longer than 100 characters/],
    ["created_at = 1.5", /row with id 7: created_at is no whole number/],
    ["created_at = 253402300800000", /row with id 7: created_at is a time outside/],
    ["version = 2147483648", /row with id 7: version is beyond 2147483647/],
  ] as const) {
    const [{ title, author, created_at } = {}] = shop.sql("select title, author, created_at from article where id = 7");
    shop.sql(`update article set ${set} where id = 7`);
    t.regex(await shop.refused(["migrate", "--json", "--to", url]), reason);
    shop.sql(
      `update article set title = '${title}', author = '${author}', created_at = ${created_at}, version = 1 where id = 7`,
    );
  }
  t.deepEqual(await runPostgreSql(url, 'select count(*)::int from "article"'), [{ count: 100 }]);
  // What only looks like the mark of a text that cannot be read, and signs of four bytes up to the last of their number.
  shop.sql(
    "update article set title = '\ufffd' || char(1, 127, 65279), author = replace(hex(zeroblob(50)), '0', '😀') where id = 7",
  );
  await move(shop, url);
  const [{ title, author } = {}] = await runPostgreSql(url, "select title, author from article where id = 7");
  t.deepEqual([title, author], ["\ufffd\u0001\u007f\ufeff", "😀".repeat(100)]);
});

postgreSqlTest("migrate --to: a row that leads nowhere is named by its key", async (t) => {
  const shop = await openShop(t);
  const url = await postgreSqlDatabase(t);
  shop.sql("create table note (id integer)");
  t.deepEqual((await move(shop, url)).left, ["note"]);
  const path = databaseIn(shop.folder);
  const { DatabaseSync } = await import("node:sqlite");
  const file = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  file.exec("insert into article_like (user_id, article_id, created_at) values (77, 1, 1)");
  file.close();
  const line = await shop.refused(["migrate", "--json", "--to", url]);
  t.regex(
    line,
    /refuses a row: .*article_like.*Key \(user_id\)=\(77\) is not present in table "user"\. Nothing was moved$/,
  );
  t.deepEqual(await runPostgreSql(url, "select * from article_like"), []);
});

postgreSqlTest("migrate --to: what is not read back as it was sent does not stay", async (t) => {
  const shop = await openShop(t);
  const url = await postgreSqlDatabase(t);
  const before = await onServer(shop, url);
  // Such as a rule of the operator's own.
  await runPostgreSql(
    url,
    "create function spoil() returns trigger language plpgsql as 'begin new.version := 2; return new; end'; " +
      "create trigger spoil before insert on article for each row when (new.id = 7) execute function spoil()",
  );
  const line = await shop.refused(["migrate", "--json", "--to", url]);
  t.regex(line, /^table article is not the same when it is read back \(100 rows of 100\): .*Nothing was moved$/);
  t.deepEqual(await onServer(shop, url), before);
  await t.throwsAsync(readFile(keyOf(shop, url)), { code: "ENOENT" });
});

/** A move of 150,000 likes in a process of its own, at the moment at which they begin to be sent. */
async function beginMove(t: ExecutionContext, shop: Shop, url: string) {
  const program = spawnKudos(t, shop.folder, ["migrate", "--to", url]);
  await new Promise<void>((resolve, reject) => {
    let text = "";
    program.child.stderr?.on("data", (chunk: string) => {
      text += chunk;
      if (text.includes("article: 100 of 100 rows sent")) resolve();
    });
    program.ended.then(({ stderr }) => reject(new Error(stderr)), reject);
  });
  return program;
}

postgreSqlTest(
  "migrate --to: broken off by a signal or a lost connection it has changed nothing, and goes well again",
  async (t) => {
    t.timeout(240_000);
    const shop = await openShop(t);
    shop.sql(
      "insert into user (email, created_at) with recursive n (i) as (select 1 union all select i + 1 from n where i < 1500) " +
        "select i || '@example.com', i from n",
    );
    shop.sql(
      "insert into article_like (user_id, article_id, created_at) select user.id, article.id, 1 from user, article",
    );
    const url = await postgreSqlDatabase(t, { migrated: false });
    const untouched = async () => {
      t.deepEqual(await runPostgreSql(url, 'select count(*)::int from "user"'), [{ count: 0 }]);
      t.deepEqual(await runPostgreSql(url, "select last_value::int from user_id_seq"), [{ last_value: 1 }]);
      await t.throwsAsync(readFile(keyOf(shop, url)), { code: "ENOENT" });
    };
    for (const signal of ["SIGINT", "SIGKILL"] as const) {
      const program = await beginMove(t, shop, url);
      program.child.kill(signal);
      t.is((await program.ended).signal, signal);
      await untouched();
    }
    const losing = await beginMove(t, shop, url);
    await runPostgreSql(
      url,
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'kudos migrate --to'",
    );
    const { code, stderr, stdout } = await losing.ended;
    t.deepEqual([code, stdout], [1, ""]);
    t.regex(
      stderr,
      /\nkudos: database postgresql:.* (is starting or stopping|does not answer .*; then run this again)\n$/,
    );
    await untouched();

    const told = await shop.kudos(["migrate", "--to", url]);
    t.is(told.code, 0, told.stderr);
    t.regex(told.stderr, /^article_like: 150000 of 150000 rows sent$/m);
    t.regex(told.stderr, /^article_like: 150000 of 150000 rows compared$/m);
    t.regex(told.stdout, /^article_like +150000 +[0-9a-f]{16}$/m);
    t.regex(
      told.stdout,
      /^\d+ rows of \d+ tables are in postgresql:.*: read back, each table has as many rows and the same digest/m,
    );
    t.deepEqual(await runPostgreSql(url, "select count(*)::int, sum(user_id + article_id)::int from article_like"), [
      { count: 150_000, sum: 150_000 * 801 },
    ]);
  },
);

test("migrate --to: what is no place for a move is refused before anything is opened", async (t) => {
  const shop = await openShop(t);
  const to = ["migrate", "--to"];
  t.regex(await shop.refused([...to, "sqlite:./other.sqlite"], { code: 2 }), /begins with postgresql: only$/);
  const password = "hunter2";
  const line = await shop.refused([...to, `postgresql://ada:${password}@127.0.0.1:1/kudos`]);
  t.regex(line, /^database postgresql:\/\/127\.0\.0\.1:1\/kudos does not answer/);
  t.false((await shop.refused([...to, `postgresql://ada:${password}@127.0.0.1:1/`])).includes(password));
  const environment = { DATABASE_URL: "postgresql://127.0.0.1/kudos" };
  t.regex(await shop.refused([...to, "postgresql://127.0.0.1/other"], { environment }), /on PostgreSQL already/);
  t.regex(
    await shop.refused([...to, "postgresql://127.0.0.1/x"], { environment: { DATABASE_URL: "sqlite:./no.sqlite" } }),
    /^there is no database at/,
  );
});
