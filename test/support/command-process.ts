import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ExecutionContext } from "ava";

const OUTPUTS = ["stdout", "stderr"] as const;
const RUNNER = fileURLToPath(new URL("command-runner.ts", import.meta.url));

/** A command line for the shared process. */
export interface CommandLine {
  readonly args: readonly string[];
  /** The working folder. */
  readonly folder: string;
  /** All environment variables that the command sees. */
  readonly environment: NodeJS.ProcessEnv;
}

/** The exit code of a command line, and what it wrote. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a command line in a process that all tests of this process share, one after the other. It is another process than that of the tests,
 * like a real one, but loads the program once. Standard input is empty there. A server that starts there would never end.
 */
export function runInSharedProcess(line: CommandLine): Promise<CommandResult> {
  const result = turn.then(() => run(line));
  turn = result.catch(() => undefined);
  return result;
}

let turn: Promise<unknown> = Promise.resolve();
let shared: SharedProcess | undefined;

interface SharedProcess {
  readonly child: ChildProcess;
  readonly exit: Promise<unknown>;
  /** The folder of the files that standard output and standard error are: writing to a file is synchronous. */
  readonly folder: string;
}

function startSharedProcess(): SharedProcess {
  const folder = mkdtempSync(join(tmpdir(), "kudos-commands-"));
  const outputs = OUTPUTS.map((name) => openSync(join(folder, name), "a"));
  const child = fork(RUNNER, { stdio: ["ignore", ...outputs, "ipc"] });
  for (const output of outputs) closeSync(output);
  return { child, exit: once(child, "exit"), folder };
}

async function run(line: CommandLine): Promise<CommandResult> {
  shared ??= startSharedProcess();
  const { child, exit, folder } = shared;
  const read = () => OUTPUTS.map((name) => readFileSync(join(folder, name)));
  const before = read();
  const answer = once(child, "message");
  child.ref();
  child.channel?.ref();
  child.send(line);
  await Promise.race([answer, exit]);
  // An idle process does not keep this one alive: a test file that does not end it must not hang.
  child.unref();
  child.channel?.unref();
  const [stdout = "", stderr = ""] = read().map((text, index) => text.subarray(before[index]?.length).toString());
  if (!child.connected) throw new Error(`kudos ${line.args.join(" ")} ended the shared process: ${stderr}`);
  const [code] = await answer;
  return { code, stdout, stderr };
}

/** A hook for after the last test of a file: ends the shared process, which has to end by itself. */
export async function endSharedProcess(t: ExecutionContext): Promise<void> {
  if (shared === undefined) return;
  const { child, exit, folder } = shared;
  shared = undefined;
  child.ref();
  if (child.connected) child.disconnect();
  const [code] = (await exit) as [number | null];
  await rm(folder, { recursive: true });
  // A command that left something open would keep the process from ending.
  t.is(code, 0);
}
