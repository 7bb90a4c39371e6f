import { spawn } from "node:child_process";
import { rm } from "node:fs/promises";
import { delimiter } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type AvaCount, countAva } from "./ava-count.ts";
import { GROUPS, type TestGroup } from "./groups.ts";

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
  { name: "contract, beside what it promised", command: ["node", "src/contract/compatibility/main.ts", "--promised"] },
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

/** Which tests run: all but those apart; all but those apart and the slow ones; those apart. */
type Part = "usual" | "quick" | "apart";

function isIn(part: Part, { slow, apart }: TestGroup): boolean {
  return part === "apart" ? apart === true : !apart && !(part === "quick" && slow);
}

/**
 * Runs the tests, a process a group, and shows each result as it comes. The usual ones run with V8's coverage switched on in every
 * process and thread; the others without.
 */
async function runTests(part: Part): Promise<AvaCount> {
  const groups = Object.entries(GROUPS).filter(([, group]) => isIn(part, group));
  const entries = groups.map(([name]) => `test/run/groups/${name}.ts`);
  if (part !== "apart") await rm(COVERAGE, { recursive: true, force: true });
  const child = spawn("ava", entries, {
    cwd: ROOT,
    // Of code that comes compiled from a cache, V8 counts functions only.
    env: {
      ...ENVIRONMENT,
      ...(part === "usual"
        ? { NODE_V8_COVERAGE: `${COVERAGE}/raw`, NODE_DISABLE_COMPILE_CACHE: "1" }
        : { NODE_COMPILE_CACHE: CACHE }),
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

/** @param parts what to run, one after the other: tests apart would lengthen the times that others measure */
async function main(parts: readonly Part[]): Promise<void> {
  const failures: string[] = [];
  const counts: AvaCount[] = [];
  let passed = 0;
  const run = async (step: Step): Promise<void> => {
    if (await passes(step)) passed += 1;
    else failures.push(step.name);
  };
  // Built before the tests, so that they do not each find out that it has to be done.
  await run({ name: "build of the pages' files", command: ["node", "src/web/assets/build.ts"] });
  for (const part of parts) {
    // The steps fill the time in which tests wait.
    const [count] = await Promise.all([
      runTests(part),
      (async () => {
        for (const step of part === "apart" ? [] : STEPS) await run(step);
      })(),
    ]);
    counts.push(count);
    if (part === "usual") await run({ name: "coverage", command: ["c8", "report"] });
  }

  for (const title of counts.flatMap(({ skips }) => skips)) console.log(`skipped: ${title}`);
  for (const title of [...failures, ...counts.flatMap((count) => count.failures)]) console.log(`failed: ${title}`);
  const sum = (of: "passed" | "failed" | "skipped") => counts.reduce((total, count) => total + count[of], 0);
  const failed = failures.length + sum("failed");
  const skipped = sum("skipped") > 0 ? `, ${sum("skipped")} skipped` : "";
  console.log(`${passed + sum("passed")} passed, ${failed} failed${skipped}`);
  if (failed > 0) process.exitCode = 1;
}

/** What is asked for: everything but the clients, or with `--clients` they too; `--quick` or `--only-clients`, and nothing else. */
function askedFor(args: readonly string[]): readonly Part[] {
  if (args.includes("--quick")) return ["quick"];
  if (args.includes("--only-clients")) return ["apart"];
  return args.includes("--clients") ? ["usual", "apart"] : ["usual"];
}

if (import.meta.main) await main(askedFor(process.argv));
