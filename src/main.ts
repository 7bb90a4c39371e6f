/** The oldest Node that runs this code. */
const LEAST = [24, 12] as const;

const { node } = process.versions;
const [major = 0, minor = 0] = node.split(".").map(Number);
if (major < LEAST[0] || (major === LEAST[0] && minor < LEAST[1])) {
  console.error(
    `Kudos needs Node ${LEAST.join(".")} or later, this is ${node}: run npm ci, which brings one, then npm start or npx kudos.`,
  );
  process.exit(1);
}
// EPIPE is no error: a reader of standard output may close it early, as in `kudos users list | head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});
// The import comes after the check, because an older Node fails at the syntax of the imported files.
const { runCommand } = await import("./cli/run-command.ts");
process.exitCode = await runCommand(process.argv.slice(2), process.env);
