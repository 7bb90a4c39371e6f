import { readFile } from "node:fs/promises";
import { readSettings } from "../settings.ts";
import { parseArguments } from "./arguments.ts";
import { type Command, UsageFault } from "./command.ts";
import { COMMANDS, commandsOf } from "./commands.ts";
import { explain } from "./explain.ts";
import { describeCommand, describeGroup, describeProgram } from "./help.ts";

/** Does what the arguments say. Answers the exit code: 0 done, 1 refused, 2 not understood. */
export async function runCommand(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  try {
    return await dispatch(args, environment);
  } catch (error) {
    process.stderr.write(`kudos: ${explain(error)}\n`);
    return error instanceof UsageFault ? 2 : 1;
  }
}

async function dispatch(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const [first, second] = args;
  if (first === undefined) {
    process.stderr.write(describeProgram());
    return 2;
  }
  if (asksForHelp(first)) return show(describeProgram());
  if (first === "--version") return show(`${await version()}\n`);
  if (first === "serve") {
    // Only now: it takes a server's modules, which no other command needs and all would wait for.
    const { run } = await import("./commands/serve.ts");
    return run(args.slice(1), environment);
  }
  const command = COMMANDS.get(first);
  if (command !== undefined) return obey(first, command, args.slice(1), environment);
  const group = commandsOf(first);
  if (group.length === 0) throw new UsageFault(`there is no such command; see kudos --help`);
  if (second !== undefined && asksForHelp(second)) return show(describeGroup(first));
  const name = `${first} ${second}`;
  const member = COMMANDS.get(name);
  if (member !== undefined) return obey(name, member, args.slice(2), environment);
  const members = group.map(([full]) => full.slice(first.length + 1));
  throw new UsageFault(`${first} needs one of ${members.join(", ")}; see kudos ${first} --help`);
}

async function obey(
  name: string,
  command: Command,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<number> {
  const { operands, options } = parseArguments(name, command, args);
  if (options.help === true) return show(describeCommand(name, command));
  const { json, text } = await command.run({ operands, options, settings: readSettings(environment) });
  return show(options.json === true ? `${JSON.stringify(json)}\n` : `${text}\n`);
}

async function version(): Promise<string> {
  return JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8")).version;
}

function asksForHelp(argument: string): boolean {
  return ["--help", "-h", "help"].includes(argument);
}

function show(text: string): number {
  process.stdout.write(text);
  return 0;
}
