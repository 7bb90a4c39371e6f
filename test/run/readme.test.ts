import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const COPIED = ["src", "generated", "test", "openapi.yaml", "tsconfig.json", "package.json"];

/** Runs a program of this Node; answers its exit code and all that it printed. */
function run(cwd: string, ...args: string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const environment = { ...process.env, PORT: "0", DATABASE_URL: "sqlite::memory:", NODE_V8_COVERAGE: "" };
    execFile(process.execPath, args, { cwd, env: environment }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, output: stdout + stderr });
    });
  });
}

/** The code of the README's step, as a reader would copy it. */
async function codeOfStep(step: number): Promise<string> {
  const readme = await readFile(join(ROOT, "README.md"), "utf8");
  const [, section = ""] = readme.split(`**${step}. `);
  const code = /```\w+\n([\s\S]*?)```/.exec(section)?.[1];
  if (code === undefined) throw new Error(`README has no code for step ${step}`);
  return code;
}

async function edit(folder: string, file: string, change: (text: string) => string): Promise<void> {
  const path = join(folder, file);
  await writeFile(path, change(await readFile(path, "utf8")));
}

/** Adds code to a file as a person would: its imports to the imports, the rest to the end. */
function add(folder: string, file: string, code: string): Promise<void> {
  const lines = code.split("\n");
  const imports = lines.filter((line) => line.startsWith("import ")).join("\n");
  const rest = lines.filter((line) => !line.startsWith("import ")).join("\n");
  return edit(folder, file, (text) => `${imports}\n${text}\n${rest}`);
}

test("README: an operation is added in five steps, each told by an error of the one before", async (t) => {
  t.timeout(120_000);
  const folder = await mkdtemp(join(tmpdir(), "kudos-five-steps-"));
  t.teardown(() => rm(folder, { recursive: true }));
  for (const name of COPIED) await cp(join(ROOT, name), join(folder, name), { recursive: true });
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
  // What the compiler found out the first time, it need not find out again.
  const known = ["--incremental", "--tsBuildInfoFile", join(folder, "known.tsbuildinfo")];
  const types = () => run(folder, "node_modules/typescript/bin/tsc", ...known);
  const ava = (...files: string[]) => run(folder, "node_modules/ava/entrypoints/cli.js", ...files);

  const declaration = await codeOfStep(1);
  await edit(folder, "openapi.yaml", (text) => text.replace("\ncomponents:\n", `\n${declaration}components:\n`));
  const refused = await run(folder, "src/main.ts", "serve");
  t.is(refused.code, 1);
  t.regex(refused.output, /operation countMyLikes has no handler/);
  t.is((await run(folder, "src/contract/generate.ts", "--check")).code, 1);

  t.is((await run(folder, "src/contract/generate.ts")).code, 0);
  t.regex((await types()).output, /src\/operations\/index\.ts.*countMyLikes/);

  await add(folder, "src/operations/account.ts", await codeOfStep(3));
  t.regex((await types()).output, /src\/operations\/account\.ts.*countLikesOf/);

  await add(folder, "src/domain/articles/likes.ts", await codeOfStep(4));
  const typed = await types();
  t.is(typed.code, 0, typed.output);
  t.regex((await ava("test/run/every-operation.test.ts")).output, /countMyLikes/);

  await writeFile(join(folder, "test/operations/like-count.test.ts"), await codeOfStep(5));
  const tested = await ava("test/operations/like-count.test.ts", "test/run/every-operation.test.ts");
  t.is(tested.code, 0, tested.output);
});
