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
// An output that fails, such as by a full disk, ends nothing: who writes there tells of it. Standard error has nobody to tell.
process.stdout.on("error", () => {});
process.stderr.on("error", () => {});
// The import comes after the check, because an older Node fails at the syntax of the imported files.
const { runCommand } = await import("./cli/run-command.ts");
process.exitCode = await runCommand(process.argv.slice(2), process.env);
