import { spawn } from "node:child_process";
import { rm } from "node:fs/promises";
import { delimiter } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type AvaCount, countAva } from "./ava-count.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const COVERAGE = fileURLToPath(new URL("../../coverage", import.meta.url));
const BIN = fileURLToPath(new URL("../../node_modules/.bin", import.meta.url));
const ENVIRONMENT = { ...process.env, PATH: `${BIN}${delimiter}${process.env.PATH}`, REDOCLY_TELEMETRY: "off" };

interface Step {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

const STEPS: readonly Step[] = [
  { name: "style and import arrows", command: ["biome", "check", "--error-on-warnings"] },
  { name: "types", command: ["tsc"] },
  { name: "types of what runs in browsers", command: ["vue-tsc", "--project", "src/web/view"] },
  { name: "contract, by Redocly", command: ["redocly", "lint", "openapi.yaml", "--config", ".redocly.yaml"] },
  {
    name: "contract, by Spectral",
    command: ["spectral", "lint", "openapi.yaml", "--ruleset", ".spectral.yaml", "--fail-severity=hint"],
  },
  { name: "generated files are fresh", command: ["node", "src/contract/generate.ts", "--check"] },
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

/** Runs the tests with V8's coverage switched on in every process and thread, and shows each result as it comes. */
async function runTests(): Promise<AvaCount> {
  await rm(COVERAGE, { recursive: true, force: true });
  const child = spawn("ava", [], {
    cwd: ROOT,
    env: { ...ENVIRONMENT, NODE_V8_COVERAGE: `${COVERAGE}/raw` },
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

async function main(): Promise<void> {
  const failures: string[] = [];
  const waiting = [...STEPS];
  const worker = async (): Promise<void> => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      if (!(await passes(step))) failures.push(step.name);
    }
  };
  await Promise.all([worker(), worker()]);
  // Once, so that not every test finds out by itself that it has to be done.
  const build: Step = { name: "build of the pages' files", command: ["node", "src/web/assets/build.ts"] };
  if (!(await passes(build))) failures.push(build.name);
  const tests = await runTests();
  const coverage: Step = { name: "coverage", command: ["c8", "report"] };
  if (!(await passes(coverage))) failures.push(coverage.name);

  for (const title of tests.skips) console.log(`skipped: ${title}`);
  for (const title of [...failures, ...tests.failures]) console.log(`failed: ${title}`);
  const passed = STEPS.length + 2 - failures.length + tests.passed;
  const failed = failures.length + tests.failed;
  console.log(`${passed} passed, ${failed} failed${tests.skipped > 0 ? `, ${tests.skipped} skipped` : ""}`);
  if (failed > 0) process.exitCode = 1;
}

if (import.meta.main) await main();
