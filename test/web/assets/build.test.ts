import { spawn } from "node:child_process";
import { cp, mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { listening, observe, ROOT, surroundings, WITHOUT_COVERAGE } from "../../support/program.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** A checkout in which nothing has been built. */
async function checkout(t: ExecutionContext): Promise<string> {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, "generated"));
  for (const name of ["package.json", "tsconfig.json", "openapi.yaml", "src"])
    await cp(join(ROOT, name), join(folder, name), { recursive: true });
  for (const name of await readdir(join(ROOT, "generated"))) {
    if (name.endsWith(".ts")) await cp(join(ROOT, "generated", name), join(folder, "generated", name));
  }
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
  return folder;
}

function start(t: ExecutionContext, folder: string) {
  const environment = { ...surroundings(), ...WITHOUT_COVERAGE, PORT: "0", DATABASE_URL: "sqlite::memory:" };
  const child = spawn(process.execPath, [join(folder, "src/main.ts"), "serve"], { cwd: folder, env: environment });
  t.teardown(() => child.kill("SIGKILL"));
  return observe(child);
}

test("a fresh clone: two servers that start at once build what the pages load, and leave one whole build", async (t) => {
  const folder = await checkout(t);
  const servers = await Promise.all([start(t, folder), start(t, folder)].map(listening));
  for (const { url } of servers) {
    const page = await (await fetch(url)).text();
    for (const path of page.match(/\/assets\/[\w.-]+/g) ?? []) t.is((await fetch(url + path)).status, 200, path);
  }
  const builds = await readdir(join(folder, "generated/assets"));
  t.is(builds.length, 1, builds.join());
  for (const { child } of servers) child.kill("SIGTERM");
});

test("a script that cannot be built: no start, and one line that says so", async (t) => {
  const folder = await checkout(t);
  await writeFile(join(folder, "src/web/view/view.ts"), "const = 1;\n");
  const { code, stdout, stderr } = await start(t, folder).ended;
  t.is(code, 1);
  t.is(stdout, "");
  t.regex(stderr, /^kudos: the files that pages load cannot be built \(npm run build shows more\): [^\n]+\n$/);
  t.deepEqual(await readdir(join(folder, "generated/assets")), [], "nothing half done");
});
