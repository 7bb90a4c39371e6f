import { spawn, spawnSync } from "node:child_process";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import { CLI, createUser, openShop, SETTINGS } from "../../support/kudos.ts";
import { databaseIn, placeMigratedDatabase } from "../../support/migrated-database.ts";
import { holdDatabase } from "../../support/other-process.ts";
import { type Ended, observe, type Program, startProgram, surroundings } from "../../support/program.ts";
import { PASSWORD } from "../../support/server.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** The end of a program, within twenty seconds. */
async function endOf(t: ExecutionContext, { child, ended }: Program): Promise<Ended> {
  const watchdog = setTimeout(() => child.kill("SIGKILL"), 20_000);
  const end = await ended;
  clearTimeout(watchdog);
  t.is(end.signal, null, "it did not end by itself");
  return end;
}

/** Whether this user may start a process as process 1 of a namespace of its own (unshare(1)). */
const mayUnshare = spawnSync("unshare", ["--pid", "--fork", "true"]).status === 0;

for (const delay of [200, 700, 1_500]) {
  const title = `process 1 that gets SIGTERM ${delay} ms after its start stops, with 0`;
  (mayUnshare ? test.serial : test.serial.skip)(title, async (t) => {
    const folder = await temporaryFolder(t);
    await placeMigratedDatabase(folder);
    const child = spawn("unshare", ["--pid", "--fork", "--kill-child", process.execPath, CLI, "serve"], {
      cwd: folder,
      env: { ...surroundings(), ...SETTINGS, PORT: "0" },
    });
    t.teardown(() => child.kill("SIGKILL"));
    const program = observe(child);
    await sleep(delay);
    const inner = Number(spawnSync("pgrep", ["-P", String(child.pid)], { encoding: "utf8" }).stdout);
    // Node takes some time until it runs a line of the program, and a signal before that is lost: it is sent again, once a second.
    const terminate = () => spawnSync("kill", ["-TERM", String(inner)]);
    const again = setInterval(terminate, 1_000);
    t.teardown(() => clearInterval(again));
    terminate();
    const { code, stderr } = await endOf(t, program);
    clearInterval(again);
    t.is(stderr, "");
    t.is(code, 0);
  });
}

test.serial("SIGTERM while the server starts ends it, with 0 and no word", async (t) => {
  const folder = await temporaryFolder(t);
  for (const delay of [600, 1_000]) {
    const child = spawn(process.execPath, [CLI, "serve"], {
      cwd: folder,
      env: { ...surroundings(), ...SETTINGS, PORT: "0" },
    });
    t.teardown(() => child.kill("SIGKILL"));
    const program = observe(child);
    await sleep(delay);
    child.kill("SIGTERM");
    const { code, signal, stderr } = await program.ended;
    t.is(stderr, "");
    t.true(code === 0 || signal === "SIGTERM");
  }
});

for (const signal of ["SIGTERM", "SIGHUP"] as const) {
  test(`${signal} while another process holds the write lock: 0, and one line says what could not be written`, async (t) => {
    const shop = await openShop(t);
    await createUser(shop);
    const path = databaseIn(shop.folder);
    const program = await startProgram(t, { folder: shop.folder, environment: { DATABASE_URL: `sqlite:${path}` } });
    const login = await fetch(`${program.url}/login?include_auth_token`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ email: "ada@example.com", password: PASSWORD }),
    });
    const token = JSON.parse(await login.text()).response.user.authentication_token;
    t.is((await fetch(`${program.url}/api/test`, { headers: { "Authentication-Token": token } })).status, 200);
    const letGo = await holdDatabase(t, path, "begin immediate");
    program.child.kill(signal);
    const { code, stdout, stderr } = await endOf(t, program);
    t.is(code, 0, stderr);
    t.is(stderr, "");
    t.is(stdout.split("\n").filter((line) => line.includes('"msg":"usage"')).length, 1);
    t.notRegex(stdout, /"level":60/);
    await letGo();
  });
}

test("SIGHUP finishes what is under way, and stores the last uses", async (t) => {
  const shop = await openShop(t);
  await createUser(shop);
  const path = databaseIn(shop.folder);
  const environment = { DATABASE_URL: `sqlite:${path}`, PASSWORD_COST: "ln=14,r=8,p=1" };
  const program = await startProgram(t, { folder: shop.folder, environment });
  const login = fetch(`${program.url}/login?include_auth_token`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email: "ada@example.com", password: PASSWORD }),
  });
  await sleep(50);
  program.child.kill("SIGHUP");
  t.is((await login).status, 200);
  const { code, stderr } = await endOf(t, program);
  t.is(code, 0, stderr);
  const database = new DatabaseSync(path, { readOnly: true });
  t.is(database.prepare("select count(*) as tokens from access_token").get()?.tokens, 1);
  database.close();
});
