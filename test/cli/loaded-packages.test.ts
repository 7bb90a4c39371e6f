import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { observe, ROOT, startProgram, surroundings } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** An argument for Node that makes it write the address of every module that it loads into the file `LOADED`. */
const NOTING = `--import=data:text/javascript,${encodeURIComponent(`
  import { appendFileSync } from "node:fs";
  import { registerHooks } from "node:module";
  registerHooks({
    load(url, context, next) {
      appendFileSync(process.env.LOADED, url + "\\n");
      return next(url, context);
    },
  });
`)}`;

/** The packages from which code was loaded, by the file in which its modules were noted. */
async function packages(noted: string): Promise<ReadonlySet<string>> {
  const lines = (await readFile(noted, "utf8")).split("\n");
  return new Set(
    lines.flatMap((url) =>
      url.endsWith(".json") ? [] : (/.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []),
    ),
  );
}

for (const [args, code] of [
  [["--help"], 0],
  [["--version"], 0],
  [["users", "create", "--help"], 0],
  [["keys"], 2],
  [["users", "create"], 2],
] as const) {
  test(`kudos ${args.join(" ")} loads no package`, async (t) => {
    const noted = join(await temporaryFolder(t), "loaded");
    const child = spawn(process.execPath, [NOTING, "src/main.ts", ...args], {
      cwd: ROOT,
      env: { ...surroundings(), LOADED: noted },
    });
    t.is((await observe(child).ended).code, code);
    t.deepEqual([...(await packages(noted))], []);
  });
}

// What only a document that has changed needs, what reads and checks content, threads with their dictionaries, the pages' tools, and what
// measures where METRICS_PORT says so.
const BY_NEED = [
  ...["yaml", "express-openapi-validator", "koa-body", "zod", "piscina", "hash-wasm", "vite"],
  ...["@zxcvbn-ts/core", "@zxcvbn-ts/language-common", "@zxcvbn-ts/language-en"],
  ...["@opentelemetry/api", "@opentelemetry/sdk-metrics", "@opentelemetry/exporter-prometheus"],
];

test("a start loads what its first answers need; content loads its parser, its validator and the hashing threads", async (t) => {
  const folder = await temporaryFolder(t);
  const noted = join(folder, "loaded");
  const environment = { DATABASE_URL: `sqlite:${join(folder, "kudos.sqlite")}`, LOADED: noted };
  const { url } = await startProgram(t, { folder, environment, nodeArgs: [NOTING] });
  t.is((await fetch(`${url}/health/ready`)).status, 200);
  t.is((await fetch(`${url}/api/test`)).status, 401);
  const early = await packages(noted);
  t.true(early.has("koa") && early.has("@mikro-orm/core"), "the modules are noted");
  t.deepEqual(
    BY_NEED.filter((name) => early.has(name)),
    [],
  );
  const registered = await fetch(`${url}/register`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ email: "ada@example.com", password: "correct horse battery staple" }),
  });
  t.is(registered.status, 200);
  const late = await packages(noted);
  for (const name of ["express-openapi-validator", "koa-body", "piscina", "@zxcvbn-ts/core"])
    t.true(late.has(name), name);
});
