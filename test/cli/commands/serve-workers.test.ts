import { execFileSync } from "node:child_process";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import { postgreSqlDatabase, postgreSqlTest } from "../../support/postgresql.ts";
import { runProgram, type StartedProgram, startProgram } from "../../support/program.ts";
import { PASSWORD } from "../../support/server.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const JSON_CONTENT = { "Content-Type": "application/json" };
const body = JSON.stringify({ email: "ada@example.com", password: PASSWORD });

/** The header of a new token. */
async function tokenOf(url: string, path: "/login" | "/register"): Promise<Record<string, string>> {
  const answer = await fetch(`${url}${path}?include_auth_token`, { method: "POST", headers: JSON_CONTENT, body });
  const { response } = (await answer.json()) as { response: { user: { authentication_token: string } } };
  return { "Authentication-Token": response.user.authentication_token };
}

/** The statuses of so many calls at once, each on a connection of its own: the workers take connections in turn. */
async function statuses(url: string, headers: Record<string, string>, count = 8): Promise<number[]> {
  const calls = Array.from({ length: count }, () =>
    // A connection that was on its way to a worker as it was killed may get no answer.
    fetch(`${url}/api/test`, { headers: { ...headers, Connection: "close" }, signal: AbortSignal.timeout(5_000) }),
  );
  return [...new Set((await Promise.all(calls)).map(({ status }) => status))];
}

/** Waits until so many workers have told that they serve. */
async function untilServing({ stdout }: StartedProgram, count: number): Promise<void> {
  while (stdout().split('"msg":"start"').length <= count) await sleep(50);
}

/** The processes that a process has started. */
function childrenOf({ child }: StartedProgram): number[] {
  const found = execFileSync("ps", ["-o", "pid=", "--ppid", String(child.pid)], { encoding: "utf8" });
  return found.split("\n").filter(Boolean).map(Number);
}

for (const [storage, declare] of [
  ["SQLite", test],
  ["PostgreSQL", postgreSqlTest],
] as const) {
  declare(
    `serve --workers 2 on ${storage}: what one ends the other refuses, and all stop together`,
    async (t: ExecutionContext) => {
      const folder = await temporaryFolder(t);
      const DATABASE_URL = storage === "SQLite" ? "sqlite:./kudos.sqlite" : await postgreSqlDatabase(t);
      const SECRET_KEY_FILE = `${folder}/key`;
      const environment = {
        DATABASE_URL,
        SECRET_KEY_FILE,
        RATE_LIMITS: "off",
        ...(storage !== "SQLite" && { SECRET_KEY }),
      };
      const program = await startProgram(t, { folder, args: ["--workers", "2"], environment });
      t.regex(program.stdout(), /^ {2}workers +2 processes$/m);
      await tokenOf(program.url, "/register");
      for (let tries = 0; tries < 20; tries += 1) {
        const headers = await tokenOf(program.url, "/login");
        t.deepEqual(await statuses(program.url, headers), [200]);
        t.is((await fetch(`${program.url}/logout`, { method: "POST", headers })).status, 200);
        t.deepEqual(await statuses(program.url, headers), [401]);
      }
      program.child.kill("SIGTERM");
      const { code, stderr } = await program.ended;
      t.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    },
  );
}

const SECRET_KEY = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTEyMzQ";

test("serve --workers 2: one that is killed is replaced, and the others go on", async (t) => {
  const folder = await temporaryFolder(t);
  const environment = { DATABASE_URL: "sqlite:./kudos.sqlite" };
  const program = await startProgram(t, { folder, args: ["--workers=2"], environment });
  const headers = await tokenOf(program.url, "/register");
  // Of PORT=0 another port is made once nobody listens at the first: the other one has to.
  await untilServing(program, 2);
  const [first] = childrenOf(program) as [number];
  process.kill(first, "SIGKILL");
  // A connection that was handed to the killed one ends with it.
  const answer = async () => (await statuses(program.url, headers, 1).catch(() => [0]))[0];
  while ((await answer()) !== 200) await sleep(50);
  while (childrenOf(program).length < 2) await sleep(50);
  t.false(childrenOf(program).includes(first));
  program.child.kill("SIGTERM");
  const { code, stderr } = await program.ended;
  t.deepEqual({ code, stderr }, { code: 0, stderr: "kudos: a worker has ended (SIGKILL); another one starts\n" });
});

