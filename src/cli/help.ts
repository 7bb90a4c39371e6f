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
