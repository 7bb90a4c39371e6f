import { copyFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import { endSharedProcess } from "../../support/command-process.ts";
import { createUser, openShop, type Shop } from "../../support/kudos.ts";
import { databaseIn } from "../../support/migrated-database.ts";
import { runProgram, type StartedProgram, startProgram } from "../../support/program.ts";
import { PASSWORD } from "../../support/server.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

test.after.always(endSharedProcess);

const JSON_CONTENT = { "Content-Type": "application/json" };

function serve(t: ExecutionContext, folder: string): Promise<StartedProgram> {
  return startProgram(t, { folder, environment: { DATABASE_URL: "sqlite:./kudos.sqlite", RATE_LIMITS: "off" } });
}

async function register({ url }: StartedProgram, name: string): Promise<string> {
  const body = JSON.stringify({ email: `${name}@example.com`, password: PASSWORD });
  const response = await fetch(`${url}/register?include_auth_token`, { method: "POST", headers: JSON_CONTENT, body });
  const { response: content } = (await response.json()) as { response: { user: { authentication_token: string } } };
  return content.user.authentication_token;
}

const statusOf = async ({ url }: StartedProgram, token: string): Promise<number> =>
  (await fetch(`${url}/api/test`, { headers: { "Authentication-Token": token } })).status;

async function end({ child, ended }: StartedProgram, signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
  child.kill(signal);
  await ended;
}

const usersIn = ({ sql }: Pick<Shop, "sql">) => sql("select count(*) as users from user")[0]?.users;

test("backup: a whole copy of a database that is served, with its key, from which a server starts", async (t) => {
  const shop = await openShop(t);
  const server = await serve(t, shop.folder);
  const token = await register(server, "ada");
  const file = join(shop.folder, "copy.sqlite");
  t.deepEqual(await shop.json(["backup", "copy.sqlite"]), {
    database: databaseIn(shop.folder),
    file,
    key_file: `${file}.key`,
  });
  for (const path of [file, `${file}.key`]) t.is((await stat(path)).mode & 0o777, 0o600);
  const late = await register(server, "late");
  await end(server);

  const restored = await openShop(t, { migrated: false });
  await copyFile(file, databaseIn(restored.folder));
  await copyFile(`${file}.key`, `${databaseIn(restored.folder)}.key`);
  const again = await serve(t, restored.folder);
  for (const ended of [token, late]) t.is(await statusOf(again, ended), 401);
  const body = JSON.stringify({ email: "ada@example.com", password: PASSWORD });
  t.is((await fetch(`${again.url}/login`, { method: "POST", headers: JSON_CONTENT, body })).status, 200);
  t.regex(again.stdout(), /"level":40.*this is a backup: all access of its 1 users has ended/);
  t.notRegex(again.stdout(), /log of this database is missing/);
  await end(again);
  t.is(usersIn(restored), 1);
});

test("backup: what is there already is not overwritten, and nothing unfinished is left", async (t) => {
  const shop = await openShop(t);
  await createUser(shop);
  await writeFile(join(shop.folder, "a.sqlite"), "mine");
  await writeFile(join(shop.folder, "b.sqlite.key"), "mine");
  for (const name of ["a.sqlite", "b.sqlite", "kudos.sqlite"]) {
    t.regex(await shop.refused(["backup", name]), /is there already; choose another FILE$/);
  }
  t.regex(await shop.refused(["backup", "missing/x.sqlite"]), /cannot be opened/);
  t.regex(await shop.refused(["backup"], { code: 2 }), /needs FILE/);
  t.deepEqual(
    (await readdir(shop.folder)).filter((name) => /unfinished|^b\.sqlite$|-wal|-shm|journal/.test(name)),
    [],
  );
  await shop.json(["backup", "it's ? one.sqlite"]);
  t.true((await stat(join(shop.folder, "it's ? one.sqlite"))).size > 0);
  const environment = { SECRET_KEY: "A".repeat(43) };
  t.like(await shop.json(["backup", "no-key.sqlite"], { environment }), { key_file: null });
  t.regex((await shop.quickly(["backup", "--help"])).stdout, /To restore: stop the servers; kudos restore FILE/);

  const empty = await openShop(t, { migrated: false });
  t.regex(await empty.refused(["backup", "x.sqlite"]), /^there is no database at /);
  t.deepEqual(await readdir(empty.folder), []);
});

test("a start on a copy that was made beside the log says that the log is missing; one after an end does not", async (t) => {
  const shop = await openShop(t);
  const server = await serve(t, shop.folder);
  for (const name of ["ada", "bob", "zoe"]) await register(server, name);
  const copied = await openShop(t, { migrated: false });
  for (const ending of ["", ".key"]) {
    await copyFile(databaseIn(shop.folder) + ending, databaseIn(copied.folder) + ending);
  }
  await end(server);
  t.deepEqual((await readdir(shop.folder)).toSorted(), ["kudos.sqlite", "kudos.sqlite.key"]);
  const whole = await serve(t, shop.folder);
  t.notRegex(whole.stdout(), /is missing/);
  await end(whole);
  t.is(usersIn(shop), 3);

  const { stderr } = await shop.quickly(["users", "list"], {
    environment: { DATABASE_URL: `sqlite:${databaseIn(copied.folder)}` },
  });
  t.regex(stderr, /^kudos: \/.*kudos\.sqlite: the log of this database is missing.*kudos backup/);
});

test("a start on a copy says that the log is missing, and goes on", async (t) => {
  const shop = await openShop(t);
  const server = await serve(t, shop.folder);
  await register(server, "ada");
  const folder = await temporaryFolder(t);
  for (const ending of ["", ".key"]) await copyFile(databaseIn(shop.folder) + ending, databaseIn(folder) + ending);
  const started = await serve(t, folder);
  t.regex(started.stdout(), /"level":40.*the log of this database is missing/);
  await end(started);
  const again = await serve(t, folder);
  t.notRegex(again.stdout(), /is missing/);
});

test("after a kill the log is read, and nothing is missing", async (t) => {
  const shop = await openShop(t);
  const server = await serve(t, shop.folder);
  const token = await register(server, "ada");
  await end(server, "SIGKILL");
  t.true((await stat(`${databaseIn(shop.folder)}-wal`)).size > 0);
  const again = await serve(t, shop.folder);
  t.is(await statusOf(again, token), 200);
  t.notRegex(again.stdout(), /is missing/);
});

test("a backup beside the log of a crash is refused, changes nothing, and starts without that log", async (t) => {
  const shop = await openShop(t);
  await createUser(shop);
  await shop.json(["backup", "copy.sqlite"]);
  const path = databaseIn(shop.folder);
  const server = await serve(t, shop.folder);
  for (let index = 0; index < 5; index += 1) await register(server, `late-${index}`);
  await end(server, "SIGKILL");
  await copyFile(join(shop.folder, "copy.sqlite"), path);
  for (const args of [["users", "list"], ["migrate"]]) t.regex(await shop.refused(args), /does not fit the log/);
  const { code, stderr } = await runProgram(t, {
    folder: shop.folder,
    environment: { DATABASE_URL: "sqlite:./kudos.sqlite" },
  }).ended;
  t.is(code, 1);
  t.regex(stderr, /^kudos: database \/.*kudos\.sqlite does not fit the log .*-wal beside it[^\n]*delete[^\n]*\n$/);
  await Promise.all(["-wal", "-shm"].map((ending) => rm(path + ending, { force: true })));
  const restored = await serve(t, shop.folder);
  t.notRegex(restored.stdout(), /is missing/);
  await end(restored);
  t.is(usersIn(shop), 1);
});

test("a plain copy beside the log of a later crash is refused where the two do not fit", async (t) => {
  const shop = await openShop(t);
  const path = databaseIn(shop.folder);
  const server = await serve(t, shop.folder);
  const old = join(shop.folder, "plain.copy");
  await copyFile(path, old);
  // The log is written into the file and begun anew, so that it lacks what was changed before.
  for (let round = 0; round < 4; round += 1) {
    shop.sql(
      "with recursive n(i) as (select 1 union all select i + 1 from n where i < 3000) " +
        "insert into article (title, author, created_at) select hex(randomblob(80)), 'Ada', i from n",
    );
    shop.sql("pragma wal_checkpoint(restart)");
  }
  await register(server, "ada");
  await sleep(50);
  await end(server, "SIGKILL");
  await copyFile(old, path);
  const { code, stderr } = await runProgram(t, {
    folder: shop.folder,
    environment: { DATABASE_URL: "sqlite:./kudos.sqlite" },
  }).ended;
  t.is(code, 1, stderr);
  t.regex(stderr, /does not fit the log/);
});
