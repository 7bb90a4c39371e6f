import { readSettings } from "../settings.ts";
import { parseArguments } from "./arguments.ts";
import { type Command, UsageFault } from "./command.ts";
import { COMMANDS, commandsOf } from "./commands.ts";
import { explain, Refusal } from "./explain.ts";
import { describeCommand, describeGroup, describeProgram } from "./help.ts";
import { print } from "./terminal/print.ts";
import { printable } from "./terminal/table.ts";
import { version } from "./version.ts";

/**
 * Runs the command that the arguments name. Resolves to the exit code: 0 done, 1 refused, 2 not understood; never rejects.
 *
 * @param stop ends a server when it is aborted
 */
export async function runCommand(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  stop: AbortSignal,
): Promise<number> {
  try {
    return await dispatch(args, environment, stop);
  } catch (error) {
    process.stderr.write(`kudos: ${explain(error)}\n`);
    return error instanceof UsageFault ? 2 : 1;
  }
}

async function dispatch(args: readonly string[], environment: NodeJS.ProcessEnv, stop: AbortSignal): Promise<number> {
  const [first, second] = args;
  if (first === undefined) {
    process.stderr.write(describeProgram());
    return 2;
  }
  if (asksForHelp(first)) return print(describeProgram());
  if (first === "--version") return print(`${await version()}\n`);
  if (first === "serve") {
    // The files of its pages are built from the source, by packages that an installed one does not have beside it.
    if (import.meta.url.includes("/node_modules/")) {
      throw new Refusal(
        "an installed package does not serve; kudos init makes a server of your own, and a checkout serves",
      );
    }
    // A late import: the modules of a server take time to load, and no other command needs them.
    const { serve } = await import("./commands/serve.ts");
    return serve(args.slice(1), environment, stop);
  }
  const found = findCommand(args);
  if (found !== undefined) return execute(found, environment);
  const group = commandsOf(first);
  if (group.length === 0) throw new UsageFault(`${unknown(first)}; see kudos --help`);
  if (second !== undefined && asksForHelp(second)) return print(describeGroup(first));
  const members = group.map(([name]) => name.slice(first.length + 1));
  throw new UsageFault(`${first} needs one of ${members.join(", ")}; see kudos ${first} --help`);
}

/** A longer word is not repeated: it may be a password or a token that got into the place of a command. */
const LONGEST_WORD = 20;

/** What to say of a first word that no command begins with: the word, and the one that it is most like, but for two letters at most. */
function unknown(word: string): string {
  if (word.length > LONGEST_WORD) return "there is no such command";
  const words = new Set(["serve", ...COMMANDS.keys()].map((name) => name.split(" ")[0] ?? name));
  const [nearest] = [...words]
    .map((known) => ({ known, away: lettersApart(word, known) }))
    .filter(({ away }) => away <= 2)
    .toSorted((one, other) => one.away - other.away);
  const said = `there is no command ${printable(word)}`;
  return nearest === undefined ? said : `${said}; the nearest is ${nearest.known}`;
}

/** How many letters one of two words has and the other has not, in whatever order. */
function lettersApart(one: string, other: string): number {
  const rest = [...other];
  const missing = [...one].filter((letter) => {
    const at = rest.indexOf(letter);
    if (at !== -1) rest.splice(at, 1);
    return at === -1;
  });
  return missing.length + rest.length;
}

interface FoundCommand {
  readonly name: string;
  readonly command: Command;
  /** The arguments after the name. */
  readonly args: readonly string[];
}

function findCommand(args: readonly string[]): FoundCommand | undefined {
  for (const words of [1, 2]) {
    const name = args.slice(0, words).join(" ");
    const command = COMMANDS.get(name);
    if (command !== undefined) return { name, command, args: args.slice(words) };
  }
  return undefined;
}

async function execute({ name, command, args }: FoundCommand, environment: NodeJS.ProcessEnv): Promise<number> {
  const { operands, options } = parseArguments(name, command, args);
  if (options.help === true) return print(describeCommand(name, command));
  const {
    json,
    text,
    code = 0,
  } = await command.run({
    operands,
    options,
    environment,
    // Read by the commands that need them: kudos doctor tells what is wrong with them.
    get settings() {
      return readSettings(environment);
    },
  });
  await print(options.json === true ? `${JSON.stringify(json)}\n` : `${text}\n`);
  return code;
}

function asksForHelp(argument: string): boolean {
  return ["--help", "-h", "help"].includes(argument);
}
