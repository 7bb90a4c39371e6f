import { execFileSync, spawnSync } from "node:child_process";
import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test, { type ExecutionContext } from "ava";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const MAIN = fileURLToPath(new URL("../../../src/contract/compatibility/main.ts", import.meta.url));

/** A contract of one operation that takes a text of some length. */
const contract = (version: string, maxLength: number) => `
openapi: 3.1.0
info: { title: Notes, version: ${version} }
paths:
  /notes:
    post:
      operationId: createNote
      requestBody:
        content: { text/plain: { schema: { type: string, maxLength: ${maxLength} } } }
      responses: { "204": { description: Done. } }
`;

interface Repository {
  readonly folder: string;
  write(text: string): Promise<void>;
  commit(text: string): Promise<void>;
  diff(...args: readonly string[]): { readonly code: number | null; readonly output: string };
}

/** A git repository of its own, below which nothing of the project's is. */
async function repository(t: ExecutionContext): Promise<Repository> {
  const folder = await temporaryFolder(t);
  const environment = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_DIR: undefined };
  const git = (...args: readonly string[]) =>
    execFileSync("git", ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", ...args], {
      cwd: folder,
      env: environment,
      stdio: "pipe",
    });
  git("init", "--quiet");
  const write = (text: string) => writeFile(join(folder, "openapi.yaml"), text);
  return {
    folder,
    write,
    commit: async (text) => {
      await write(text);
      git("add", "openapi.yaml");
      git("commit", "--quiet", "--message", "Change the contract");
    },
    diff: (...args) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
        cwd: folder,
        env: environment,
      });
      return { code: status, output: `${stdout}${stderr}` };
    },
  };
}

test("contract:diff: shows what has changed since a commit, and fails where clients break", async (t) => {
  const { commit, write, diff } = await repository(t);
  await commit(contract("1.0.0", 10));
  t.deepEqual(diff("HEAD").code, 0);
  await write(contract("1.0.0", 20));
  const wider = diff("HEAD");
  t.is(wider.code, 0);
  t.regex(wider.output, /1 changes, 0 breaking\n {9}POST \/notes, content text\/plain: maxLength is 20 now/);
  await write(contract("1.0.0", 5));
  const narrower = diff("HEAD");
  t.is(narrower.code, 1);
  t.regex(narrower.output, /BREAKS POST \/notes, content text\/plain: maxLength is 5 now/);
  t.regex(narrower.output, /raise info\.version to 2\.0\.0/);
  await write(contract("2.0.0", 5));
  t.is(diff("HEAD").code, 0);
});

test("contract:diff: --promised holds a version to its first commit, and to the last one of each earlier version", async (t) => {
  const { commit, write, diff } = await repository(t);
  await commit(contract("0.9.0", 500));
  await commit(contract("1.0.0", 10));
  await commit(contract("1.0.0", 30));
  await commit(contract("1.1.0", 50));
  t.is(diff("--promised").code, 0);
  // What 1.0.0 took at last was a promise, what 0.9.0 took is none.
  await commit(contract("1.2.0", 20));
  const broken = diff("--promised");
  t.is(broken.code, 1);
  t.regex(broken.output, /1\.1\.0 \(\w+\) → 1\.2\.0: 1 changes, 1 breaking/);
  t.regex(broken.output, /1\.0\.0 \(\w+\) → 1\.2\.0: 1 changes, 1 breaking/);
  t.notRegex(broken.output, /0\.9\.0/);
  await commit(contract("1.2.0", 50));
  t.is(diff("--promised").code, 0);
  await commit(contract("2.0.0", 1));
  t.is(diff("--promised").code, 0);
  await write(contract("2.0.0", 0));
  t.is(diff("--promised").code, 1);
});

test("contract:diff: --promised says that it is skipped where there is no history", async (t) => {
  const { folder, write, diff } = await repository(t);
  await write(contract("1.0.0", 10));
  t.deepEqual(diff("--promised"), {
    code: 0,
    output: "skipped: the git history is missing here, so the contract cannot be compared with earlier ones\n",
  });
  const shallow = join(folder, "shallow");
  await mkdir(shallow);
  await cp(join(folder, "openapi.yaml"), join(shallow, "openapi.yaml"));
  t.is(diff("--promised", "--document", "shallow/openapi.yaml").code, 0);
});

test("contract:diff: a wrong call is told in one sentence, with the usage", async (t) => {
  const { commit, write, diff } = await repository(t);
  await commit(contract("1.0.0", 10));
  for (const args of [[], ["nonsense"], ["HEAD", "HEAD"], ["HEAD", "--promised"], ["--unknown"]]) {
    const { code, output } = diff(...args);
    t.is(code, 2, args.join(" "));
    t.regex(output, /\n\nUsage: npm run contract:diff/);
    t.notRegex(output, /^ +at /m);
  }
  await write("a: [");
  t.is(diff("HEAD").code, 2);
});
