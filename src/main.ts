import { nodeFault } from "./least-node.ts";

const fault = nodeFault("use npm start, which brings its own.");
if (fault !== null) {
  console.error(fault);
  process.exit(1);
}
// Only now: an older Node would stumble over the syntax of these before it could say so.
const { run } = await import("./cli/commands/serve.ts");
process.exitCode = await run(process.argv.slice(2), process.env);
