import { describeSettings } from "../settings.ts";
import { COMMON_OPTIONS } from "./arguments.ts";
import type { Command, Option } from "./command.ts";
import { COMMANDS, commandsOf } from "./commands.ts";

const SERVE = ["serve", "serve until Ctrl-C or SIGTERM, as npm start does"] as const;

/** The help of the whole program. */
export function describeProgram(): string {
  return `Usage: kudos COMMAND

${columns([SERVE, ...[...COMMANDS].map(summarise)])}

kudos COMMAND --help tells more. Every command but serve takes --json, which prints one JSON document, for scripts.
kudos --version tells which version this is.
Settings are environment variables; DATABASE_URL says which database. kudos serve --help lists them.
A command may run beside a server on the same database; a change of a user counts from that server's next request on.
A change of an account is an event in the audit trail, by cli. Where standard error is no terminal, the event is also there as a line of
the log; LOG_LEVEL=warn leaves it out.
npx waits without a word where npm cannot write into the home of its user: node src/bin.js COMMAND does the same there.
Exit codes: 0 done, 1 refused (standard error says why), 2 not understood.
`;
}

/** The help of `serve`: its settings, and how they go together. */
export function describeServe(): string {
  return `Usage: npm start, or kudos serve [--workers N]

Serves Kudos until it gets SIGINT (Ctrl-C), SIGTERM or SIGHUP. Settings are environment variables:

${describeSettings()}

A limit like 30/5m is so many attempts in so many minutes, counted from the first; a right password costs none. The sizes and lengths of
content are those of openapi.yaml. When NODE_ENV=production, RATE_LIMITS=off and a weaker PASSWORD_COST are refused, RESPONSE_VALIDATION
is log, MAIL_URL is none and SAMPLE_DATA is off unless they are set.
With --workers N as many processes share the port, as a rule one for each core; on SQLite they take turns at writing, and a database in
memory has one process only. They end together. Each measures itself: the first at METRICS_PORT, the others at the ports after it.
Traces are made where an OpenTelemetry SDK of your choice is loaded first: NODE_OPTIONS="--import ./tracing.js" npx kudos serve. Each
request is a span then, by the conventions' names, below its traceparent; hashes of passwords and writes are spans below it.
No file is read for settings, but by: npm exec -- node --env-file=.env src/bin.js serve

TRUSTED_PROXIES is the number of proxies in front. Each adds the address that it saw to X-Forwarded-For, sets X-Forwarded-Proto (https
makes cookies Secure, and is what HSTS needs) and X-Forwarded-Host, with the port: else pages of this server can be refused as another
site's, and what a client writes there counts. In nginx, by proxy_set_header: X-Forwarded-For $proxy_add_x_forwarded_for, X-Forwarded-Proto
$scheme, X-Forwarded-Host $http_host. kudos doctor --url https://… tells what arrives. /metrics, where METRICS_PORT is set, is never behind
the proxy. A HOST with a slash is the path of a Unix socket, for its owner and group. With BASE_PATH=/kudos the proxy has this server below
that path, and may cut it off or not; cookies are still those of the whole host.

Pages of CORS_ORIGINS may make every call, with a token from anywhere. The session cookie goes along, with credentials: "include", only
from the same site: the same domain and scheme, on any port or subdomain (SameSite=Lax). All other pages are refused by their browsers,
and what changes something by cookie by this server, too.

No secret has a default. A key is 32 bytes in base64url; the first signs, all verify. Keep the key file with the database in your backups,
and apart from it elsewhere: without the key every token and session is dead. A server that finds a used database and no key does not
start; with another key it starts and warns. The folder of the database must exist, except that of the default.

Compiled code is kept in node_modules/.cache/kudos where that may be written: every start but the first then takes half the time.
`;
}

/** The help of a group of commands. */
export function describeGroup(group: string): string {
  return `Usage: kudos ${group} COMMAND

${columns(commandsOf(group).map(summarise))}

kudos ${group} COMMAND --help tells more.
`;
}

/** The help of one command. */
export function describeCommand(name: string, command: Command): string {
  const { summary, details, options = {} } = command;
  const own = Object.entries(options).map(
    ([option, definition]) => [written(option, definition), definition.help] as const,
  );
  const common = Object.entries(COMMON_OPTIONS).map(([option, { help }]) => [`--${option}`, help] as const);
  const optional = Object.entries(options).filter(([, { required }]) => !required);
  const choices = optional.map(
    ([option, definition]) => `[${written(option, definition)}]${definition.multiple ? "..." : ""}`,
  );
  return `Usage: kudos ${wrapped([name, "[--json]", ...choices, ...requiredArguments(command)])}

${summary.charAt(0).toUpperCase()}${summary.slice(1)}.
${details === undefined ? "" : `${details}\n`}
${columns([...own, ...common])}
`;
}

function summarise([name, command]: [string, Command]): readonly [string, string] {
  return [[name, ...requiredArguments(command)].join(" "), command.summary];
}

/** The required options and the operands of a command, as they are typed. */
function requiredArguments({ operands, options = {} }: Command): string[] {
  const required = Object.entries(options).filter(([, option]) => option.required);
  return [...required.map(([name, option]) => written(name, option)), ...operands];
}

/** An option as it is typed. */
function written(name: string, { value }: Option): string {
  return `--${name}${value === undefined ? "" : ` ${value}`}`;
}

/** The most characters of a line of words. */
const LONGEST_LINE = 120;

/** Words in lines, those after the first one indented. */
function wrapped(words: readonly string[]): string {
  const lines = [""];
  for (const word of words) {
    const line = lines.at(-1) ?? "";
    if (line !== "" && line.length + word.length >= LONGEST_LINE) lines.push(`  ${word}`);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines.join("\n");
}

/** Two columns, the right one aligned. */
function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join("\n");
}
