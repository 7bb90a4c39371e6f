import { once } from "node:events";
import { flushCompileCache } from "node:module";
import { createLogger } from "../../http/log.ts";
import { createLogDestination } from "../../http/log-destination.ts";
import {
  describeLimits,
  describeSettings,
  doubtsAbout,
  publicUrlOf,
  readSettings,
  type Settings,
} from "../../settings.ts";
import { type Running, start } from "../../start.ts";
import { explain } from "../explain.ts";
import { print } from "../print.ts";

const HELP = `Usage: npm start, or kudos serve

Serves Kudos until it gets SIGINT (Ctrl-C), SIGTERM or SIGHUP. Settings are environment variables:

${describeSettings()}

A limit like 30/5m is so many attempts in so many minutes, counted from the first; a right password costs none. The sizes and lengths of
content are those of openapi.yaml. When NODE_ENV=production, RATE_LIMITS=off and a weaker PASSWORD_COST are refused, RESPONSE_VALIDATION
is log, MAIL_URL is none and SAMPLE_DATA is off unless they are set.
No file is read for settings, but by: npm exec -- node --env-file=.env src/bin.js serve

TRUSTED_PROXIES is the number of proxies in front. Each adds the address that it saw to X-Forwarded-For, sets X-Forwarded-Proto (https
makes cookies Secure, and is what HSTS needs), and passes Host on, with the port, or sets X-Forwarded-Host: else pages of this server can be
refused as another site's. In nginx, by proxy_set_header: X-Forwarded-For $proxy_add_x_forwarded_for, X-Forwarded-Proto $scheme, Host
$http_host. A HOST with a slash is the path of a Unix socket, for its owner and group. With BASE_PATH=/kudos the proxy has this server below
that path, and may cut it off or not; cookies are still those of the whole host.

Pages of CORS_ORIGINS may make every call, with a token from anywhere. The session cookie goes along, with credentials: "include", only
from the same site: the same domain and scheme, on any port or subdomain (SameSite=Lax). All other pages are refused by their browsers,
and what changes something by cookie by this server, too.

No secret has a default. A key is 32 bytes in base64url; the first signs, all verify. Keep the key file with the database in your backups,
and apart from it elsewhere: without the key every token and session is dead. A server that finds a used database and no key does not
start; with another key it starts and warns. The folder of the database must exist, except that of the default.

Compiled code is kept in node_modules/.cache/kudos where that may be written: every start but the first then takes half the time.
`;

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
  if (args.includes("--help") || args.includes("-h")) return print(HELP);
  if (args.length > 0) {
    process.stderr.write(`kudos: ${args[0]} is not understood; see npm start -- --help\n`);
    return 2;
  }
  // The welcome goes the way of the log, which no full disk and no reader that has gone can stop.
  const output = createLogDestination();
  try {
    for (const doubt of doubtsAbout(environment)) process.stderr.write(`kudos: ${doubt}\n`);
    const settings = readSettings(environment);
    stop.throwIfAborted();
    const running = await untilStopped(
      start({ settings, logger: createLogger(settings.logLevel, output), stop }),
      stop,
    );
    output.write(welcome(running, settings, environment.NODE_ENV === "production"));
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
    `  registration   ${registrationOpen ? "open to anybody" : "closed"}`,
    `  open next      ${origin}/docs${below} to try the API, ${account} for an account`,
    "  stop           Ctrl-C",
    "",
  ].join("\n");
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
