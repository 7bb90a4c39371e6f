const LEAST_NODE = [24, 12] as const;

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < LEAST_NODE[0] || (major === LEAST_NODE[0] && minor < LEAST_NODE[1])) {
  console.error(
    `Kudos needs Node ${LEAST_NODE.join(".")} or later, this is ${process.versions.node}: use npm start, which brings its own.`,
  );
  process.exit(1);
}
// Only now: an older Node would stumble over the syntax of these before it could say so.
const { run } = await import("./run.ts");
process.exitCode = await run(process.argv.slice(2), process.env);
