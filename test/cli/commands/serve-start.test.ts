import { spawn } from "node:child_process";
import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import test, { type ExecutionContext } from "ava";
import { endSharedProcess, runInSharedProcess } from "../../support/command-process.ts";
import { CLI } from "../../support/kudos.ts";
import { databaseIn, placeMigratedDatabase } from "../../support/migrated-database.ts";
import { holdDatabase } from "../../support/other-process.ts";
import {
  type Ended,
  observe,
  type ProgramOptions,
  runProgram,
  startProgram,
  surroundings,
} from "../../support/program.ts";
import { CHEAP, PASSWORD, signUp, startServer, type TestServer } from "../../support/server.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

test.after.always(endSharedProcess);

const FILE = { DATABASE_URL: "sqlite:./kudos.sqlite" };
const JSON_CONTENT = { "Content-Type": "application/json" };

/** Runs a program that must not start; resolves to the lines of its standard error. */
async function refused(t: ExecutionContext, options: ProgramOptions): Promise<string[]> {
  const program = runProgram(t, options);
  // A program that starts after all is killed: it would run on.
  program.child.stdout?.once("data", () => program.child.kill());
  return oneRefusal(t, await program.ended);
}

/** Runs `serve`, which must be refused, in the process that commands share; resolves to the lines of its standard error. */
async function refusedQuickly(t: ExecutionContext, { folder, environment }: ProgramOptions): Promise<string[]> {
  const quick = { PORT: "0", PASSWORD_COST: CHEAP };
  return oneRefusal(
    t,
    await runInSharedProcess({ args: ["serve"], folder, environment: { ...quick, ...environment } }),
  );
}

function oneRefusal(t: ExecutionContext, { code, stdout, stderr }: Omit<Ended, "signal">): string[] {
  t.is(code, 1, stdout);
  t.is(stdout, "");
  t.notRegex(stderr, /^\s+at /m);
  return stderr.trimEnd().split("\n");
}

test("the first start makes the database and its key and says where to go; the second one keeps both", async (t) => {
  const folder = await temporaryFolder(t);
  const first = await startProgram(t, { folder });
  const file = join(folder, "data", "kudos.sqlite");
  const site = first.url;
  t.regex(site, /^http:\/\/localhost:\d+$/, "where a browser has the links of mails, and passkeys");
  for (const expected of [file, `${file}.key`, `${site}/docs`, `${site}/register`, `at ${site},`, "Ctrl-C"]) {
    t.true(first.stdout().includes(expected), first.stdout());
  }
  const line =
    first
      .stdout()
      .split("\n")
      .find((text) => text.endsWith('"msg":"start"}')) ?? "{}";
  const { mode, database, address, limits, version } = JSON.parse(line);
  t.deepEqual([mode, database], ["development", "sqlite"]);
  t.is(address, first.url.replace("localhost", "127.0.0.1"));
  t.regex(limits, /^RATE_LIMIT_ACCOUNT_ADDRESS=10\/15m /);
  t.regex(version, /^\d+\.\d+\.\d+$/);
  t.is((await fetch(`${first.url}/docs`)).status, 200);
  const registration = await fetch(`${first.url}/register?include_auth_token`, {
    method: "POST",
    headers: JSON_CONTENT,
    body: JSON.stringify({ email: "ada@example.com", password: PASSWORD }),
  });
  const { authentication_token: token } = JSON.parse(await registration.text()).response.user;
  const headers = { "Authentication-Token": token };
  const like = await fetch(`${first.url}/api/articles/7/likes`, { method: "POST", headers });
  t.is(like.status, 201);
  const liked = await like.text();
  first.child.kill("SIGTERM");
  t.is((await first.ended).code, 0);
  t.deepEqual((await readdir(join(folder, "data"))).toSorted(), ["kudos.sqlite", "kudos.sqlite.key"]);
  for (const path of [file, `${file}.key`]) t.is((await stat(path)).mode & 0o777, 0o600, path);
  const key = await readFile(`${file}.key`);

  const second = await startProgram(t, { folder });
  const again = await fetch(`${second.url}/api/articles/7/likes`, { method: "POST", headers });
  t.is(again.status, 200);
  t.is(await again.text(), liked);
  t.deepEqual(await readFile(`${file}.key`), key);
  second.child.kill("SIGTERM");
  const { code, stdout, stderr } = await second.ended;
  t.is(code, 0);
  t.is(stderr, "");
  t.false(stdout.includes(token) || stdout.includes(key.toString().trim()) || stdout.includes("ada@"));
  t.regex(stdout, /"method":"POST","path":"\/api\/articles\/7\/likes","status":200/, "what was logged last is there");
});

