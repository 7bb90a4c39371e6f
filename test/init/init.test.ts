import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import test, { type ExecutionContext } from "ava";
import { initProject, ProjectRefused } from "../../src/init/init.ts";
import { observe, ROOT, surroundings, WITHOUT_COVERAGE } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const run = promisify(execFile);
const MODULES = join(ROOT, "node_modules");
const ENVIRONMENT = { ...surroundings(), ...WITHOUT_COVERAGE, FORCE_COLOR: "0" };

/** The scripts of the new project by npm's own rules, without npm: the packages are those of this checkout. */
async function npmTest(folder: string): Promise<string> {
  const { scripts } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const env = { ...ENVIRONMENT, PATH: `${MODULES}/.bin:${process.env.PATH}`, AVA_PATH: undefined };
  const { stdout } = await run("sh", ["-c", scripts.test], { cwd: folder, env }).catch((error) => {
    throw new Error(`${error.stdout}\n${error.stderr}`);
  });
  return stdout;
}

/** Starts a new project as its script says, until the test ends. */
async function npmStart(
  t: ExecutionContext,
  folder: string,
): Promise<{ url: string; stop: () => Promise<number | null> }> {
  const child = spawn(process.execPath, ["src/main.ts"], { cwd: folder, env: { ...ENVIRONMENT, PORT: "0" } });
  t.teardown(() => child.kill("SIGKILL"));
  const program = observe(child);
  for (;;) {
    const [, url] = /listens on (http:\S+?);?\s/.exec(program.stdout()) ?? [];
    const stop = async () => {
      child.kill("SIGTERM");
      return (await program.ended).code;
    };
    if (url !== undefined) return { url, stop };
    const ended = await Promise.race([program.ended, once(child.stdout, "data")]);
    if ("code" in ended) throw new Error(`it ended with ${ended.code}: ${ended.stderr}${ended.stdout}`);
  }
}

/** A project in a folder of its own, with the packages of this checkout. */
async function make(t: ExecutionContext, auth: boolean): Promise<string> {
  const folder = join(await temporaryFolder(t), "harbour-api");
  const made = await initProject({ folder, auth });
  t.is(made.name, "harbour-api");
  t.true(made.generated);
  await symlink(MODULES, join(folder, "node_modules"));
  return folder;
}

/** Every package that the code of a project imports is in its package.json, in the version of this project. */
async function requirePackages(t: ExecutionContext, folder: string): Promise<void> {
  const { dependencies, devDependencies } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const own = createRequire(import.meta.url)("../../package.json");
  const versions = { ...own.dependencies, ...own.devDependencies };
  const declared: Record<string, string> = { ...dependencies, ...devDependencies };
  for (const [name, version] of Object.entries(declared)) t.is(version, versions[name], name);
  for (const file of await readdir(folder, { recursive: true })) {
    if (!file.endsWith(".ts") || file.startsWith("node_modules")) continue;
    const text = await readFile(join(folder, file), "utf8");
    for (const [, name = ""] of text.matchAll(/^(?:import|export|\}) ?.*from "((?:@[\w-]+\/)?[\w-][\w.-]*)[^":]*"/gm)) {
      t.truthy(declared[name] ?? (name === "node" ? "Node" : undefined), `${name}, which ${file} imports`);
    }
  }
}

test("a new API without accounts passes its own tests, starts, answers and stops", async (t) => {
  t.timeout(180_000);
  const folder = await make(t, false);
  await requirePackages(t, folder);
  t.regex(await npmTest(folder), /3 tests passed/);
  const { url, stop } = await npmStart(t, folder);
  const answer = await fetch(`${url}/api/greetings?language=fr`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: '{"name":"Ada"}',
  });
  t.is(answer.status, 200);
  t.deepEqual(await answer.json(), { text: "Bonjour, Ada!" });
  t.is(await stop(), 0);
  t.deepEqual((await readdir(join(folder, "src"))).toSorted(), [
    "app.ts",
    "contract",
    "http",
    "main.ts",
    "operations.ts",
  ]);
});

test("a new API with accounts passes its own tests, starts, lets a user sign in and stops", async (t) => {
  t.timeout(180_000);
  const folder = await make(t, true);
  await requirePackages(t, folder);
  t.regex(await npmTest(folder), /5 tests passed/);
  const { url, stop } = await npmStart(t, folder);
  const post = (path: string) =>
    fetch(url + path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: '{"email":"ada@example.com","password":"correct horse battery"}',
    });
  t.is((await post("/register")).status, 200);
  const signedIn = await post("/login");
  t.regex(signedIn.headers.get("Set-Cookie") ?? "", /^harbour-api_session=/);
  t.is((await fetch(`${url}/api/me`)).status, 401);
  t.is(await stop(), 0);
});

test("nothing of articles, likes and pages is in a new API, and no name but its own", async (t) => {
  const folder = await make(t, true);
  const files = (await readdir(folder, { recursive: true })).filter((file) =>
    /^(src|test|generated|openapi)/.test(file),
  );
  const words = /article|\bliked?_|\blikes:|ArticleLike|sampleData|\.vue\b|text\/html/i;
  for (const file of files.filter((name) => /\.(ts|yaml)$/.test(name) && !/^src\/(contract|http)\//.test(name))) {
    const lines = (await readFile(join(folder, file), "utf8")).split("\n");
    t.deepEqual(
      lines.filter((line) => words.test(line) && !/accepts\(|prefersPages/.test(line)),
      [],
      file,
    );
    t.deepEqual(
      lines.filter((line) => /urn:kudos|kudos_(session|device)|realm[:=] ?"kudos/.test(line)),
      [],
      file,
    );
  }
});

test("a fault in a new API's document is a sentence, and its test finds stale types", async (t) => {
  const folder = await make(t, false);
  const file = join(folder, "openapi.yaml");
  await writeFile(file, (await readFile(file, "utf8")).replace("operationId: createGreeting", "operationId: greet"));
  const { code, stderr } = await observe(spawn(process.execPath, ["src/main.ts"], { cwd: folder, env: ENVIRONMENT }))
    .ended;
  t.is(code, 1);
  t.regex(stderr, /^The contract cannot be served:\n {2}- operation greet has no handler\n/);
  await t.throwsAsync(npmTest(folder), {
    message: /generated\/ is stale \(openapi\.ts, principals\.ts, contract\.json\)/,
  });
});

test("a folder that is not empty, a file and a bad name are refused, and nothing is written", async (t) => {
  const parent = await temporaryFolder(t);
  await writeFile(join(parent, "file"), "mine");
  for (const [folder, name, message] of [
    [parent, "good", `${parent} is not empty`],
    [join(parent, "file"), "good", /is no folder that can be read \(ENOTDIR\)/],
    [join(parent, "new"), "Bad Name", /^the name must begin with a letter/],
    [join(parent, "Umlaut-ä"), undefined, /^the name must begin with a letter/],
  ] as const) {
    await t.throwsAsync(initProject({ folder, name, auth: false }), { instanceOf: ProjectRefused, message });
  }
  t.deepEqual(await readdir(parent), ["file"]);
});
