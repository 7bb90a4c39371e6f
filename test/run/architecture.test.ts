import { execFile } from "node:child_process";
import { cp, glob, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import test from "ava";
import { FOLDERS, importArrows } from "./import-arrow.ts";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const BIOME = fileURLToPath(new URL("../../node_modules/@biomejs/biome/bin/biome", import.meta.url));

/** A finding of the linter: the rule, the file and the line. */
interface Finding {
  readonly category: string;
  readonly location: { readonly path: string; readonly start: { readonly line: number } };
}

interface Report {
  readonly summary: { readonly unchanged: number };
  readonly diagnostics: readonly Finding[];
}

/** What the linter finds in a copy of the project that holds `files` and the project's own configuration. */
async function lint(files: ReadonlyMap<string, string>): Promise<readonly Finding[]> {
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
    return diagnostics;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const ARROW_RULES = ["lint/style/noRestrictedImports", "plugin"];

test("each folder imports what the architecture opens to it, and nothing else", async (t) => {
  const arrows = new Map(FOLDERS.map((folder) => [`src/${folder}/arrows.ts`, importArrows(folder)]));
  // A statement a line: the line of a finding tells which import is refused.
  const text = (statements: ReturnType<typeof importArrows>) =>
    `${statements.map(({ statement }) => statement).join("\n")}\n`;
  const found = await lint(new Map([...arrows].map(([path, statements]) => [path, text(statements)])));
  const refused = new Set(
    found
      .filter(({ category }) => ARROW_RULES.includes(category))
      .map(({ location: { path, start } }) => `${path}:${start.line}`),
  );
  const wrong = [...arrows].flatMap(([path, statements]) =>
    statements.flatMap(({ statement, allowed }, index) =>
      refused.has(`${path}:${index + 1}`) === allowed
        ? [`${path} ${allowed ? "is refused" : "is let through"}: ${statement}`]
        : [],
    ),
  );
  t.deepEqual(wrong, []);
});

test("imports that go round in a circle, unwatched promises and other breaches of the house are findings", async (t) => {
  const diagnostics = await lint(
    new Map([
      ["src/domain/a.ts", 'import { b } from "./b.ts";\n\nexport const a = () => b;\n'],
      ["src/domain/b.ts", 'import { a } from "./a.ts";\n\nexport const b = () => a;\n'],
      ["src/domain/c.ts", 'import type { D } from "./d.ts";\n\nexport interface C {\n  d: D;\n}\n'],
      ["src/domain/d.ts", 'import type { C } from "./c.ts";\n\nexport interface D {\n  c: C;\n}\n'],
      ["src/domain/floating.ts", "const flush = async () => 1;\n\nexport const f = () => {\n  flush();\n};\n"],
      ["src/domain/misused.ts", "const has = async () => true;\n\nexport const f = () => (has() ? 1 : 2);\n"],
      ["src/domain/any.ts", "export const f = (x: any) => x;\n"],
      ["src/domain/console.ts", 'console.log("x");\n'],
      ["src/domain/barrel.ts", 'export { a } from "./a.ts";\nexport { b } from "./b.ts";\n'],
      ["src/domain/notKebab.ts", "export const x = 1;\n"],
      ["src/operations/index.ts", 'export { x } from "./x.ts";\n'],
    ]),
  );
  const found = new Set(diagnostics.map(({ category, location }) => `${location.path} ${category}`));
  for (const finding of [
    "src/domain/a.ts lint/suspicious/noImportCycles",
    "src/domain/b.ts lint/suspicious/noImportCycles",
    "src/domain/c.ts lint/suspicious/noImportCycles",
    "src/domain/d.ts lint/suspicious/noImportCycles",
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
  const files = await Array.fromAsync(glob("src/*/**/*.{ts,vue}", { cwd: ROOT }));
  const folders = new Set(files.map((file) => dirname(file).slice("src/".length)));
  t.deepEqual([...folders].toSorted(), [...FOLDERS].toSorted());
});

/** Programs, and what runs in a browser. */
const NOT_IMPORTED = ["src/main.ts", "src/web/docs/**", "src/web/view/**"];

test("importing a module starts nothing", async (t) => {
  const files = await Array.fromAsync(glob("src/**/*.ts", { cwd: ROOT, exclude: NOT_IMPORTED }));
  t.true(files.length > FOLDERS.length);
  const program = `for (const file of ${JSON.stringify(files)}) await import("./" + file);`;
  // A server, a timer or a thread would keep the process alive.
  const options = { cwd: ROOT, timeout: 120_000 };
  const { stdout, stderr } = await run(process.execPath, ["--input-type=module", "--eval", program], options);
  t.is(stdout + stderr, "");
});