test("the start says where keys come from, and what to open behind a socket", async (t) => {
  const folder = await temporaryFolder(t);
  const memory = await startProgram(t, { folder, environment: { DATABASE_URL: "sqlite::memory:" } });
  t.regex(memory.stdout(), /^ {2}secret key +in memory only, as the database is$/m);
  const environment = { DATABASE_URL: "sqlite::memory:", SECRET_KEY: `${"k".repeat(42)}A`, HOST: "./kudos.sock" };
  const given = await startProgram(t, { folder, environment });
  t.regex(given.stdout(), /^ {2}secret key +from SECRET_KEY$/m);
  t.regex(
    given.stdout(),
    /^ {2}open next +\/docs below the address of your proxy to try the API, \/register there for an account$/m,
  );
});

/** The files of a folder without the logs of SQLite, which come and go. */
async function filesIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => !/-(shm|wal)$/.test(name)).toSorted();
}

const UNUSABLE: readonly (readonly [string, Record<string, string>, RegExp])[] = [
  ["a folder that is not there", { DATABASE_URL: "sqlite:./missing/kudos.sqlite" }, /folder .*missing does not exist/],
  ["a path that is a folder", { DATABASE_URL: "sqlite:." }, /is not a file/],
  [
    "another scheme, without its password",
    { DATABASE_URL: "mysql://u:hunter2@db/x" },
    /^(?!.*hunter2).*not understood/,
  ],
  [
    "a server that does not answer, without its password",
    { DATABASE_URL: "postgresql://u:hunter2@127.0.0.1:9/x" },
    /^(?!.*hunter2).*does not answer/,
  ],
  ["a secret key that is none", { ...FILE, SECRET_KEY: "hunter2" }, /^(?!.*hunter2).*SECRET_KEY.*32/],
  [
    "a folder for the key file that is not there",
    { ...FILE, SECRET_KEY_FILE: "./no/key" },
    /key file .*cannot be made/,
  ],
  [
    "a host that is not ours",
    { DATABASE_URL: "sqlite::memory:", HOST: "192.0.2.1" },
    /cannot listen there .*192\.0\.2\.1.*HOST/,
  ],
  [
    "a host that is no name",
    { DATABASE_URL: "sqlite::memory:", HOST: "http://x" },
    /cannot listen there .*http:\/\/x.*HOST/,
  ],
];

for (const [what, environment, reason] of UNUSABLE) {
  test(`${what}: one line, exit 1, nothing left behind`, async (t) => {
    const folder = await temporaryFolder(t);
    const [line = "", ...others] = await refusedQuickly(t, { folder, environment });
    t.regex(line, reason);
    t.deepEqual(others, []);
    t.deepEqual(await readdir(folder), []);
  });
}

test("a database that must not be touched: one line, exit 1, and it stays as it was", async (t) => {
  const folder = await temporaryFolder(t);
  const path = databaseIn(folder);
  const options = { folder, environment: FILE };
  await placeMigratedDatabase(folder);
  const unchanged = async (reason: RegExp): Promise<void> => {
    const before = await readFile(path);
    const files = await filesIn(folder);
    const [line = "", ...others] = await refusedQuickly(t, options);
    t.regex(line, reason);
    t.deepEqual(others, []);
    t.deepEqual(await readFile(path), before);
    t.deepEqual(await filesIn(folder), files);
  };

  // The lock is held by another process: in this one, closing the file after a read would release it (POSIX locks).
  const letGo = await holdDatabase(t, path, "begin exclusive");
  await unchanged(/locked by another process/);
  await letGo();

  await rm(`${path}.key`);
  await unchanged(/key file .*kudos\.sqlite\.key .*is missing/);

  const editor = new DatabaseSync(path);
  editor.exec("pragma journal_mode = delete; insert into migration (name) values ('29991231-later')");
  editor.close();
  await unchanged(/newer version of Kudos/);

  await writeFile(path, "Dear diary, ".repeat(500));
  await unchanged(/not a SQLite database/);
});

test("settings that cannot be used are all listed at once", async (t) => {
  const folder = await temporaryFolder(t);
  const lines = await refused(t, {
    folder,
    environment: { NODE_ENV: "production", PORT: "80a", REGISTRATION: "maybe", LOG_LEVEL: "loud", CORS_ORIGINS: "*" },
  });
  const text = lines.join("\n");
  for (const name of ["PORT", "REGISTRATION", "PASSWORD_COST", "LOG_LEVEL", "CORS_ORIGINS"]) {
    t.regex(text, new RegExp(`^(kudos: )?${name} is .*, but must be `, "m"));
  }
  t.is(lines.length, 5);
  t.deepEqual(await readdir(folder), []);
});

test("a port that is in use: one line, exit 1, and no database is made", async (t) => {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, "127.0.0.1", resolve));
  t.teardown(() => holder.close());
  const { port } = holder.address() as { port: number };
  const folder = await temporaryFolder(t);
  const environment = { DATABASE_URL: `sqlite:${folder}/kudos.sqlite`, PORT: String(port) };
  const lines = await refused(t, { folder, environment });
  t.false((await readdir(folder)).includes("kudos.sqlite"));
  t.deepEqual(lines, ["kudos: the address is in use; choose another PORT, or stop what listens there"]);
});

