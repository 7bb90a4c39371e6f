import { spawn } from "node:child_process";
import { rm } from "node:fs/promises";
import { delimiter } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type AvaCount, countAva } from "./ava-count.ts";
import { GROUPS } from "./groups.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const COVERAGE = fileURLToPath(new URL("../../coverage", import.meta.url));
/** Compiled code of earlier runs. Not for runs with coverage, which it would make less precise (Node's documentation of `module`). */
const CACHE = fileURLToPath(new URL("../../node_modules/.cache/node", import.meta.url));
const BIN = fileURLToPath(new URL("../../node_modules/.bin", import.meta.url));
const ENVIRONMENT = { ...process.env, PATH: `${BIN}${delimiter}${process.env.PATH}`, REDOCLY_TELEMETRY: "off" };

interface Step {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

const STEPS: readonly Step[] = [
  { name: "style and import arrows", command: ["biome", "check", "--error-on-warnings"] },
  { name: "types", command: ["tsc", "--incremental", "--tsBuildInfoFile", "node_modules/.cache/types.tsbuildinfo"] },
  { name: "types of what runs in browsers", command: ["vue-tsc", "--project", "src/web/view"] },
  { name: "contract, by Redocly", command: ["redocly", "lint", "openapi.yaml", "--config", ".redocly.yaml"] },
  {
    name: "contract, by Spectral",
    command: ["spectral", "lint", "openapi.yaml", "--ruleset", ".spectral.yaml", "--fail-severity=hint"],
  },
  {
    name: "contract for clients, by Redocly",
    command: ["redocly", "lint", "generated/openapi.client.json", "--config", ".redocly.yaml"],
  },
  {
    name: "contract for clients, by Spectral",
    command: [
      "spectral",
      "lint",
      "generated/openapi.client.json",
      "--ruleset",
      ".spectral.yaml",
      "--fail-severity=hint",
    ],
  },
  { name: "generated files are fresh", command: ["npm", "run", "--silent", "generate", "--", "--check"] },
];

/** Runs a step to its end and prints what it wrote in one piece, so that steps may run side by side. */
async function passes({ name, command: [file, ...args] }: Step): Promise<boolean> {
  const started = performance.now();
  const child = spawn(file, args, { cwd: ROOT, env: ENVIRONMENT, stdio: ["ignore", "pipe", "pipe"] });
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => output.push(chunk));
  const exit = await ending(child).catch((error: Error) => error.message);
  const text = Buffer.concat(output).toString().trim();
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  console.log(`${text === "" ? "" : `\n${text}\n`}${exit === 0 ? "ok" : "FAILED"}: ${name} (${seconds} s)`);
  return exit === 0;
}

/**
 * Runs the tests, a process a group, and shows each result as it comes. All groups run with V8's coverage switched on in every process
 * and thread; quick ones without.
 */
async function runTests(quick: boolean): Promise<AvaCount> {
  const groups = Object.entries(GROUPS).filter(([, { slow }]) => !(quick && slow));
  const entries = groups.map(([name]) => `test/run/groups/${name}.ts`);
  await rm(COVERAGE, { recursive: true, force: true });
  const child = spawn("ava", entries, {
    cwd: ROOT,
    // Of code that comes compiled from a cache, V8 counts functions only.
    env: {
      ...ENVIRONMENT,
      ...(quick
        ? { NODE_COMPILE_CACHE: CACHE }
        : { NODE_V8_COVERAGE: `${COVERAGE}/raw`, NODE_DISABLE_COMPILE_CACHE: "1" }),
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = ending(child).catch((error: Error) => error.message);
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    console.log(line);
  }
  return countAva(lines, await ended);
}

function ending(child: ReturnType<typeof spawn>): Promise<number | string> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? signal ?? "no exit code"));
  });
}

/** @param quick leaves out what needs a browser or processes of its own, and the coverage */
async function main(quick: boolean): Promise<void> {
  const failures: string[] = [];
  let passed = 0;
  const run = async (step: Step): Promise<void> => {
    if (await passes(step)) passed += 1;
    else failures.push(step.name);
  };
  // Built before the tests, so that they do not each find out that it has to be done.
  await run({ name: "build of the pages' files", command: ["node", "src/web/assets/build.ts"] });
  // The steps fill the time in which tests wait.
  const [tests] = await Promise.all([
    runTests(quick),
    (async () => {
      for (const step of STEPS) await run(step);
    })(),
  ]);
  if (!quick) await run({ name: "coverage", command: ["c8", "report"] });

  for (const title of tests.skips) console.log(`skipped: ${title}`);
  for (const title of [...failures, ...tests.failures]) console.log(`failed: ${title}`);
  const failed = failures.length + tests.failed;
  const skipped = tests.skipped > 0 ? `, ${tests.skipped} skipped` : "";
  console.log(`${passed + tests.passed} passed, ${failed} failed${skipped}`);
  if (failed > 0) process.exitCode = 1;
}

if (import.meta.main) await main(process.argv.includes("--quick"));
