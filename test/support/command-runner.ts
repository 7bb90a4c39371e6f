import { tmpdir } from "node:os";
import { runCommand } from "../../src/cli/run-command.ts";
import type { CommandLine } from "./command-process.ts";

// The program of command-process.ts: runs the command lines that it is sent, and answers each with its exit code.
process.on("message", async ({ args, folder, environment }: CommandLine) => {
  process.chdir(folder);
  const code = await runCommand(args, environment, new AbortController().signal);
  // The folder may be removed before the next command.
  process.chdir(tmpdir());
  process.send?.(code);
});