test("serve --workers 3: stopped while two of them are still starting, it ends well", async (t) => {
  const folder = await temporaryFolder(t);
  const environment = { DATABASE_URL: "sqlite:./kudos.sqlite" };
  const program = await startProgram(t, { folder, args: ["--workers=3"], environment });
  while (childrenOf(program).length < 3) await sleep(10);
  program.child.kill("SIGTERM");
  const { code, stderr } = await program.ended;
  t.deepEqual({ code, stderr }, { code: 0, stderr: "" });
});

test("serve --workers 2: one that fails at its start is tried again, and meanwhile the first serves alone", async (t) => {
  const folder = await temporaryFolder(t);
  // The second worker has its measurements at the port after that of the first.
  const taken = createServer();
  let port = 0;
  for (let tries = 0; port === 0; tries += 1) {
    await new Promise<void>((resolve) => void taken.listen(0, "127.0.0.1", resolve));
    const { port: next } = taken.address() as AddressInfo;
    const below = createServer();
    const free = await new Promise<boolean>((resolve) => {
      below.once("error", () => resolve(false)).listen(next - 1, "127.0.0.1", () => resolve(true));
    });
    if (free) {
      port = next - 1;
      await new Promise((resolve) => below.close(resolve));
    } else await new Promise((resolve) => taken.close(resolve));
    if (tries > 20) throw new Error("There are no two ports in a row.");
  }
  t.teardown(() => taken.close());
  const environment = { DATABASE_URL: "sqlite:./kudos.sqlite", METRICS_PORT: String(port) };
  const program = await startProgram(t, { folder, args: ["--workers=2"], environment });
  const headers = await tokenOf(program.url, "/register");
  while (!program.stderr().includes("at its start")) await sleep(50);
  t.deepEqual(await statuses(program.url, headers), [200]);
  await new Promise((resolve) => taken.close(resolve));
  const metrics = async () => (await fetch(`http://127.0.0.1:${port + 1}/metrics`).catch(() => null))?.status;
  while ((await metrics()) !== 200) await sleep(100);
  t.is(childrenOf(program).length, 2);
  t.deepEqual(await statuses(program.url, headers), [200]);
  program.child.kill("SIGTERM");
  const { code, stderr } = await program.ended;
  t.is(code, 0);
  t.regex(stderr, /METRICS_PORT=\d+ cannot be listened at/);
  t.regex(stderr, /^kudos: a worker has ended \(at its start\); another one starts$/m);
});

test("serve --workers 2: the others end when the first process is killed", async (t) => {
  const folder = await temporaryFolder(t);
  const program = await startProgram(t, {
    folder,
    args: ["--workers=2"],
    environment: { DATABASE_URL: "sqlite:./kudos.sqlite" },
  });
  while (childrenOf(program).length < 2) await sleep(50);
  const workers = childrenOf(program);
  program.child.kill("SIGKILL");
  await program.ended;
  const isAlive = (pid: number) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  while (workers.some(isAlive)) await sleep(50);
  t.pass();
});

for (const [args, environment, message, code] of [
  [["--workers", "2"], { DATABASE_URL: "sqlite::memory:" }, /a database in memory has one process/, 1],
  [["--workers", "2"], { HOST: "./socket" }, /a Unix socket has one process/, 1],
  [["--workers", "0"], {}, /--workers 0 is not understood/, 2],
  [["--workers", "two"], {}, /--workers two is not understood/, 2],
  [["--workers", "2"], { DATABASE_URL: "sqlite:./no/where/kudos.sqlite" }, /no\/where/, 1],
] as const) {
  test(`serve ${args.join(" ")} with ${JSON.stringify(environment)}: ${code}, with one line`, async (t) => {
    const folder = await temporaryFolder(t);
    const { ended } = runProgram(t, { folder, args, environment });
    const { stderr, code: exit } = await ended;
    t.is(exit, code);
    t.regex(stderr, message);
    t.regex(stderr, /^kudos: [^\n]*\n$/);
  });
}