test("a start says its mode, its limits and what is open, and a line for each setting that was not meant so", async (t) => {
  const folder = await temporaryFolder(t);
  const first = await startProgram(t, {
    folder,
    environment: { NODE_ENV: "prod", RATE_LIMIT: "off", LOG_LEVEL: "warn" },
  });
  for (const line of [
    /^ {2}mode +development;/m,
    /^ {2}limits +RATE_LIMIT_ACCOUNT_ADDRESS=10\/15m /m,
    /^ {2}proxies +none/m,
    /^ {2}registration +open/m,
  ]) {
    t.regex(first.stdout(), line);
  }
  first.child.kill();
  const { stderr } = await first.ended;
  const lines = stderr.trimEnd().split("\n");
  t.is(lines.length, 2, stderr);
  t.regex(lines[0] ?? "", /^kudos: NODE_ENV is "prod" and not production/);
  t.regex(lines[1] ?? "", /^kudos: RATE_LIMIT is no setting .*RATE_LIMITS is one$/);

  const environment = { NODE_ENV: "production", PASSWORD_COST: "", TRUSTED_PROXIES: "1", REGISTRATION: "closed" };
  const second = await startProgram(t, { folder, environment });
  t.regex(second.stdout(), /^ {2}mode +production$/m);
  t.regex(second.stdout(), /^ {2}proxies +1 trusted$/m);
  t.regex(second.stdout(), /^ {2}registration +closed$/m);
  t.false(second.stdout().includes("/register"));
  t.regex(second.stdout(), /kudos users create EMAIL/);
  second.child.kill();
  t.is((await second.ended).stderr, "");
});

test("--help lists every setting and starts nothing", async (t) => {
  const folder = await temporaryFolder(t);
  for (const argument of ["--help", "-h"]) {
    const { code, stdout, stderr } = await runInSharedProcess({
      args: ["serve", argument],
      folder,
      environment: { PORT: "x" },
    });
    t.is(code, 0);
    t.is(stderr, "");
    for (const name of ["HOST", "PORT", "DATABASE_URL", "SECRET_KEY_FILE", "PASSWORD_COST", "LOG_LEVEL"]) {
      t.regex(stdout, new RegExp(`^ {2}${name} +\\S`, "m"));
    }
  }
  t.deepEqual(await readdir(folder), []);
});

test("an argument that is not understood: one line, exit 2, nothing started", async (t) => {
  const folder = await temporaryFolder(t);
  const { code, stdout, stderr } = await runProgram(t, { folder, args: ["--prot=1"] }).ended;
  t.deepEqual({ code, stdout }, { code: 2, stdout: "" });
  t.regex(stderr, /^kudos: --prot=1 is not understood; see .*--help\n$/);
  t.deepEqual(await readdir(folder), []);
});

for (const [version, accepted] of [
  ["18.20.8", false],
  ["22.17.0", false],
  ["24.11.9", false],
  ["24.12.0", true],
  ["25.0.0", true],
] as const) {
  test(`Node ${version} is ${accepted ? "accepted" : "refused with one line"}`, async (t) => {
    const folder = await temporaryFolder(t);
    const versions = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version}" } })`;
    const pretend = ["--import", `data:text/javascript,${encodeURIComponent(versions)}`];
    const child = spawn(process.execPath, [...pretend, CLI, "--help"], { cwd: folder, env: surroundings() });
    const { code, stderr } = await observe(child).ended;
    t.is(code, accepted ? 0 : 1);
    if (accepted) t.is(stderr, "");
    else t.regex(stderr, new RegExp(`^Kudos needs Node 24\\.12 or later, this is ${version}: [^\\n]+\\n$`));
  });
}

test("a key file that others can read is warned about", async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, "key"), `${Buffer.alloc(32, 7).toString("base64url")}\n`, { mode: 0o644 });
  const environment = { DATABASE_URL: `sqlite:${databaseIn(folder)}`, SECRET_KEY_FILE: join(folder, "key") };
  const server = await startServer(t, { environment });
  t.true(await server.stop());
  t.regex(server.log(), /"level":40.*other users of this machine can read the key file/);
});

test("a key other than the one that signed what is in the database is warned about", async (t) => {
  const folder = await temporaryFolder(t);
  const [one, other] = [1, 2].map((byte) => Buffer.alloc(32, byte).toString("base64url"));
  const serveWith = async (keys: string, work: (server: TestServer) => Promise<unknown> = async () => {}) => {
    const environment = { DATABASE_URL: `sqlite:${databaseIn(folder)}`, SECRET_KEY: keys };
    const server = await startServer(t, { environment });
    await work(server);
    await server.stop();
    return server.log();
  };
  const warning = /"level":40.*"credentials":1.*"signed with a key that is not here: these work no more"/;
  t.notRegex(await serveWith(`${one}`, signUp), warning);
  t.regex(await serveWith(`${other}`), warning);
  t.notRegex(await serveWith(`${other},${one}`), warning);
});
