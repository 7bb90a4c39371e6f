import { once } from "node:events";
import { flushCompileCache } from "node:module";
import { createLogger, type Logger } from "../../http/log.ts";
import { createLogDestination } from "../../http/log-destination.ts";
import type { Running } from "../../resources.ts";
import { describeLimits, doubtsAbout, publicUrlOf, readSettings, type Settings } from "../../settings.ts";
import { start } from "../../start.ts";
import { explain } from "../explain.ts";
import { describeServe } from "../help.ts";
import { print } from "../terminal/print.ts";
import { version } from "../version.ts";
import { countWorkers, isWorker, leave, requireShareable, serveByWorkers, tellReady } from "../workers.ts";

/** The longest time that a start goes on after the signal to stop: what it does then, such as building files, has no steps. */
const LAST_STEP_MS = 3_000;

/**
 * Serves until the signal, also while it starts. Resolves to the exit code: 0 stopped with all requests finished, 1 not, 2 not understood.
 */
export async function serve(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  stop: AbortSignal,
): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) return print(describeServe());
  const workers = countWorkers(args);
  if (workers === null) {
    process.stderr.write(`kudos: ${args.join(" ")} is not understood; see npm start -- --help\n`);
    return 2;
  }
  // The welcome goes the way of the log, which no full disk and no reader that has gone can stop.
  const output = createLogDestination();
  try {
    const settings = readSettings(environment);
    if (!isWorker) for (const doubt of doubtsAbout(environment)) process.stderr.write(`kudos: ${doubt}\n`);
    stop.throwIfAborted();
    if (workers > 1 && !isWorker) {
      requireShareable(settings);
      return await serveByWorkers(workers, stop, output);
    }
    const logger = createLogger(settings.logLevel, output);
    const running = await untilStopped(start({ settings, logger, stop }), stop);
    logStart(logger, running, settings, await version());
    const text = welcome(running, settings, environment.NODE_ENV === "production");
    if (isWorker) tellReady(text);
    else output.write(text);
    // Node would write at the exit, and a server may be killed. The first start fills the cache that bin.js switches on.
    flushCompileCache();
    if (!stop.aborted) await once(stop, "abort");
    return (await running.stop()) ? 0 : 1;
  } catch (error) {
    if (stop.aborted && error === stop.reason) return 0;
    process.stderr.write(`kudos: ${explain(error)}\n`);
    return 1;
  } finally {
    await output.close();
    if (isWorker) leave();
  }
}

/** The result of a start, which ends the process when it goes on for too long after the signal to stop. */
async function untilStopped<Result>(starting: Promise<Result>, stop: AbortSignal): Promise<Result> {
  let late: NodeJS.Timeout | undefined;
  const hurry = () => {
    late = setTimeout(() => process.exit(0), LAST_STEP_MS);
  };
  stop.addEventListener("abort", hurry);
  try {
    return await starting;
  } finally {
    stop.removeEventListener("abort", hurry);
    clearTimeout(late);
  }
}

/** One line of the log, for whoever reads nothing else of it: what runs, where, for whom, and by which limits. */
function logStart(logger: Logger, { url }: Running, settings: Settings, version: string): void {
  const { production, databaseUrl, rateLimits, attemptRules, trustedProxies, registrationOpen } = settings;
  const entry = {
    version,
    node: process.versions.node,
    pid: process.pid,
    mode: production ? "production" : "development",
    address: url,
    // The scheme alone: what follows it may hold a password.
    database: /^[a-z]+/.exec(databaseUrl)?.[0],
    limits: rateLimits ? describeLimits(attemptRules) : "off",
    proxies: trustedProxies,
    registration: registrationOpen ? "open" : "closed",
  };
  logger.info(entry, "start");
}

function welcome({ url, databaseName, keyPath, mailPlace }: Running, settings: Settings, production: boolean): string {
  const { rateLimits, attemptRules, registrationOpen, trustedProxies } = settings;
  // A socket has no address for a browser, and no addresses of clients.
  const isSocket = url.startsWith("unix:");
  const site = isSocket && settings.publicUrl === undefined ? null : publicUrlOf(settings, url);
  const { basePath } = settings;
  const origin = openAt(url, site) ?? (isSocket ? "" : url) + basePath;
  const [below, there] = isSocket && site === null ? [" below the address of your proxy", " there"] : ["", ""];
  const account = registrationOpen ? `${origin}/register${there}` : "npx kudos users create EMAIL";
  const key = keyPath ?? (settings.secretKey === undefined ? "in memory only, as the database is" : "from SECRET_KEY");
  const alone = `none, by TRUSTED_PROXIES=0${isSocket ? ": all clients of the socket count as one" : ""}`;
  return [
    `Kudos listens on ${spoken(url, site)}`,
    `  mode           ${production ? "production" : "development; NODE_ENV=production is for a server that others use"}`,
    `  database       ${databaseName}`,
    `  secret key     ${key}`,
    `  mail           ${mailPlace === "none" ? "none, by MAIL_URL" : mailPlace}`,
    `  limits         ${rateLimits ? describeLimits(attemptRules) : "none, by RATE_LIMITS=off"}`,
    `  proxies        ${trustedProxies === 0 ? alone : `${trustedProxies} trusted`}`,
    `  passkeys       ${site === null ? "none: PUBLIC_URL says where browsers reach this server" : `at ${site}, and at no other address`}`,
    `  metrics        ${metricsPlace(settings)}`,
    `  registration   ${registrationOpen ? "open to anybody" : "closed"}`,
    `  open next      ${origin}/docs${below} to try the API, ${account} for an account`,
    "  stop           Ctrl-C",
    "",
  ].join("\n");
}

function metricsPlace({ metricsHost, metricsPort }: Settings): string {
  if (metricsPort === undefined) return "none, by METRICS_PORT";
  return `at port ${metricsPort === 0 ? "that the log tells" : metricsPort} of ${metricsHost}, path /metrics`;
}

/**
 * The address that the server listens on, as a browser is to spell it: at the number of this machine it would have neither the links of
 * mails nor passkeys, which are those of localhost.
 */
function spoken(url: string, site: string | null): string {
  const isOwn = /^http:\/\/(?:127\.0\.0\.1|\[::1\])(?=:|$)/;
  return site?.startsWith("http://localhost") ? url.replace(isOwn, "http://localhost") : url;
}

/** The address of this machine, or of all its networks. */
const LOCAL = /^http:\/\/(?:127\.0\.0\.1|0\.0\.0\.0|\[::1?\])(?::|$)/;

/** The address to open, where that is the site of the passkeys: a browser makes none at the number of this machine. Undefined elsewhere. */
function openAt(url: string, site: string | null): string | undefined {
  return site !== null && (LOCAL.test(url) || !site.startsWith("http://localhost")) ? site : undefined;
}
