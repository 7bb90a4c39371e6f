import { chown, copyFile, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { endSharedProcess } from "../../support/command-process.ts";
import { createUser, eventsOf, openShop, type Shop } from "../../support/kudos.ts";
import { databaseIn } from "../../support/migrated-database.ts";
import { type StartedProgram, startProgram } from "../../support/program.ts";
import { PASSWORD } from "../../support/server.ts";
import { runSql } from "../../support/sqlite.ts";

test.after.always(endSharedProcess);

const JSON_CONTENT = { "Content-Type": "application/json" };

function serve(t: ExecutionContext, { folder }: Shop): Promise<StartedProgram> {
  return startProgram(t, { folder, environment: { DATABASE_URL: "sqlite:./kudos.sqlite", RATE_LIMITS: "off" } });
}

async function end({ child, ended }: StartedProgram): Promise<void> {
  child.kill("SIGTERM");
  await ended;
}

/** Registers or signs in; resolves to a token, and to the status where there is none. */
async function enter({ url }: StartedProgram, path: "/register" | "/login", name = "ada"): Promise<string> {
  const body = JSON.stringify({ email: `${name}@example.com`, password: PASSWORD });
  const response = await fetch(`${url}${path}?include_auth_token`, { method: "POST", headers: JSON_CONTENT, body });
  const { response: content } = (await response.json()) as { response: { user?: { authentication_token: string } } };
  return content.user?.authentication_token ?? String(response.status);
}

const statusOf = async ({ url }: StartedProgram, token: string): Promise<number> =>
  (await fetch(`${url}/api/test`, { headers: { "Authentication-Token": token } })).status;

const signOut = ({ url }: StartedProgram, token: string) =>
  fetch(`${url}/logout`, { method: "POST", headers: { "Authentication-Token": token } });

/** A shop with a backup: a token that was ended after it, one that lives on, and one that was made after it. */
async function backedUp(t: ExecutionContext) {
  const shop = await openShop(t);
  const server = await serve(t, shop);
  const revoked = await enter(server, "/register");
  const alive = await enter(server, "/login");
  await shop.json(["backup", "copy.sqlite"]);
  await signOut(server, revoked);
  const late = await enter(server, "/login");
  return { shop, server, revoked, alive, late, path: databaseIn(shop.folder), copy: join(shop.folder, "copy.sqlite") };
}

test("restore: no token works, those of the backup, those ended since and those made since alike; passwords do", async (t) => {
  const { shop, server, revoked, alive, late, path, copy } = await backedUp(t);
  t.regex(await shop.refused(["restore", "copy.sqlite"]), /is in use; stop its servers first$/);
  t.is(await statusOf(server, alive), 200);
  await end(server);
  const done = await shop.json<{ access: string; moved_aside: string[] }>(["restore", "copy.sqlite"]);
  t.like(done, { database: path, file: copy, key_file: `${path}.key`, access: "ended" });
  t.is(done.moved_aside.length, 1, "the key file stays: it has the keys of the backup");
  t.regex(done.moved_aside[0] ?? "", /kudos\.sqlite\.before-[\dTZ-]+$/);
  const { mode, uid } = await stat(path);
  t.deepEqual([mode & 0o777, uid], [0o600, (await stat(done.moved_aside[0] ?? "")).uid]);
  const again = await serve(t, shop);
  for (const token of [revoked, alive, late]) t.is(await statusOf(again, token), 401);
  t.is(await statusOf(again, await enter(again, "/login")), 200);
  await end(again);
  t.is((await eventsOf(shop, 1)).filter((event) => event === "access_reset restore by cli").length, 1);
  const [change] = shop.sql('select id, user_id, credential, ends from "principal_change" where user_id is null');
  t.like(change, { credential: null, ends: 1 });
  t.true(Number(change?.id) >= 1_000_000);
  t.is(runSql(done.moved_aside[0] ?? "", "select count(*) as n from access_token")[0]?.n, 2, "what was there is kept");
  t.deepEqual(
    (await readdir(shop.folder)).filter((name) => /unfinished|-wal|-shm/.test(name)),
    [],
  );
});

test("restore --keep-access: tokens of the backup work, also the one that was ended since", async (t) => {
  const { shop, server, revoked, alive, late } = await backedUp(t);
  await end(server);
  t.like(await shop.json(["restore", "copy.sqlite", "--keep-access"]), { access: "kept" });
  const again = await serve(t, shop);
  t.deepEqual(await Promise.all([revoked, alive, late].map((token) => statusOf(again, token))), [200, 200, 401]);
});

test("restore: mailed links, codes and waiting messages of the backup are gone, and second factors stay", async (t) => {
  const shop = await openShop(t);
  const id = await createUser(shop);
  shop.sql(
    `insert into outgoing_message (id, channel, content, created_at, due_at, expires_at, attempts)
     values ('${"a".repeat(22)}', 'mail', 'x', 1, 1, 9999999999999, 0)`,
  );
  shop.sql(
    `insert into session (id, user_id, generation, digest, key_id, name, created_at, expires_at, authenticated_at, amr)
     values ('${"a".repeat(22)}', ${id}, 0, 'x', 'k', 'x', 1, 9999999999999, 1, 'pwd')`,
  );
  const [before] = shop.sql("select generation, password_hash from user");
  await shop.json(["backup", "copy.sqlite"]);
  await shop.json(["restore", "copy.sqlite"]);
  for (const table of ["outgoing_message", "session", "access_token", "mailed_secret"]) {
    t.is(shop.sql(`select count(*) as n from "${table}"`)[0]?.n, 0, table);
  }
  const [after] = shop.sql("select generation, password_hash from user");
  t.is(after?.password_hash, before?.password_hash);
  t.is(after?.generation, Number(before?.generation) + 1);
  t.is(shop.sql("pragma application_id")[0]?.application_id, 0);
});

test("restore: a backup of a version without the mark, into an empty place, over a damaged database, with another key", async (t) => {
  const shop = await openShop(t);
  await createUser(shop);
  await shop.json(["backup", "copy.sqlite"]);
  const copy = join(shop.folder, "copy.sqlite");
  runSql(copy, "pragma application_id = 0");

  const empty = await openShop(t, { migrated: false });
  t.like(await empty.json(["restore", copy]), { access: "ended", moved_aside: [] });
  t.is(empty.sql("select generation from user")[0]?.generation, 1);
  t.is(await readFile(`${databaseIn(empty.folder)}.key`, "utf8"), await readFile(`${copy}.key`, "utf8"));

  const other = await openShop(t);
  await writeFile(databaseIn(other.folder), "no database at all, but long enough to be looked at as one".repeat(100));
  await writeFile(`${databaseIn(other.folder)}.key`, `${"B".repeat(43)}\n`);
  const { moved_aside: moved } = await other.json<{ moved_aside: string[] }>(["restore", copy]);
  t.deepEqual(
    moved.map((name) => name.replace(/.*\//, "").replace(/-[\dTZ-]+$/, "")),
    ["kudos.sqlite.key.before", "kudos.sqlite.before"],
  );
  t.is((await other.quickly(["users", "list"])).code, 0);
});

test("restore: what is no backup is refused with one line, and changes nothing", async (t) => {
  const shop = await openShop(t);
  await createUser(shop);
  const names = (await readdir(shop.folder)).toSorted();
  t.regex(await shop.refused(["restore", "missing.sqlite"]), /^there is no .*missing\.sqlite; name a file/);
  await writeFile(join(shop.folder, "text"), "hunter2 ".repeat(1_000));
  t.regex(await shop.refused(["restore", "text"]), /is not a SQLite database; choose another FILE$/);
  runSql(join(shop.folder, "other.sqlite"), "create table other (id integer)");
  t.regex(
    await shop.refused(["restore", "other.sqlite"]),
    /other\.sqlite belongs to another program; choose another FILE$/,
  );
  await copyFile(databaseIn(shop.folder), join(shop.folder, "newer.sqlite"));
  runSql(join(shop.folder, "newer.sqlite"), "insert into migration (name, executed_at) values ('29991231-later', 1)");
  t.regex(await shop.refused(["restore", "newer.sqlite"]), /was made by a newer version/);
  await shop.json(["backup", "copy.sqlite"]);
  await rm(join(shop.folder, "copy.sqlite.key"));
  await rm(`${databaseIn(shop.folder)}.key`);
  t.regex(await shop.refused(["restore", "copy.sqlite"]), /^there is neither .*copy\.sqlite\.key nor /);
  const memory = { environment: { DATABASE_URL: "sqlite::memory:" } };
  t.regex(await shop.refused(["restore", "copy.sqlite"], memory), /a database in memory has no place/);
  t.is(shop.sql("select count(*) as users from user")[0]?.users, 1);
  const made = ["copy.sqlite", "newer.sqlite", "other.sqlite", "text"];
  t.deepEqual(
    (await readdir(shop.folder)).toSorted(),
    [...names, ...made].filter((name) => !name.endsWith(".key")).toSorted(),
  );
});

const isRoot = process.getuid?.() === 0;

(isRoot ? test : test.skip)("restore: by root, the files belong to the user whose database it was", async (t) => {
  const shop = await openShop(t);
  await createUser(shop);
  await shop.json(["backup", "copy.sqlite"]);
  const path = databaseIn(shop.folder);
  await writeFile(`${path}.key`, `${"B".repeat(43)}\n`);
  for (const name of [path, `${path}.key`]) await chown(name, 12_345, 12_345);
  await shop.json(["restore", "copy.sqlite"]);
  for (const name of [path, `${path}.key`]) {
    const { uid, gid, mode } = await stat(name);
    t.deepEqual([uid, gid, mode & 0o777], [12_345, 12_345, 0o600], name);
  }
});
