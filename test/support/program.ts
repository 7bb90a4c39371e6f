import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { ExecutionContext } from "ava";
import { CHEAP } from "./server.ts";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

/** The environment of a process that runs a copy of the program: its coverage would be that of files which are not the project's. */
export const WITHOUT_COVERAGE = { NODE_V8_COVERAGE: "" };

/** The exit and the output of an ended process. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A started process. */
export interface Program {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** The standard output so far, and what was told of faults. */
  stdout(): string;
  stderr(): string;
}

/** A started server that listens. */
export interface StartedProgram extends Program {
  readonly url: string;
}

export interface ProgramOptions {
  /** The working folder. */
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** Arguments for Node itself. */
  readonly nodeArgs?: readonly string[];
}

/** Starts `src/main.ts serve` in a process of its own, which is killed at the end of the test. */
export function runProgram(
  t: ExecutionContext,
  { folder, environment, args = [], nodeArgs = [] }: ProgramOptions,
): Program {
  const child = spawn(process.execPath, [...nodeArgs, MAIN, "serve", ...args], {
    cwd: folder,
    env: { ...surroundings(), PORT: "0", PASSWORD_COST: CHEAP, ...environment },
  });
  t.teardown(() => child.kill("SIGKILL"));
  return observe(child);
}

/** Starts the server and waits until it listens. */
export async function startProgram(t: ExecutionContext, options: ProgramOptions): Promise<StartedProgram> {
  return listening(runProgram(t, options));
}

/** Waits until a server prints its address. Throws when it ends before that. */
export async function listening(program: Program): Promise<StartedProgram> {
  const url = () => /^Kudos listens on (\S+)$/m.exec(program.stdout())?.[1];
  while (url() === undefined) {
    const ended = await Promise.race([program.ended, once(program.child.stdout ?? program.child, "data")]);
    if ("code" in ended) throw new Error(`it ended with ${ended.code}: ${ended.stderr}${ended.stdout}`);
  }
  return { ...program, url: url() ?? "" };
}

/** Collects the output of a process until it ends. */
export function observe(child: ChildProcess): Program {
  let [stdout, stderr] = ["", ""];
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = once(child, "close").then(([code, signal]) => ({ code, signal, stdout, stderr }));
  return { child, ended, stdout: () => stdout, stderr: () => stderr };
}

/** The environment of the tests without the settings of Kudos and the variables of npm. */
export function surroundings(): NodeJS.ProcessEnv {
  const foreign = /^(npm_|HOST$|PORT$|DATABASE_URL$|SECRET_KEY|REGISTRATION$|CORS_ORIGINS$|LOG_LEVEL$|NODE_ENV$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}

/** Sets a limit of a process, as an argument of prlimit(1) says it: of its files' length, of its file descriptors. */
export function limitProcess({ child }: Pick<Program, "child">, limit: string): void {
  execFileSync("prlimit", ["--pid", String(child.pid), limit]);
}

/** Whether this system has prlimit(1), as Linux does. */
export function mayLimit(): boolean {
  return spawnSync("prlimit", ["--version"]).status === 0;
}
