import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import test, { type ExecutionContext } from "ava";
import { observe, ROOT, surroundings } from "../../support/program.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const run = promisify(execFile);
const TSC = join(ROOT, "node_modules/typescript/bin/tsc");
const PACKED = ["src", "generated", "openapi.yaml", "package.json", "tsconfig.json", "LICENSE", "README.md"];
const MODULES = join(ROOT, "node_modules");

/** Packs a copy of the checkout: the build of a test must not lie beside the source that others run. */
async function pack(t: ExecutionContext): Promise<string> {
  const folder = await temporaryFolder(t);
  const copy = join(folder, "checkout");
  for (const name of PACKED) await cp(join(ROOT, name), join(copy, name), { recursive: true });
  await cp(join(ROOT, "test/run/build-package.ts"), join(copy, "test/run/build-package.ts"));
  await symlink(MODULES, join(copy, "node_modules"));
  const env = { ...surroundings(), npm_config_offline: "true", npm_config_cache: join(folder, "cache") };
  await run("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: copy, env });
  t.false((await readdir(copy)).includes("dist"), "nothing is left of the build");
  const [tarball = ""] = (await readdir(folder)).filter((name) => name.endsWith(".tgz"));
  return join(folder, tarball);
}

/** A project in which the tarball is installed. Its other packages are those of the checkout, so that no registry is asked. */
async function consumer(t: ExecutionContext): Promise<string> {
  const tarball = await pack(t);
  const folder = await temporaryFolder(t);
  const modules = join(folder, "node_modules");
  await mkdir(join(modules, "kudos"), { recursive: true });
  for (const name of await readdir(MODULES)) {
    // Only what the README has a project install: an overlay is none of it.
    if (!name.startsWith(".") && name !== "json-p3") await symlink(join(MODULES, name), join(modules, name));
  }
  await run("tar", ["-xzf", tarball, "-C", join(modules, "kudos"), "--strip-components=1"]);
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "ships", private: true, type: "module" }));
  return folder;
}

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

/** The code blocks of the README, by their language. */
async function readmeBlocks(): Promise<ReadonlyMap<string, string>> {
  const readme = await readFile(join(ROOT, "src/contract/README.md"), "utf8");
  return new Map(
    [...readme.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = "", text = ""]) => [language, text]),
  );
}

test("the packed package: kudos generate and kudos init run, and the ten lines of its README compile and serve", async (t) => {
  t.timeout(300_000);
  const blocks = await readmeBlocks();
  const code = blocks.get("ts") ?? "";
  t.is(code.split("\n").filter((line) => line.trim() !== "").length, 10);
  const folder = await consumer(t);
  await writeFile(join(folder, "tsconfig.json"), blocks.get("json") ?? "");
  await writeFile(join(folder, "openapi.yaml"), blocks.get("yaml") ?? "");
  await writeFile(join(folder, "app.ts"), code);

  const bin = join(folder, "node_modules/kudos/src/bin.js");
  const { stdout } = await run(process.execPath, [bin, "generate"], { cwd: folder, env: surroundings() });
  t.is(stdout, "generated/ has new files: openapi.ts, principals.ts, security-schemes.ts, contract.json.\n");
  await run(process.execPath, [TSC], { cwd: folder });
  const served = await t.throwsAsync<Error & { stderr: string }>(
    run(process.execPath, [bin, "serve"], { cwd: folder, env: surroundings() }),
  );
  t.regex(served?.stderr ?? "", /^kudos: an installed package does not serve; [^\n]+\n$/);
  const made = await run(process.execPath, [bin, "init", "fresh", "--no-auth", "--json"], {
    cwd: folder,
    env: surroundings(),
  });
  t.like(JSON.parse(made.stdout), { name: "fresh", auth: false, generated: true });
  const [own, fresh] = [join(ROOT, "src/contract/serve.ts"), join(folder, "fresh/src/contract/serve.ts")];
  t.is(await readFile(fresh, "utf8"), await readFile(own, "utf8"), "it has the source, and not what was built of it");

  const wrong = code.replace('name: "Ada"', "name: 7");
  await writeFile(join(folder, "app.ts"), wrong);
  const refused = await t.throwsAsync<Error & { stdout: string }>(run(process.execPath, [TSC], { cwd: folder }));
  t.regex(refused?.stdout ?? "", /app\.ts\(7,\d+\): error TS2322/, "the types are no `any`");
  await writeFile(join(folder, "app.ts"), code);

  const port = await freePort();
  const child = spawn(process.execPath, ["app.ts"], { cwd: folder, env: { ...surroundings(), PORT: String(port) } });
  t.teardown(() => child.kill());
  const { ended } = observe(child);
  const ask = async (path: string): Promise<Response> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined);
    if (answer !== undefined) return answer;
    const exit = await Promise.race([ended, sleep(50)]);
    if (exit !== undefined) throw new Error(exit.stderr);
    return ask(path);
  };
  const found = await ask("/ships/9074729");
  t.is(found.status, 200);
  t.deepEqual(await found.json(), { imo: 9_074_729, name: "Ada" });
  const refusal = await ask("/ships/7");
  t.is(refusal.status, 400);
  t.is(refusal.headers.get("Content-Type"), "application/problem+json");
  t.is((await ask("/boats")).status, 404);
});
