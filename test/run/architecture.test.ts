import { execFile } from "node:child_process";
import { cp, glob, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import test from "ava";
import { IMPORT_ARROWS, STAGES } from "./import-arrow.ts";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const BIOME = fileURLToPath(new URL("../../node_modules/@biomejs/biome/bin/biome", import.meta.url));

/** The places of what the linter finds in a copy of the project that holds `files` and the project's own configuration. */
async function lint(files: ReadonlyMap<string, string>): Promise<Set<string>> {
  const folder = await mkdtemp(join(tmpdir(), "kudos-architecture-"));
  try {
    for (const name of [".biome.jsonc", ".biome", ".gitignore", "package.json", "tsconfig.json"]) {
      await cp(join(ROOT, name), join(folder, name), { recursive: true });
    }
    for (const [path, text] of files) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    const report = join(folder, "report.json");
    const options = ["lint", "--max-diagnostics=none", "--reporter=json", `--reporter-file=${report}`, "src"];
    await new Promise<void>((resolve) => {
      execFile(process.execPath, [BIOME, ...options], { cwd: folder }, () => resolve());
    });
    const { summary, diagnostics } = JSON.parse(await readFile(report, "utf8")) as Report;
    if (summary.unchanged !== files.size)
      throw new Error(`The linter read ${summary.unchanged} of ${files.size} files.`);
    return new Set(diagnostics.map(({ category, location }) => `${location.path} ${category}`));
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Report {
  readonly summary: { readonly unchanged: number };
  readonly diagnostics: readonly { readonly category: string; readonly location: { readonly path: string } }[];
}

const ARROW_RULES = ["lint/style/noRestrictedImports", "plugin"];

for (const stage of STAGES) {
  const arrows = IMPORT_ARROWS.filter((arrow) => arrow.stage === stage);

  test(`${stage} imports what the architecture opens to it, and nothing else`, async (t) => {
    const paths = new Map(arrows.map((arrow, index) => [`src/${stage}/arrow-${index}.ts`, arrow]));
    const found = await lint(new Map([...paths].map(([path, { statement }]) => [path, `${statement}\n`])));
    const refused = (path: string): boolean => ARROW_RULES.some((rule) => found.has(`${path} ${rule}`));
    const wrong = [...paths].filter(([path, { allowed }]) => refused(path) === allowed);
    t.deepEqual(
      wrong.map(([, { statement, allowed }]) => `${allowed ? "is refused" : "is let through"}: ${statement}`),
      [],
    );
  });
}

test("imports that go round in a circle, unwatched promises and other breaches of the house are findings", async (t) => {
  const found = await lint(
    new Map([
      ["src/domain/a.ts", 'import { b } from "../b.ts";\n\nexport const a = () => b;\n'],
      ["src/domain/b.ts", 'import { a } from "../a.ts";\n\nexport const b = () => a;\n'],
      ["src/domain/floating.ts", "const flush = async () => 1;\n\nexport const f = () => {\n  flush();\n};\n"],
      ["src/domain/misused.ts", "const has = async () => true;\n\nexport const f = () => (has() ? 1 : 2);\n"],
      ["src/domain/any.ts", "export const f = (x: any) => x;\n"],
      ["src/domain/console.ts", 'console.log("x");\n'],
      ["src/domain/barrel.ts", 'export { a } from "../a.ts";\nexport { b } from "../b.ts";\n'],
      ["src/domain/notKebab.ts", "export const x = 1;\n"],
      ["src/operations/index.ts", 'export { x } from "../x.ts";\n'],
    ]),
  );
  for (const finding of [
    "src/domain/a.ts lint/suspicious/noImportCycles",
    "src/domain/b.ts lint/suspicious/noImportCycles",
    "src/domain/floating.ts lint/nursery/noFloatingPromises",
    "src/domain/misused.ts lint/nursery/noMisusedPromises",
    "src/domain/any.ts lint/suspicious/noExplicitAny",
    "src/domain/console.ts lint/suspicious/noConsole",
    "src/domain/barrel.ts lint/performance/noBarrelFile",
    "src/domain/notKebab.ts lint/style/useFilenamingConvention",
  ]) {
    t.true(found.has(finding), finding);
  }
  t.false(found.has("src/operations/index.ts lint/performance/noBarrelFile"));
});

test("each folder of src has its import arrows", async (t) => {
  const entries = await readdir(join(ROOT, "src"), { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  t.deepEqual(folders.sort(), [...STAGES].sort());
});

/** Programs, and what runs in a browser. */
const NOT_IMPORTED = ["src/main.ts", "src/web/docs/**", "src/web/view/**"];

test("importing a module starts nothing", async (t) => {
  const files = await Array.fromAsync(glob("src/**/*.ts", { cwd: ROOT, exclude: NOT_IMPORTED }));
  t.true(files.length > STAGES.length);
  const program = `for (const file of ${JSON.stringify(files)}) await import("../" + file);`;
  // A server, a timer or a thread would keep the process alive.
  const options = { cwd: ROOT, timeout: 30_000 };
  const { stdout, stderr } = await run(process.execPath, ["--input-type=module", "--eval", program], options);
  t.is(stdout + stderr, "");
});
