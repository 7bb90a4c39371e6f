import { flushCompileCache } from "node:module";
import { describeSettings, readSettings } from "../../settings.ts";
import { type Running, start } from "../../start.ts";
import { explain } from "../explain.ts";

const HELP = `Usage: npm start, or kudos serve

Serves Kudos until it gets SIGINT (Ctrl-C) or SIGTERM. Settings are environment variables:

${describeSettings()}

No secret has a default. When NODE_ENV=production, RATE_LIMITS=off and a weaker PASSWORD_COST are refused, and RESPONSE_VALIDATION is log
unless it is set. The folder of the database must exist, except that of the default.
A key is 32 bytes in base64url; the first signs, all verify. Keep the key file with the database in your backups, and apart from it
elsewhere: without the key every token and session is dead. A server that finds a used database and no key does not start; with another
key it starts and warns.
`;

/** Serves until SIGINT or SIGTERM. Resolves to the exit code: 0 stopped with all requests finished, 1 not, 2 not understood. */
export async function serve(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) {
    process.stdout.write(HELP);
    return 0;
  }
  if (args.length > 0) {
    process.stderr.write(`kudos: ${args[0]} is not understood; see npm start -- --help\n`);
    return 2;
  }
  let running: Running;
  try {
    running = await start({ settings: readSettings(environment) });
  } catch (error) {
    process.stderr.write(`kudos: ${explain(error)}\n`);
    return 1;
  }
  const signal = untilSignal();
  process.stdout.write(welcome(running));
  // Node would write at the exit, and a server may be killed. The first start fills the cache that bin.js switches on.
  flushCompileCache();
  await signal;
  return (await running.stop()) ? 0 : 1;
}

/** Resolves at the first SIGINT or SIGTERM. Later ones are ignored: npm passes on a Ctrl-C that has arrived already. */
function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.on("SIGINT", () => resolve());
    process.on("SIGTERM", () => resolve());
  });
}

function welcome({ url, databasePath, keyPath }: Running): string {
  return [
    `Kudos listens on ${url}`,
    `  database       ${databasePath}`,
    `  secret key     ${keyPath ?? "from SECRET_KEY, or in memory only"}`,
    `  open next      ${url}/docs to try the API, ${url}/register for an account`,
    "  stop           Ctrl-C",
    "",
  ].join("\n");
}
