import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "ava";
import { runInSharedProcess } from "../../support/command-process.ts";
import { surroundings } from "../../support/program.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const kudos = (folder: string, args: readonly string[]) =>
  runInSharedProcess({ args, folder, environment: surroundings() });

const SMALL = `openapi: 3.1.0
info: { title: Small, version: "1" }
paths:
  /now:
    get:
      operationId: getNow
      responses:
        "200": { description: The time., content: { text/plain: { schema: { type: string } } } }
`;

test("kudos init: makes a project of the name that is given, once", async (t) => {
  const folder = await temporaryFolder(t);
  const made = await kudos(folder, ["init", "api", "--no-auth", "--name", "ships"]);
  t.deepEqual([made.code, made.stderr], [0, ""]);
  t.regex(made.stdout, /api has \d+ files now: cd api && npm install && npm test && npm start\n$/);
  t.is(JSON.parse(await readFile(join(folder, "api/package.json"), "utf8")).name, "ships");
  const again = await kudos(folder, ["init", "api", "--auth"]);
  t.deepEqual([again.code, again.stdout, again.stderr], [1, "", "kudos: api is not empty\n"]);
  t.deepEqual(await readdir(folder), ["api"]);
});

test("kudos init: where nobody can be asked, it has to be told whether with accounts, and once", async (t) => {
  const folder = await temporaryFolder(t);
  for (const [args, reason] of [
    [[], "init needs --auth or --no-auth; see kudos init --help"],
    [["--auth", "--no-auth"], "init takes --auth or --no-auth, and not both"],
  ] as const) {
    const { code, stdout, stderr } = await kudos(folder, ["init", "api", ...args]);
    t.deepEqual([code, stdout, stderr], [2, "", `kudos: ${reason}\n`]);
  }
  t.deepEqual(await readdir(folder), []);
});

test("kudos generate: writes the types of a document, and finds stale ones", async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, "api.yaml"), SMALL);
  const options = ["generate", "--document", "api.yaml", "--folder", "types"];
  const stale = await kudos(folder, [...options, "--check"]);
  t.is(stale.code, 1);
  t.is(stale.stderr, "kudos: types/ is stale: openapi.ts, principals.ts, security-schemes.ts, contract.json\n");
  t.deepEqual(await readdir(folder), ["api.yaml"], "a check writes nothing");
  t.is((await kudos(folder, options)).code, 0);
  t.regex(await readFile(join(folder, "types/openapi.ts"), "utf8"), /getNow/);
  const fresh = await kudos(folder, [...options, "--check"]);
  t.deepEqual([fresh.code, fresh.stdout], [0, "types/ is up to date.\n"]);
});

test("kudos generate: says why a start would refuse the document, and why its contract.json is null then", async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, "openapi.yaml"), SMALL.replace("type: string", "type: string, pattern: '('"));
  const faulty = await kudos(folder, ["generate"]);
  t.is(faulty.code, 0, "the types are as good as ever");
  t.regex(
    faulty.stdout,
    /\nA start would refuse this document, so generated\/contract\.json is null:\n {2}- operation getNow .+\n/,
  );
  t.is(await readFile(join(folder, "generated/contract.json"), "utf8"), "null\n");
  const { faults } = JSON.parse((await kudos(folder, ["generate", "--json"])).stdout);
  t.is(faults.length, 1);
});

test("kudos generate: a document that is not there, and one that is none, are a sentence", async (t) => {
  const folder = await temporaryFolder(t);
  const missing = await kudos(folder, ["generate"]);
  t.deepEqual([missing.code, missing.stdout], [1, ""]);
  t.regex(missing.stderr, /^kudos: [^\n]*openapi\.yaml cannot be used \(ENOENT\)\n$/);
  await writeFile(join(folder, "openapi.yaml"), "[]");
  const none = await kudos(folder, ["generate"]);
  t.is(none.stderr, "kudos: The contract cannot be served:\n  - the document is not an object\n");
});
