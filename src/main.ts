import { constants } from "node:os";

/** The oldest Node that runs this code. */
const LEAST = [24, 12] as const;

const { node } = process.versions;
const [major = 0, minor = 0] = node.split(".").map(Number);
if (major < LEAST[0] || (major === LEAST[0] && minor < LEAST[1])) {
  console.error(
    `Kudos needs Node ${LEAST.join(".")} or later, this is ${node}: run npm ci, which brings one, then npm start or npx kudos; or install one from https://nodejs.org`,
  );
  process.exit(1);
}
// The signals are heard from here on, before the modules are loaded: process 1 of a container ignores a signal that nobody handles
// (pid_namespaces(7)). A server finishes; any other command ends as by the signal.
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  if (process.argv[2] === "serve") process.on(signal, () => stop.abort());
  else if (process.pid === 1) process.on(signal, () => process.exit(128 + constants.signals[signal]));
}
// An output that fails, such as by a full disk, ends nothing: who writes there tells of it. Standard error has nobody to tell.
process.stdout.on("error", () => {});
process.stderr.on("error", () => {});
// The import comes after the check, because an older Node fails at the syntax of the imported files.
const { runCommand } = await import("./cli/run-command.ts");
process.exitCode = await runCommand(process.argv.slice(2), process.env, stop.signal);
