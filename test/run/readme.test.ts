import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";

const OVERLAY = ["--overlay", "src/operations/clients.overlay.yaml"];

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const COPIED = [
  ...["src", "generated", "test", "openapi.yaml", "tsconfig.json", "package.json"],
  ...[".biome.jsonc", ".biome", ".gitignore"],
];

/** Runs a program of this Node; answers its exit code and all that it printed. */
function run(cwd: string, ...args: string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const environment = { ...process.env, PORT: "0", DATABASE_URL: "sqlite::memory:", NODE_V8_COVERAGE: "" };
    execFile(process.execPath, args, { cwd, env: environment }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, output: stdout + stderr });
    });
  });
}

/** The names of the example. */
const NAMES = ["countMyLikes", "countLikesOf", "like_count", "like-count"];

/** Appended to the names in a tree whose owner has followed the steps already: there the example is a second operation. */
async function suffix(): Promise<string> {
  return (await readFile(join(ROOT, "openapi.yaml"), "utf8")).includes("operationId: countMyLikes\n") ? "2" : "";
}

/** The code of the README's step, as a reader would copy it, and the file that it names. */
async function readStep(step: number): Promise<{ file: string; code: string }> {
  const readme = await readFile(join(ROOT, "README.md"), "utf8");
  const [, section = ""] = readme.split(`**${step}. `);
  const file = /^`([^`]+)`/.exec(section)?.[1];
  const code = /```\w+\n([\s\S]*?)```/.exec(section)?.[1];
  if (file === undefined || code === undefined) throw new Error(`README has no file or no code for step ${step}`);
  const end = await suffix();
  const named = (text: string) => NAMES.reduce((all, name) => all.replaceAll(name, name + end), text);
  return { file: named(file), code: named(code) };
}

/** What an npm script of this package runs. */
async function readScript(name: string): Promise<string> {
  return JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")).scripts[name];
}

async function edit(folder: string, file: string, change: (text: string) => string): Promise<void> {
  const path = join(folder, file);
  await writeFile(path, change(await readFile(path, "utf8")));
}

/** Adds code to a file as a person would: its imports to the imports, the rest to the end. */
function add(folder: string, { file, code }: { file: string; code: string }): Promise<void> {
  const lines = code.split("\n");
  const imports = lines.filter((line) => line.startsWith("import "));
  const rest = lines.filter((line) => !line.startsWith("import ")).join("\n");
  return edit(folder, file, (text) => {
    const missing = imports.filter((line) => !text.includes(line)).join("\n");
    return `${missing}\n${text}\n${rest}`;
  });
}

test("README: an operation is added in five steps, each told by an error of the one before", async (t) => {
  t.timeout(240_000);
  const folder = await mkdtemp(join(tmpdir(), "kudos-five-steps-"));
  t.teardown(() => rm(folder, { recursive: true }));
  for (const name of COPIED) await cp(join(ROOT, name), join(folder, name), { recursive: true });
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
  // A compilation asks only what the one before has not answered.
  const known = ["--incremental", "--tsBuildInfoFile", join(folder, "known.tsbuildinfo")];
  const types = (...project: string[]) => run(folder, "node_modules/typescript/bin/tsc", ...project, ...known);
  // The errors of the steps are told of the handlers: whether the rest of the code is right is asked once, at the end.
  const handlers = join(folder, "handlers.tsconfig.json");
  await writeFile(handlers, JSON.stringify({ extends: "./tsconfig.json", include: ["src/operations/index.ts"] }));
  const ava = (...files: string[]) => run(folder, "node_modules/ava/entrypoints/cli.js", ...files);

  const id = `countMyLikes${await suffix()}`;
  const declaration = await readStep(1);
  await edit(folder, declaration.file, (text) => text.replace("\ncomponents:\n", `\n${declaration.code}components:\n`));
  const refused = await run(folder, "src/main.ts", "serve");
  t.is(refused.code, 1);
  t.regex(refused.output, new RegExp(`operation ${id} has no handler`));
  t.is((await run(folder, "src/contract/generate.ts", ...OVERLAY, "--check")).code, 1);

  t.is((await run(folder, "src/contract/generate.ts", ...OVERLAY)).code, 0);
  t.regex((await types("--project", handlers)).output, new RegExp(`src/operations/index\\.ts.*${id}`));

  const handler = await readStep(3);
  await add(folder, handler);
  t.regex((await types("--project", handlers)).output, /src\/operations\/account\.ts.*countLikesOf/);

  const rule = await readStep(4);
  await add(folder, rule);
  const typed = await types();
  t.is(typed.code, 0, typed.output);
  t.regex((await ava("test/run/every-operation.test.ts")).output, new RegExp(id));

  const written = await readStep(5);
  await writeFile(join(folder, written.file), written.code);
  const tested = await ava(written.file, "test/run/every-operation.test.ts");
  t.is(tested.code, 0, tested.output);

  // The step itself, over everything: what it changes in the contract would make generated files stale.
  const [program = "", ...args] = (await readScript("format")).split(" ");
  t.is(program, "biome");
  const biome = "node_modules/@biomejs/biome/bin/biome";
  const declared = await readFile(join(folder, declaration.file), "utf8");
  const formatted = await run(folder, biome, ...args);
  t.is(formatted.code, 0, formatted.output);
  t.true((await readFile(join(folder, declaration.file), "utf8")) === declared, "npm run format rewrites the contract");
  t.is((await run(folder, "src/contract/generate.ts", ...OVERLAY, "--check")).code, 0);
  const linted = await run(folder, biome, "check", "--error-on-warnings");
  t.is(linted.code, 0, linted.output);
});
