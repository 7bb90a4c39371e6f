import { nodeFault } from "./least-node.ts";

const fault = nodeFault("run npm ci, which brings one, and then npx kudos.");
if (fault !== null) {
  console.error(fault);
  process.exit(1);
}
// Who reads a list may have seen enough of it: `kudos users list | head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});
// Only now: an older Node would stumble over the syntax of these before it could say so.
const { runCommand } = await import("./cli/run-command.ts");
process.exitCode = await runCommand(process.argv.slice(2), process.env);
