import { spawn } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { listening, observe, type Program, ROOT, WITHOUT_COVERAGE } from "../support/program.ts";
import { CHEAP } from "../support/server.ts";

/** A change to one file of a copy of the program. */
type Change = readonly [file: string, before: string | RegExp, after: string];

/** Starts a copy of the program, with some of its files changed, on a database in memory. */
async function startCopy(
  t: ExecutionContext,
  changes: readonly Change[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Program> {
  const folder = await mkdtemp(join(tmpdir(), "kudos-copy-"));
  for (const name of ["src", "generated", "openapi.yaml", "package.json"]) {
    await cp(join(ROOT, name), join(folder, name), { recursive: true });
  }
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
  for (const [file, before, after] of changes) {
    const text = await readFile(join(folder, file), "utf8");
    const changed = text.replace(before, after);
    if (changed === text) throw new Error(`${file} has no ${before}`);
    await writeFile(join(folder, file), changed);
  }
  const child = spawn(process.execPath, ["src/main.ts", "serve"], {
    cwd: folder,
    env: { ...WITHOUT_COVERAGE, PORT: "0", DATABASE_URL: "sqlite::memory:", PASSWORD_COST: CHEAP, ...environment },
  });
  const program = observe(child);
  t.teardown(async () => {
    child.kill();
    await program.ended;
    await rm(folder, { recursive: true });
  });
  return program;
}

/** All that a program has printed, its log included, once it has ended. */
async function printed({ child, ended }: Program): Promise<string> {
  child.kill();
  return (await ended).stdout;
}

test("a contract that does not fit the code: all faults at once, exit 1, and no port was opened", async (t) => {
  t.timeout(60_000);
  const { ended } = await startCopy(t, [
    ["openapi.yaml", "operationId: getMe\n", "operationId: getMyself\n"],
    ["openapi.yaml", "name: kudos_session\n", "name: kudos_session\n    partnerKey:\n      type: mutualTLS\n"],
    ["openapi.yaml", /(operationId: createArticleLike\n[\s\S]*?x-max-bytes:) 4096/, "$1 0"],
    ["openapi.yaml", "operationId: getArticleLike\n      description: Read the like.", "operationId: readNothing"],
    ["openapi.yaml", "title: On tokens", "title: 7"],
    ["openapi.yaml", "- urn:kudos:problem:like-of-another", "- urn:kudos:problem:like-of-nobody"],
    ["openapi.yaml", "x-max-bytes: 32768", "x-max-bytes: 8192"],
    ["openapi.yaml", "maxLength: 12000", "maxLength: 16384"],
  ]);
  const { code, stdout, stderr } = await ended;
  t.is(code, 1);
  t.is(stdout, "");
  t.regex(stderr, /^kudos: The contract cannot be served:$/m);
  for (const finding of [
    "operation getMyself has no handler",
    "handler getMe has no operation",
    "security scheme partnerKey is of a kind that is not supported",
    "security scheme partnerKey has no authenticator",
    "operation createArticleLike takes content of any size: give it x-max-bytes",
    "leads to the unknown operation readNothing",
    "the example does not match its schema",
    "the problem urn:kudos:problem:like-of-another is declared with 403 by no operation",
    "operation deleteArticleLike declares the problem urn:kudos:problem:like-of-nobody with 403, which nothing raises",
    "operation login takes up to 32558 bytes of application/json by its schema, and 8192 by x-max-bytes",
    "operation getArticle takes parameters of up to 16469 bytes by their schemas, and the header section has 12288",
  ]) {
    t.true(stderr.includes(finding), `${finding} is not in:\n${stderr}`);
  }
  t.notRegex(stderr, /^\s+at /m);
});

for (const [what, before, after] of [
  ["no YAML", "openapi: 3.1.0", "openapi: [3.1.0"],
  ["another version of OpenAPI", "openapi: 3.1.0", "openapi: 3.3.0"],
  ["a $ref that leads nowhere", "schemas/Cursor", "schemas/Cruiser"],
] as const) {
  test(`a contract with ${what}: one clear message and exit 1`, async (t) => {
    // A start that does not refuse it never ends by itself.
    t.timeout(60_000);
    const { code, stdout, stderr } = await (await startCopy(t, [["openapi.yaml", before, after]])).ended;
    t.is(code, 1);
    t.is(stdout, "");
    t.regex(stderr, /^kudos: The contract cannot be served:\n {2}- /m);
    t.notRegex(stderr, /^\s+at /m);
  });
}

test("getLiveness: 500 for an answer that is not declared, with the reason in the log alone", async (t) => {
  const change: Change = ["src/operations/health.ts", '{ status: "live" }', '{ status: "hunter2" as "live" }'];
  const program = await listening(await startCopy(t, [change]));
  const response = await fetch(`${program.url}/health/live`);
  t.is(response.status, 500);
  const text = await response.text();
  t.is(response.headers.get("Content-Type"), "application/problem+json");
  t.notRegex(text, /hunter2|must be|constant|\.ts/);
  const log = await printed(program);
  t.regex(log, /"operationId":"getLiveness","reason":"the body of 200: value\/status must be equal to constant"/);
  t.notRegex(log, /hunter2/);
});

for (const environment of [{ RESPONSE_VALIDATION: "log" }, { NODE_ENV: "production", PASSWORD_COST: "" }]) {
  test(`getLiveness: 200 for such an answer with ${JSON.stringify(environment)}, and the same reason in the log`, async (t) => {
    const change: Change = ["src/operations/health.ts", '{ status: "live" }', '{ status: "alive" as "live" }'];
    const program = await listening(await startCopy(t, [change], environment));
    const response = await fetch(`${program.url}/health/live`);
    t.is(response.status, 200);
    t.deepEqual(JSON.parse(await response.text()), { status: "alive" });
    t.regex(await printed(program), /"operationId":"getLiveness","reason":"the body of 200: /);
  });
}

test("getLiveness: 500 for an unforeseen error, of which the answer has nothing but an id that the log has too", async (t) => {
  const change: Change = [
    "src/operations/health.ts",
    '({ status: 200, body: { status: "live" } })',
    '{ throw new Error("select * from users"); }',
  ];
  const program = await listening(await startCopy(t, [change]));
  const response = await fetch(`${program.url}/health/live`);
  t.is(response.status, 500);
  const { instance, ...problem } = JSON.parse(await response.text());
  t.deepEqual(problem, {
    type: "about:blank",
    title: "Internal Server Error",
    status: 500,
    detail: "Something went wrong on our side. Quote the request id when you report it.",
  });
  const id = instance.replace("urn:uuid:", "");
  t.is(response.headers.get("X-Request-Id"), id);
  const fault = (await printed(program)).split("\n").find((line) => line.includes('"fault"')) ?? "";
  t.true(fault.includes(id) && fault.includes("health.ts"), fault);
});
