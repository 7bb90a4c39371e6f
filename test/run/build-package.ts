// Builds what an installed package runs, `dist/`: Node strips no types below node_modules. `npm pack` calls it, and `--remove` afterwards,
// so that a checkout never runs a build that is older than its source.
import { execFile } from "node:child_process";
import { cp, glob, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = new URL("../../", import.meta.url);
const DIST = new URL("dist/", ROOT);
const TSC = fileURLToPath(new URL("node_modules/typescript/bin/tsc", ROOT));

/** Code and types of `src` and `generated`, and beside them the files that the code reads. */
async function build(): Promise<void> {
  await mkdir(DIST, { recursive: true });
  const options = {
    extends: "../tsconfig.json",
    compilerOptions: {
      noEmit: false,
      declaration: true,
      rewriteRelativeImportExtensions: true,
      rootDir: "..",
      outDir: ".",
    },
    include: ["../src", "../generated"],
    exclude: ["../src/web/view", "../src/web/docs"],
  };
  const project = new URL("tsconfig.json", DIST);
  await writeFile(project, JSON.stringify(options));
  await promisify(execFile)(process.execPath, [TSC, "--project", fileURLToPath(project)]);
  await rm(project);
  // The compiler rewrites imports, but not the addresses of threads and of programs.
  for await (const name of glob("src/**/*.js", { cwd: fileURLToPath(DIST) })) {
    const file = new URL(name, DIST);
    const text = await readFile(file, "utf8");
    const rewritten = text.replaceAll(/(new URL\("[\w./-]+)\.ts", import\.meta\.url\)/g, '$1.js", import.meta.url)');
    if (rewritten !== text) await writeFile(file, rewritten);
  }
  for (const name of ["openapi.yaml", "generated/contract.json", "package.json"]) {
    await cp(new URL(name, ROOT), new URL(name, DIST));
  }
}

await rm(DIST, { recursive: true, force: true });
if (!process.argv.includes("--remove")) await build();
