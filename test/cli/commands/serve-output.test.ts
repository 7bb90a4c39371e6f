import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import { CLI, createUser, openShop, SETTINGS, spawnKudos } from "../../support/kudos.ts";
import { databaseIn, placeMigratedDatabase } from "../../support/migrated-database.ts";
import { freePort } from "../../support/open-socket.ts";
import { observe, surroundings } from "../../support/program.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** A started program, its standard error, and its address once it answers. */
async function serve(t: ExecutionContext, stdout: number | "pipe", use: (child: ChildProcess) => void = () => {}) {
  const folder = await temporaryFolder(t);
  await placeMigratedDatabase(folder);
  const port = await freePort();
  const stdio: StdioOptions = ["ignore", stdout, "pipe"];
  const environment = {
    ...surroundings(),
    ...SETTINGS,
    PORT: String(port),
    DATABASE_URL: `sqlite:${databaseIn(folder)}`,
  };
  const child = spawn(process.execPath, [CLI, "serve"], { cwd: folder, env: environment, stdio });
  t.teardown(() => child.kill("SIGKILL"));
  use(child);
  let stderr = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const exit = once(child, "exit");
  const url = `http://127.0.0.1:${port}`;
  const live = () => fetch(`${url}/health/live`, { signal: AbortSignal.timeout(2_000) }).then(({ status }) => status);
  for (let round = 0; round < 300 && child.exitCode === null; round += 1) {
    if ((await live().catch(() => 0)) === 200) break;
    await sleep(50);
  }
  return { live, exit, child, stderr: () => stderr };
}

type Served = Awaited<ReturnType<typeof serve>>;

/** Sends a thousand requests, or more, then SIGTERM; the program must answer all and end by itself, with 0. */
async function useAndStop(t: ExecutionContext, { live, exit, child }: Served, requests = 1_000): Promise<void> {
  for (let round = 0; round < requests / 50; round += 1) {
    t.deepEqual(new Set(await Promise.all(Array.from({ length: 50 }, live))), new Set([200]));
  }
  await sleep(200);
  t.is(await live(), 200);
  const watchdog = setTimeout(() => child.kill("SIGKILL"), 10_000);
  child.kill("SIGTERM");
  t.deepEqual(await exit, [0, null]);
  clearTimeout(watchdog);
}

const ONCE = (reason: string) =>
  new RegExp(
    `^kudos: the log cannot be written \\(${reason}\\); its lines are dropped until it can\nkudos: \\d+ lines of the log could not be written\n$`,
  );

test("a server whose standard output is a full disk serves, says so once, and stops", async (t) => {
  const full = openSync("/dev/full", "w");
  const program = await serve(t, full);
  closeSync(full);
  await useAndStop(t, program);
  t.regex(program.stderr(), ONCE("ENOSPC"));
});

test("a server whose reader has gone serves, says so once, and stops", async (t) => {
  const program = await serve(t, "pipe", ({ stdout }) => stdout?.destroy());
  await useAndStop(t, program);
  t.regex(program.stderr(), ONCE("EPIPE"));
});

test("a server whose pipe nobody reads serves and stops", async (t) => {
  const program = await serve(t, "pipe");
  // The lines of 1,000 requests may fit into what the system and the reader's process keep for a pipe: some 270 kB.
  await useAndStop(t, program, 5_000);
  t.regex(program.stderr(), /^kudos: \d+ lines of the log could not be written\n$/);
});

test("a server whose standard output and standard error are both a full disk serves and stops", async (t) => {
  const full = openSync("/dev/full", "w");
  const folder = await temporaryFolder(t);
  await placeMigratedDatabase(folder);
  const port = await freePort();
  const child = spawn(process.execPath, [CLI, "serve"], {
    cwd: folder,
    env: { ...surroundings(), ...SETTINGS, PORT: String(port) },
    stdio: ["ignore", full, full],
  });
  closeSync(full);
  t.teardown(() => child.kill("SIGKILL"));
  const exit = once(child, "exit");
  const live = () => fetch(`http://127.0.0.1:${port}/health/live`).then(({ status }) => status);
  for (let round = 0; round < 300 && (await live().catch(() => 0)) !== 200; round += 1) await sleep(50);
  await useAndStop(t, { live, exit, child, stderr: () => "" });
});

for (const args of [["roles", "list", "--json"], ["roles", "list"], ["--help"], ["serve", "--help"]]) {
  test(`kudos ${args.join(" ")}: one line and exit code 1 when standard output is a full disk, 0 when its reader has gone`, async (t) => {
    const folder = await temporaryFolder(t);
    await placeMigratedDatabase(folder);
    const full = openSync("/dev/full", "w");
    const child = spawn(process.execPath, [CLI, ...args], {
      cwd: folder,
      env: { ...surroundings(), ...SETTINGS },
      stdio: ["ignore", full, "pipe"],
    });
    closeSync(full);
    t.like(await observe(child).ended, {
      code: 1,
      stderr: "kudos: standard output cannot be written (ENOSPC); the work itself is done\n",
    });
    const gone = spawnKudos(t, folder, args);
    gone.child.stdout?.destroy();
    t.like(await gone.ended, { code: 0, stderr: "" });
  });
}

test("kudos roles grant: what is done stays done and is told, when its event cannot be written to standard error", async (t) => {
  const shop = await openShop(t);
  const id = await createUser(shop);
  const full = openSync("/dev/full", "w");
  const child = spawn(process.execPath, [CLI, "roles", "grant", "ada@example.com", "author"], {
    cwd: shop.folder,
    env: { ...surroundings(), ...SETTINGS },
    stdio: ["ignore", "pipe", full],
  });
  closeSync(full);
  const { code, stdout } = await observe(child).ended;
  t.is(code, 0);
  t.regex(stdout, /author/);
  t.deepEqual(shop.sql(`select count(*) as roles from user_role where user_id = ${id}`), [{ roles: 1 }]);
});

test("kudos --help: exit code 1 when a full disk cuts the output short", async (t) => {
  const file = openSync(join(await temporaryFolder(t), "help"), "w");
  const limited = ["--fsize=100:100", process.execPath, CLI, "--help"];
  const child = spawn("prlimit", limited, { env: surroundings(), stdio: ["ignore", file, "pipe"] });
  closeSync(file);
  const { code, stderr } = await observe(child).ended;
  t.is(code, 1);
  t.regex(stderr, /standard output cannot be written \(EFBIG\)/);
});
