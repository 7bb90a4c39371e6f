import { parseArgs } from "node:util";
import { type Call, type Command, UsageFault } from "./command.ts";

/** The options of every command. */
export const COMMON_OPTIONS = {
  json: { type: "boolean", help: "print one JSON document, for scripts" },
  help: { type: "boolean", short: "h", help: "print this" },
} as const;

// The id of a token, which may begin with a hyphen; no option is as long.
const CREDENTIAL_ID = /^-[\w-]{21}$/;

/**
 * Parses the arguments that follow the name of a command. Messages name options and operands, and never repeat a typed text: it could be
 * a password.
 *
 * @param name the words that call the command, for the message
 * @throws {UsageFault}
 */
export function parseArguments(
  name: string,
  { operands, options = {} }: Command,
  args: readonly string[],
): Omit<Call, "settings" | "environment"> {
  const hint = `see kudos ${name} --help`;
  const ids = args.filter((argument) => CREDENTIAL_ID.test(argument));
  const others = args.filter((argument) => !CREDENTIAL_ID.test(argument));
  const { values, positionals } = parse([...others, ...(ids.length > 0 ? ["--", ...ids] : [])], options, hint);
  if (values.help === true) return { operands: [], options: values };
  const unsaid = Object.keys(options).find((option) => options[option]?.required && values[option] === undefined);
  if (unsaid !== undefined) throw new UsageFault(`${name} needs --${unsaid} ${options[unsaid]?.value}; ${hint}`);
  const missing = operands[positionals.length];
  if (missing !== undefined) throw new UsageFault(`${name} needs ${missing}; ${hint}`);
  if (positionals.length > operands.length) {
    const most = operands.length === 0 ? "nothing" : operands.join(" ");
    throw new UsageFault(`${name} takes ${most} and no more; ${hint}`);
  }
  return { operands: positionals, options: values };
}

function parse(
  args: string[],
  options: NonNullable<Command["options"]>,
  hint: string,
): { values: Call["options"]; positionals: string[] } {
  try {
    const { values, positionals } = parseArgs({
      args,
      options: { ...options, ...COMMON_OPTIONS },
      allowPositionals: true,
    });
    return { values: values as Call["options"], positionals };
  } catch (error) {
    if (!(error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS")))
      throw error;
    const [reason = ""] = error.message.split(/\. |\n/);
    throw new UsageFault(`${reason}; ${hint}`, { cause: error });
  }
}
